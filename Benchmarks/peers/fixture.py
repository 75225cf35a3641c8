"""Makes the keys and tokens that every contestant is given. Usage: fixture.py FOLDER"""
import base64
import json
import pathlib
import sys
import time

import jwt
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
now = int(time.time())
claims = {
    "iss": "https://issuer.example", "sub": "0f8fad5b-d9cb-469f-a165-70867728950e", "aud": "https://api.example",
    "exp": now + 86_400, "nbf": now - 1, "iat": now - 1, "jti": "7c9e6679-7425-40de-944b", "scope": "account",
    "roles": ["editor", "admin"], "sid": "s-4711",
}
(folder / "claims.json").write_text(json.dumps(claims, separators=(",", ":")))

secret = bytes(range(32))
jwk = {"kty": "oct", "k": base64.urlsafe_b64encode(secret).rstrip(b"=").decode()}
(folder / "HS256.jwk").write_text(json.dumps(jwk | {"kid": "HS256-1", "alg": "HS256"}))
(folder / "HS256.key").write_bytes(secret)
keys = {
    "RS256": (rsa.generate_private_key(65_537, 2_048), jwt.algorithms.RSAAlgorithm),
    "ES256": (ec.generate_private_key(ec.SECP256R1()), jwt.algorithms.ECAlgorithm),
    "Ed25519": (ed25519.Ed25519PrivateKey.generate(), jwt.algorithms.OKPAlgorithm),
}


def write_token(name, algorithm, key):
    token = jwt.encode(claims, key, algorithm, headers={"kid": f"{name}-1"})
    (folder / f"{algorithm}.jwt").write_text(token)


write_token("HS256", "HS256", secret)
for name, (key, kind) in keys.items():
    jwk = kind.to_jwk(key, as_dict=True) | {"kid": f"{name}-1", "alg": name}
    jwk.pop("key_ops", None)
    (folder / f"{name}.jwk").write_text(json.dumps(jwk))
    private = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    public = key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
    (folder / f"{name}.private.pem").write_bytes(private)
    (folder / f"{name}.public.pem").write_bytes(public)
    write_token(name, "EdDSA" if name == "Ed25519" else name, key)
# The same under the newer name of RFC 9864.
head, payload, _ = (folder / "EdDSA.jwt").read_text().split(".")
head = json.dumps({"alg": "Ed25519", "typ": "JWT", "kid": "Ed25519-1"}, separators=(",", ":")).encode()
signed = base64.urlsafe_b64encode(head).rstrip(b"=") + b"." + payload.encode()
signature = base64.urlsafe_b64encode(keys["Ed25519"][0].sign(signed)).rstrip(b"=")
(folder / "Ed25519.jwt").write_bytes(signed + b"." + signature)
key = keys["RS256"][0]
der = key.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.PKCS1)
(folder / "RS256.public.der").write_bytes(der)
der = key.private_bytes(s.Encoding.DER, s.PrivateFormat.TraditionalOpenSSL, s.NoEncryption())
(folder / "RS256.private.der").write_bytes(der)
