"""The peers: how each signs and encrypts, and what it says of a token by one key. Each call answers with the payload,
or raises; a judge that does not know an algorithm is not asked."""

import json
import subprocess
import tempfile
import warnings

import jwt
from joserfc import jwe as joserfc_jwe
from joserfc import jwk as joserfc_jwk
from joserfc import jws as joserfc_jws
from jwcrypto import jwe as jwcrypto_jwe
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jws as jwcrypto_jws

from kinds import ENCRYPTIONS, compact

warnings.simplefilter("ignore")

PYJWT = jwt.api_jws.PyJWS()
EDWARDS = ["EdDSA", "Ed25519"]


def names(kind):
    """What `alg` may say: a key on edwards25519 goes by two names (RFC 9864)."""
    return EDWARDS if kind.algorithm in EDWARDS else [kind.algorithm]


def bare(members, *more):
    return {name: value for name, value in members.items() if name not in ("alg", *more)}


class Judge:
    """One peer with one key, made ready once."""

    def __init__(self, kind):
        self.kind = kind


class PyJWT(Judge):
    @staticmethod
    def knows(kind):
        return kind.algorithm not in ("ML-DSA-65", "Ed25519")

    def __init__(self, kind):
        super().__init__(kind)
        self.key = jwt.PyJWK(kind.public, algorithm=kind.algorithm)
        self.private = jwt.PyJWK(kind.jwk, algorithm=kind.algorithm)

    def make(self, header, payload):
        return PYJWT.encode(payload, self.private, algorithm=header["alg"], headers=header).encode()

    def judge(self, token):
        return PYJWT.decode_complete(token, self.key, algorithms=[self.kind.algorithm])["payload"]


class Joserfc(Judge):
    @staticmethod
    def knows(kind):
        return kind.algorithm != "ML-DSA-65"

    def __init__(self, kind):
        super().__init__(kind)
        self.key = joserfc_jwk.import_key(bare(kind.public))
        self.private = joserfc_jwk.import_key(bare(kind.jwk))
        # Members it does not know are to be ignored (RFC 7515 §4), and its bounds are far below ours.
        self.registry = joserfc_jws.JWSRegistry(algorithms=names(kind), strict_check_header=False)
        self.registry.max_header_length = self.registry.max_signature_length = 16_384

    def make(self, header, payload):
        return joserfc_jws.serialize_compact(header, payload, self.private, registry=self.registry).encode()

    def judge(self, token):
        return joserfc_jws.deserialize_compact(token, self.key, registry=self.registry).payload


class Jwcrypto(Judge):
    @staticmethod
    def knows(kind):
        return True

    def __init__(self, kind):
        super().__init__(kind)
        without = () if kind.jwk["kty"] != "AKP" else ("",)
        self.key = jwcrypto_jwk.JWK(**(kind.public if without else bare(kind.public)))
        self.private = jwcrypto_jwk.JWK(**(kind.jwk if without else bare(kind.jwk)))

    def make(self, header, payload):
        token = jwcrypto_jws.JWS(payload)
        token.allowed_algs = names(self.kind)
        token.add_signature(self.private, None, compact(header).decode())
        return token.serialize(compact=True).encode()

    def judge(self, token):
        read = jwcrypto_jws.JWS()
        read.allowed_algs = names(self.kind)
        read.deserialize(token.decode(), self.key)
        return read.payload


class JoserfcEncrypted(Judge):
    @staticmethod
    def knows(kind):
        return True

    def __init__(self, kind):
        super().__init__(kind)
        self.key = joserfc_jwk.import_key(bare(kind.jwk))
        self.registry = joserfc_jwe.JWERegistry(
            algorithms=[kind.algorithm, *ENCRYPTIONS, "DEF"], strict_check_header=False)
        self.registry.max_protected_header_length = 16_384

    def make(self, header, payload):
        return joserfc_jwe.encrypt_compact(header, payload, self.key, registry=self.registry).encode()

    def judge(self, token):
        return joserfc_jwe.decrypt_compact(token, self.key, registry=self.registry).plaintext


class JwcryptoEncrypted(Judge):
    @staticmethod
    def knows(kind):
        return True

    def __init__(self, kind):
        super().__init__(kind)
        self.key = jwcrypto_jwk.JWK(**bare(kind.jwk))
        self.allowed = [kind.algorithm, *ENCRYPTIONS]

    def make(self, header, payload):
        token = jwcrypto_jwe.JWE(payload, compact(header).decode(), algs=self.allowed)
        token.add_recipient(self.key)
        return token.serialize(compact=True).encode()

    def judge(self, token):
        read = jwcrypto_jwe.JWE(algs=self.allowed)
        read.deserialize(token.decode(), self.key)
        return read.payload


def run_tool(arguments, given, key):
    """The Debian tool, with its key in a file: it is one process a token."""
    with tempfile.NamedTemporaryFile("w", suffix=".jwk") as file:
        json.dump(key, file)
        file.flush()
        done = subprocess.run(["jose", *arguments, "-k", file.name], input=given, capture_output=True)
    if done.returncode != 0:
        raise ValueError("the tool refused")
    return done.stdout


class Tool(Judge):
    @staticmethod
    def knows(kind):
        return kind.algorithm[:2] in ("HS", "RS", "PS", "ES")

    def make(self, header, payload):
        template = json.dumps({"protected": header})
        return run_tool(["jws", "sig", "-s", template, "-I", "-", "-c", "-o", "-"], payload, self.kind.jwk).strip()

    def judge(self, token):
        return run_tool(["jws", "ver", "-i", "-", "-O", "-"], token, self.kind.public)


class ToolEncrypted(Judge):
    @staticmethod
    def knows(kind):
        # It has no Montgomery curves, and this build of it no RSA-OAEP.
        return kind.jwk.get("crv") != "X25519" and not kind.algorithm.startswith("RSA")

    def make(self, header, payload):
        template = json.dumps({"protected": header})
        return run_tool(
            ["jwe", "enc", "-i", template, "-I", "-", "-c", "-o", "-"], payload, bare(self.kind.jwk)).strip()

    def judge(self, token):
        return run_tool(["jwe", "dec", "-i", "-", "-O", "-"], token, bare(self.kind.jwk))


SIGNED = {"pyjwt": PyJWT, "joserfc": Joserfc, "jwcrypto": Jwcrypto, "jose": Tool}
ENCRYPTED = {"joserfc": JoserfcEncrypted, "jwcrypto": JwcryptoEncrypted, "jose": ToolEncrypted}


def verdict(judge, token):
    """("yes", the payload) or ("no", why)."""
    try:
        return "yes", bytes(judge.judge(token))
    except Exception as error:  # whatever a peer raises is its refusal
        return "no", f"{type(error).__name__}: {error}"[:200]


