"""A service that takes the access tokens of a Vidimus server: one decorator, PyJWT, no database of its own."""

import os
from functools import wraps

import jwt
from flask import Flask, g, jsonify, request

ISSUER = os.environ.get("VIDIMUS_ISSUER", "http://localhost:8080")
# The server's tokens are for itself unless it was told another audience.
AUDIENCE = os.environ.get("VIDIMUS_AUDIENCE", ISSUER)
# Asymmetric only: an issuer's published set holds no secrets, and a token does not choose how it is verified.
ALGORITHMS = ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"]

app = Flask(__name__)
# Fetches the set at first use, keeps it for five minutes, and looks again for a `kid` it does not know.
keys = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json", lifespan=300, timeout=5)


def refuse(status, code, challenge):
    return jsonify(code=code), status, {"WWW-Authenticate": challenge}


def credentials():
    """Every token in the request: `Authorization: Bearer …` or `x-access-token: …`; never the URL."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = [token.strip()] if scheme.lower() == "bearer" else []
    return [token for token in [*found, request.headers.get("x-access-token", "")] if token]


def verified(token):
    header = jwt.get_unverified_header(token)
    # An access token, not another kind of token by the same issuer (RFC 9068 §4).
    if str(header.get("typ", "")).lower().removeprefix("application/") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    return jwt.decode(
        token, keys.get_signing_key_from_jwt(token), algorithms=ALGORITHMS, issuer=ISSUER, audience=AUDIENCE,
        leeway=60, options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]})


def token_required(view=None, *, role=None):
    """`@token_required`, or `@token_required(role="clerk")`. The claims are in `g.claims`."""
    if view is None:
        return lambda view: token_required(view, role=role)

    @wraps(view)
    def guarded(*args, **kwargs):
        tokens = credentials()
        if not tokens:
            return refuse(401, "missing_token", "Bearer")
        if len(tokens) > 1:
            return refuse(400, "invalid_request", 'Bearer error="invalid_request"')
        try:
            g.claims = verified(tokens[0])
        except jwt.PyJWKClientConnectionError:
            return jsonify(code="keys_unavailable"), 503, {"Retry-After": "5"}
        except jwt.ExpiredSignatureError:
            return refuse(401, "expired", 'Bearer error="invalid_token"')
        except jwt.PyJWTError:
            return refuse(401, "invalid_token", 'Bearer error="invalid_token"')
        if role is not None and role not in g.claims.get("roles", []):
            return refuse(403, "insufficient_scope", 'Bearer error="insufficient_scope"')
        return view(*args, **kwargs)

    return guarded


@app.get("/")
def home():
    return "open to all"


@app.get("/orders")
@token_required
def orders():
    return f"the orders that {g.claims['sub']} may see"


@app.get("/orders/all")
@token_required(role="clerk")
def all_orders():
    return "everybody's orders"
