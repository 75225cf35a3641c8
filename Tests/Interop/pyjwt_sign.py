"""Signs one token in every algorithm with PyJWT.

Argument: the algorithms, with commas between. Standard output: one JSON object,
{"jwks": {"keys": […]}, "tokens": {algorithm: token}, "expired": {algorithm: token}}.
"""

import base64
import json
import os
import sys
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import algorithms

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}


def key(algorithm):
    """A private key, and what a verifier needs of it as a JWK."""
    if algorithm.startswith("HS"):
        secret = os.urandom(int(algorithm[2:]) // 8)
        encoded = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
        return secret, {"kty": "oct", "k": encoded}
    if algorithm.startswith(("RS", "PS")):
        return RSA, json.loads(algorithms.RSAAlgorithm.to_jwk(RSA.public_key()))
    if algorithm.startswith("ES"):
        private = ec.generate_private_key(CURVES[algorithm]())
        return private, json.loads(algorithms.ECAlgorithm.to_jwk(private.public_key()))
    private = ed25519.Ed25519PrivateKey.generate()
    return private, json.loads(algorithms.OKPAlgorithm.to_jwk(private.public_key()))


answer = {"jwks": {"keys": []}, "tokens": {}, "expired": {}}
now = int(time.time())
for algorithm in sys.argv[1].split(","):
    private, public = key(algorithm)
    public.pop("key_ops", None)
    answer["jwks"]["keys"].append({**public, "alg": algorithm, "kid": algorithm, "use": "sig"})
    claims = {"iss": "https://peer.example", "aud": "us", "sub": "ünï", "iat": now, "exp": now + 300}
    headers = {"kid": algorithm}
    answer["tokens"][algorithm] = jwt.encode(claims, private, algorithm=algorithm, headers=headers)
    claims["exp"] = now - 3600
    answer["expired"][algorithm] = jwt.encode(claims, private, algorithm=algorithm, headers=headers)
print(json.dumps(answer))
