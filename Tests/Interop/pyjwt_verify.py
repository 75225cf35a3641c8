"""Verifies access tokens with PyJWT, given only the address of the key set.

Standard input: one JSON object a line, {"token", "jwks", "issuer", "audience", "algorithm"}.
Standard output: one JSON object a line, {"ok": true, "payload"} or {"ok": false, "error"}.
"""

import json
import sys

import jwt


def verify(job):
    key = jwt.PyJWKClient(job["jwks"]).get_signing_key_from_jwt(job["token"])
    return jwt.decode(
        job["token"], key, algorithms=[job["algorithm"]], issuer=job["issuer"], audience=job["audience"],
        options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]})


for line in sys.stdin:
    try:
        answer = {"ok": True, "payload": verify(json.loads(line))}
    except Exception as error:
        answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))
