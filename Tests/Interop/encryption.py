"""Encrypts and decrypts compact tokens (JWE) with other people's implementations.

`encryption.py encrypt`: standard output is one JSON object, {"jwks": {"keys": […]}, "tokens": [{"name", "token"}]}: a
token by every peer in every algorithm with every encryption that it knows, and the private keys they are for.
`encryption.py decrypt`: standard input is one JSON object a line, {"peer", "token", "key"}; standard output one
JSON object a line, {"ok": true, "payload"} or {"ok": false, "error"}.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile

from joserfc import jwe as joserfc_jwe
from joserfc import jwk as joserfc_jwk
from jwcrypto import jwe as jwcrypto_jwe
from jwcrypto import jwk as jwcrypto_jwk

PAYLOAD = '{"sub":"ünï"}'
ENCRYPTIONS = {
    "A128GCM": 16, "A192GCM": 24, "A256GCM": 32, "A128CBC-HS256": 32, "A192CBC-HS384": 48, "A256CBC-HS512": 64,
}
AGREEMENT = ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"]
SYMMETRIC = ["A128KW", "A192KW", "A256KW", "A128GCMKW", "A192GCMKW", "A256GCMKW", "dir"]
PASSPHRASE = ["PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"]
RSA = ["RSA-OAEP", "RSA-OAEP-256"]
# The Debian tool has no Montgomery curves, and this build of it offers RSA1_5 only.
KNOWN = {
    "jwcrypto": [*SYMMETRIC, *AGREEMENT, *PASSPHRASE, *RSA],
    "joserfc": [*SYMMETRIC, *AGREEMENT, *PASSPHRASE, *RSA],
    "jose": [*SYMMETRIC, *AGREEMENT, *PASSPHRASE],
}
CURVES = {"jwcrypto": ["P-256", "P-384", "P-521", "X25519"], "joserfc": ["P-256", "P-384", "P-521", "X25519"],
          "jose": ["P-256", "P-384", "P-521"]}


def run_jose(arguments, given):
    done = subprocess.run(["jose", *arguments], input=given, capture_output=True)
    if done.returncode != 0:
        raise ValueError(f"jose {arguments[0]} {arguments[1]} refused")
    return done.stdout


def with_key(key, run):
    with tempfile.NamedTemporaryFile("w", suffix=".jwk") as file:
        json.dump(key, file)
        file.flush()
        return run(file.name)


def bare(key):
    return {name: value for name, value in key.items() if name not in ("alg", "use")}


def encrypt_jwcrypto(key, header):
    token = jwcrypto_jwe.JWE(PAYLOAD.encode(), json.dumps(header))
    token.add_recipient(jwcrypto_jwk.JWK(**bare(key)))
    return token.serialize(compact=True)


def decrypt_jwcrypto(key, token):
    opened = jwcrypto_jwe.JWE()
    opened.deserialize(token, jwcrypto_jwk.JWK(**bare(key)))
    return opened.payload.decode()


def encrypt_joserfc(key, header):
    return joserfc_jwe.encrypt_compact(
        header, PAYLOAD, joserfc_jwk.import_key(bare(key)), algorithms=[header["alg"], header["enc"]])


def decrypt_joserfc(key, token):
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    opened = joserfc_jwe.decrypt_compact(
        token, joserfc_jwk.import_key(bare(key)), algorithms=[header["alg"], header["enc"]])
    return opened.plaintext.decode()


def encrypt_jose(key, header):
    template = json.dumps({"protected": header})
    return with_key(bare(key), lambda path: run_jose(
        ["jwe", "enc", "-i", template, "-I", "-", "-k", path, "-c", "-o", "-"], PAYLOAD.encode()).decode().strip())


def decrypt_jose(key, token):
    return with_key(bare(key), lambda path: run_jose(
        ["jwe", "dec", "-i", "-", "-k", path, "-O", "-"], token.encode()).decode())


ENCRYPT = {"jwcrypto": encrypt_jwcrypto, "joserfc": encrypt_joserfc, "jose": encrypt_jose}
DECRYPT = {"jwcrypto": decrypt_jwcrypto, "joserfc": decrypt_joserfc, "jose": decrypt_jose}


def new_keys(algorithm, encryption, curves, rsa):
    """A private JWK for each curve, or the one there is."""
    if algorithm in RSA:
        return {"": dict(rsa)}
    if algorithm in AGREEMENT:
        kinds = {curve: joserfc_jwk.OKPKey if curve == "X25519" else joserfc_jwk.ECKey for curve in curves}
        return {curve: kind.generate_key(curve, private=True).as_dict(private=True) for curve, kind in kinds.items()}
    size = {"dir": ENCRYPTIONS[encryption]}.get(algorithm)
    size = size or next(bits // 8 for bits in (128, 192, 256) if f"A{bits}" in algorithm)
    secret = base64.urlsafe_b64encode(os.urandom(size)).rstrip(b"=").decode()
    return {"": {"kty": "oct", "k": secret}}


def encrypt_everything():
    rsa = joserfc_jwk.RSAKey.generate_key(2048, private=True).as_dict(private=True)
    keys, tokens = [], []
    for peer, algorithms in KNOWN.items():
        for algorithm in algorithms:
            for encryption in ENCRYPTIONS:
                for curve, key in new_keys(algorithm, encryption, CURVES[peer], rsa).items():
                    name = f"{peer} {algorithm} {curve} {encryption}"
                    header = {"alg": algorithm, "enc": encryption, "kid": name}
                    key.pop("kid", None)
                    keys.append({**key, "kid": name, "alg": algorithm, "use": "enc"})
                    tokens.append({"name": name, "token": ENCRYPT[peer](key, header)})
    return {"jwks": {"keys": keys}, "tokens": tokens}


def decrypt(job):
    try:
        return {"ok": True, "payload": DECRYPT[job["peer"]](job["key"], job["token"])}
    except Exception as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


if sys.argv[1] == "encrypt":
    print(json.dumps(encrypt_everything()))
else:
    for line in sys.stdin:
        print(json.dumps(decrypt(json.loads(line))))
