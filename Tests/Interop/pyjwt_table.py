"""What the table "What is stricter, and why" of the page FromPyJWT says of PyJWT, asserted."""

import base64
import hashlib
import hmac

import jwt

SECRET = "x" * 32


def signed(payload, header='{"alg":"HS256","typ":"JWT"}'):
    parts = [base64.urlsafe_b64encode(part.encode()).rstrip(b"=") for part in (header, payload)]
    text = b".".join(parts)
    code = hmac.new(SECRET.encode(), text, hashlib.sha256).digest()
    return (text + b"." + base64.urlsafe_b64encode(code).rstrip(b"=")).decode()


def decoded(token, **rules):
    return jwt.decode(token, SECRET, algorithms=["HS256"], **rules)


def refused(error, token, **rules):
    try:
        decoded(token, **rules)
    except error:
        return
    raise AssertionError(f"not refused with {error.__name__}")


assert jwt.encode({"sub": "ada"}, "secret", algorithm="HS256")
assert decoded(signed('{"sub":"ada","sub":"eve"}'))["sub"] == "eve"
assert decoded(signed('{"sub":"ada"}') + "=")["sub"] == "ada"
assert decoded(signed('{"iss":1}'))["iss"] == 1
assert decoded(signed('{"a":Infinity}'))["a"] == float("inf")
assert decoded(signed('{"exp":"99999999999"}'))["exp"] == "99999999999"
refused(jwt.InvalidAudienceError, signed('{"aud":"orders"}'))
refused(jwt.ExpiredSignatureError, signed('{"exp":1}'))
