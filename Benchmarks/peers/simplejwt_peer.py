"""Django + djangorestframework-simplejwt: refresh tokens rotate, the old one goes on the blacklist, SQLite.

`python simplejwt_peer.py COUNT PASSWORD` makes the database with that many users; gunicorn serves `application`.
Tuned where a setting does it: WAL, IMMEDIATE transactions, no session or CSRF middleware. Hashes cost what Vidimus's do.
"""

import os
import sys

import django
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

settings.configure(
    SECRET_KEY="a secret of the benchmark, long enough for HS256",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt.token_blacklist",
    ],
    PASSWORD_HASHERS=[__name__ + ".EqualHasher"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["PEER_DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    },
    SIMPLE_JWT={"ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": True},
)


class EqualHasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19456
    parallelism = 1


sys.modules.setdefault("simplejwt_peer", sys.modules[__name__])
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView  # noqa: E402


class Guarded(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response({"id": request.user.id, "email": request.user.username})


urlpatterns = [
    path("healthz", lambda request: HttpResponse("ok")),
    path("login", TokenObtainPairView.as_view()),
    path("refresh", TokenRefreshView.as_view()),
    path("guarded", Guarded.as_view()),
]
application = get_wsgi_application()

if __name__ == "__main__":
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    password = make_password(sys.argv[2])
    User.objects.bulk_create(
        User(username=f"user{number}@example.com", password=password) for number in range(int(sys.argv[1]))
    )
