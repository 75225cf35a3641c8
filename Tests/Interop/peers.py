"""What the peers are: for each, the algorithms it knows of ours, how it verifies, and how it signs."""

import base64
import json
import os
import subprocess
import tempfile
import time
import urllib.request

import jwt
from authlib.jose import JsonWebKey, JsonWebToken  # warns that its successor is joserfc
from joserfc import jwk
from joserfc import jwt as joserfc_jwt

SHARED = [family + size for family in ("HS", "RS", "PS", "ES") for size in ("256", "384", "512")]
# The Debian tool has no Edwards curves; only joserfc knows the name of RFC 9864.
KNOWN = {
    "pyjwt": [*SHARED, "EdDSA"],
    "joserfc": [*SHARED, "EdDSA", "Ed25519"],
    "authlib": [*SHARED, "EdDSA"],
    "jose": SHARED,
}


def fetch(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def run_jose(*arguments, given):
    return subprocess.run(["jose", *arguments], input=given, capture_output=True, check=True).stdout


def decode(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def key_of(token, key_set):
    """The tool takes a token for good if any key of a set verifies it; so it gets the one that is named."""
    name = decode(token.split(".")[0])["kid"]
    [key] = [key for key in key_set["keys"] if key["kid"] == name]
    return key


# Each verifies `job["token"]` by the set at `job["jwks"]` and answers with the claims, or raises.
def verify_pyjwt(job):
    key = jwt.PyJWKClient(job["jwks"]).get_signing_key_from_jwt(job["token"])
    return jwt.decode(
        job["token"], key, algorithms=[job["algorithm"]], issuer=job["issuer"], audience=job["audience"],
        options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]})


def verify_joserfc(job):
    keys = jwk.KeySet.import_key_set(fetch(job["jwks"]))
    token = joserfc_jwt.decode(job["token"], keys, algorithms=[job["algorithm"]])
    joserfc_jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": job["issuer"]},
        aud={"essential": True, "value": job["audience"]}).validate(token.claims)
    return token.claims


def verify_authlib(job):
    claims = JsonWebToken([job["algorithm"]]).decode(
        job["token"], JsonWebKey.import_key_set(fetch(job["jwks"])),
        claims_options={
            "iss": {"essential": True, "value": job["issuer"]},
            "aud": {"essential": True, "value": job["audience"]},
        })
    claims.validate()
    return dict(claims)


def verify_jose(job):
    """The tool checks the signature alone, by the key's own algorithm."""
    with tempfile.NamedTemporaryFile("w", suffix=".jwk") as file:
        json.dump(key_of(job["token"], fetch(job["jwks"])), file)
        file.flush()
        given = job["token"].encode()
        return json.loads(run_jose("jws", "ver", "-i", "-", "-k", file.name, "-O", "-", given=given))


VERIFY = {
    "pyjwt": verify_pyjwt, "joserfc": verify_joserfc, "authlib": verify_authlib, "jose": verify_jose,
}


# Each takes a private JWK of its own making and signs claims with it.
def sign_pyjwt(key, header, claims):
    return jwt.encode(claims, jwt.PyJWK(key, algorithm=header["alg"]), algorithm=header["alg"], headers=header)


def sign_joserfc(key, header, claims):
    return joserfc_jwt.encode(header, claims, jwk.import_key(key), algorithms=[header["alg"]])


def sign_authlib(key, header, claims):
    token = JsonWebToken([header["alg"]]).encode(header, claims, JsonWebKey.import_key(key))
    return token.decode()


def sign_jose(key, header, claims):
    with tempfile.NamedTemporaryFile("w", suffix=".jwk") as file:
        json.dump(key, file)
        file.flush()
        template = json.dumps({"protected": header})
        payload = json.dumps(claims).encode()
        return run_jose(
            "jws", "sig", "-s", template, "-I", "-", "-k", file.name, "-c", "-o", "-", given=payload
        ).decode().strip()


SIGN = {"pyjwt": sign_pyjwt, "joserfc": sign_joserfc, "authlib": sign_authlib, "jose": sign_jose}


def new_key(peer, algorithm, rsa):
    """A private JWK, made by the peer where it makes JWKs; `rsa` is shared, since such keys are dear."""
    if algorithm[:2] in ("RS", "PS"):
        members = dict(rsa)
    elif peer == "jose":
        members = json.loads(run_jose("jwk", "gen", "-i", json.dumps({"alg": algorithm}), given=b""))
    elif algorithm.startswith("HS"):
        secret = os.urandom(int(algorithm[2:]) // 8)
        members = {"kty": "oct", "k": base64.urlsafe_b64encode(secret).rstrip(b"=").decode()}
    elif algorithm.startswith("ES"):
        curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[algorithm]
        members = jwk.ECKey.generate_key(curve, private=True).as_dict(private=True)
    else:
        members = jwk.OKPKey.generate_key("Ed25519", private=True).as_dict(private=True)
    for name in ("key_ops", "use", "kid", "alg"):
        members.pop(name, None)
    return {**members, "kid": f"{peer}-{algorithm}", "alg": algorithm}


def sign_everything():
    rsa = jwk.RSAKey.generate_key(2048, private=True).as_dict(private=True)
    now = int(time.time())
    keys, tokens, expired = [], [], []
    for peer, algorithms in KNOWN.items():
        for algorithm in algorithms:
            key = new_key(peer, algorithm, rsa)
            # With the private halves: secrets are among them, and a set of public keys may hold none.
            keys.append(key | {"use": "sig"})
            header = {"alg": algorithm, "kid": key["kid"], "typ": "JWT"}
            claims = {"iss": "https://peer.example", "aud": "us", "sub": "ünï", "iat": now, "exp": now + 300}
            for life, list_of_tokens in ((300, tokens), (-3600, expired)):
                token = SIGN[peer](key, header, {**claims, "exp": now + life})
                list_of_tokens.append({"name": key["kid"], "token": token})
    return {"jwks": {"keys": keys}, "tokens": tokens, "expired": expired}
