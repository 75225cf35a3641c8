"""Verifies access tokens with joserfc, which knows the names of RFC 9864. Talks as pyjwt_verify.py does."""

import json
import sys
import urllib.request

from joserfc import jwt
from joserfc.jwk import KeySet


def verify(job):
    with urllib.request.urlopen(job["jwks"]) as answer:
        keys = KeySet.import_key_set(json.load(answer))
    token = jwt.decode(job["token"], keys, algorithms=[job["algorithm"]])
    required = {"value": job["issuer"], "essential": True}
    jwt.JWTClaimsRegistry(iss=required, aud={**required, "value": job["audience"]}).validate(token.claims)
    return token.claims


for line in sys.stdin:
    try:
        answer = {"ok": True, "payload": verify(json.loads(line))}
    except Exception as error:
        answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))
