"""A Django service around the guide's signed_in.py, which a test puts beside this file. Usage: site.py ISSUER PORT"""

import sys
from wsgiref.simple_server import make_server

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"], ROOT_URLCONF=__name__, SECRET_KEY="for a test", USE_TZ=True,
    VIDIMUS_ISSUER=sys.argv[1], VIDIMUS_AUDIENCE=sys.argv[1])
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from signed_in import signed_in  # noqa: E402


@signed_in
def orders(request):
    return HttpResponse(request.claims["sub"])


urlpatterns = [path("orders", orders)]

make_server("127.0.0.1", int(sys.argv[2]), get_wsgi_application()).serve_forever()
