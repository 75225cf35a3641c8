"""The kinds of keys, made from a seed, and how each signs or encrypts any bytes whatever.

The peers make the good tokens. What is wrong on purpose is made here, by the primitives of `cryptography`: no peer
signs a header that it would refuse. A seed fixes the keys, but not ECDSA, PSS and what encryption draws anew.
"""

import base64
import json
import os

from cryptography.hazmat.primitives import hashes, hmac, keywrap, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa, x25519
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import utils
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
ORDERS = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": int("f" * 48 + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16),
    "P-521": int("1ff" + "f" * 63 + "a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409", 16),
}
ENCRYPTIONS = {
    "A128GCM": 16, "A192GCM": 24, "A256GCM": 32, "A128CBC-HS256": 32, "A192CBC-HS384": 48, "A256CBC-HS512": 64,
}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def unb64(text):
    """Of canonical base64url; raises for anything else."""
    text = text if isinstance(text, bytes) else text.encode()
    data = base64.b64decode(text + b"=" * (-len(text) % 4), b"-_", validate=True)
    if b64(data) != text:
        raise ValueError("not canonical base64url")
    return data


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def number(value, size):
    return b64(value.to_bytes(size, "big")).decode()


def prime(rng, bits):
    """A prime with both highest bits set, that fits an exponent of 65537."""
    while True:
        candidate = rng.getrandbits(bits) | 3 << bits - 2 | 1
        if any(candidate % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 65537)):
            continue
        if candidate % 65537 != 1 and all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5, 7)):
            return candidate


def rsa_key(rng, bits=2048):
    p, q = prime(rng, bits // 2), prime(rng, bits // 2)
    d = pow(65537, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(65537, p * q)).private_key()


def ec_key(rng, curve):
    return ec.derive_private_key(rng.randrange(1, ORDERS[curve]), CURVES[curve]())


def public_bytes(key):
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def jwk(key):
    """The private JWK."""
    if isinstance(key, bytes):
        return {"kty": "oct", "k": b64(key).decode()}
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        values = {"n": numbers.public_numbers.n, "e": 65537, "d": numbers.d, "p": numbers.p, "q": numbers.q,
                  "dp": numbers.dmp1, "dq": numbers.dmq1, "qi": numbers.iqmp}
        return {"kty": "RSA", **{name: number(value, (value.bit_length() + 7) // 8) for name, value in values.items()}}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        numbers, size = key.private_numbers(), (key.curve.key_size + 7) // 8
        curve = {kind.name: name for name, kind in CURVES.items()}[key.curve.name]
        point = numbers.public_numbers
        return {"kty": "EC", "crv": curve, "x": number(point.x, size), "y": number(point.y, size),
                "d": number(numbers.private_value, size)}
    if isinstance(key, mldsa.MLDSA65PrivateKey):
        return {"kty": "AKP", "alg": "ML-DSA-65", "pub": b64(public_bytes(key)).decode(),
                "priv": b64(key.private_bytes_raw()).decode()}
    curve = "Ed25519" if isinstance(key, ed25519.Ed25519PrivateKey) else "X25519"
    return {"kty": "OKP", "crv": curve, "x": b64(public_bytes(key)).decode(),
            "d": b64(key.private_bytes_raw()).decode()}


PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "priv")


def public(members):
    """What a verifier needs; of a secret that is the secret."""
    return {name: value for name, value in members.items() if name not in PRIVATE}


class SigningKind:
    """One algorithm of signatures and one key."""

    def __init__(self, algorithm, key, other):
        self.name = self.algorithm = algorithm
        self.key, self.other = key, other
        self.jwk = {**jwk(key), "alg": algorithm}
        self.public = public(self.jwk)

    @property
    def hash(self):
        return HASHES[self.algorithm[-3:]]()

    @property
    def curve(self):
        return self.jwk["crv"]

    @property
    def order(self):
        return ORDERS[self.curve]

    @property
    def size(self):
        """Bytes in a number of ECDSA's."""
        return (self.key.curve.key_size + 7) // 8

    def sign(self, data, key=None, pad=None, digest=None):
        key, digest = key or self.key, digest or (self.hash if self.algorithm[-3:] in HASHES else None)
        if isinstance(key, bytes):
            code = hmac.HMAC(key, digest)
            code.update(data)
            return code.finalize()
        if isinstance(key, rsa.RSAPrivateKey):
            pss = rsa_padding.PSS(rsa_padding.MGF1(digest), digest.digest_size)
            return key.sign(data, pad or (pss if self.algorithm.startswith("PS") else rsa_padding.PKCS1v15()), digest)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return self.raw(*utils.decode_dss_signature(key.sign(data, ec.ECDSA(digest))))
        return key.sign(data)

    def raw(self, r, s, size=None):
        size = size or self.size
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def numbers(self, signature):
        return int.from_bytes(signature[:self.size], "big"), int.from_bytes(signature[self.size:], "big")

    def token(self, header, payload, **more):
        """Signed, whatever the two are: texts of the first two parts."""
        return b".".join([header, payload, b64(self.sign(header + b"." + payload, **more))])


def signing_kinds(rng):
    kinds = []
    for size in (32, 48, 64):
        key, other = rng.randbytes(size + rng.randrange(32)), rng.randbytes(size)
        kinds.append(SigningKind(f"HS{size * 8}", key, other))
    key, other = rsa_key(rng), rsa_key(rng)
    kinds += [SigningKind(family + size, key, other) for family in ("RS", "PS") for size in HASHES]
    for size, curve in zip(HASHES, CURVES):
        kinds.append(SigningKind(f"ES{size}", ec_key(rng, curve), ec_key(rng, curve)))
    key, other = (ed25519.Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)) for _ in range(2))
    kinds += [SigningKind(name, key, other) for name in ("EdDSA", "Ed25519")]
    key, other = (mldsa.MLDSA65PrivateKey.from_seed_bytes(rng.randbytes(32)) for _ in range(2))
    return kinds + [SigningKind("ML-DSA-65", key, other)]


class EncryptingKind:
    """One algorithm that encrypts content keys, and one key."""

    def __init__(self, algorithm, key, encryptions=tuple(ENCRYPTIONS), other=None):
        self.algorithm, self.key, self.other, self.encryptions = algorithm, key, other, encryptions
        self.jwk = {**jwk(key), "alg": algorithm}
        self.name = " ".join([algorithm, self.jwk.get("crv", ""), *(encryptions if algorithm == "dir" else [])])

    def wrap(self, header, key=None, cek=None):
        """The content key, the encrypted one, and what the header must say beside, for a header with `alg`, `enc`."""
        key, algorithm = key or self.key, self.algorithm
        cek = cek or os.urandom(ENCRYPTIONS.get(header.get("enc"), 32))
        if algorithm == "dir":
            return key, b"", {}
        if algorithm.startswith("RSA"):
            digest = hashes.SHA256() if algorithm.endswith("256") else hashes.SHA1()
            oaep = rsa_padding.OAEP(rsa_padding.MGF1(digest), digest, None)
            return cek, key.public_key().encrypt(cek, oaep), {}
        if algorithm.endswith("GCMKW"):
            iv = os.urandom(12)
            sealed = AESGCM(key).encrypt(iv, cek, None)
            return cek, sealed[:-16], {"iv": b64(iv).decode(), "tag": b64(sealed[-16:]).decode()}
        if algorithm.startswith("PBES2"):
            salt, (digest, size) = os.urandom(16), {"6": ("256", 16), "4": ("384", 24), "2": ("512", 32)}[algorithm[10]]
            derived = PBKDF2HMAC(HASHES[digest](), size, algorithm.encode() + b"\0" + salt, 1000).derive(key)
            return cek, keywrap.aes_key_wrap(derived, cek), {"p2s": b64(salt).decode(), "p2c": 1000}
        if algorithm.startswith("ECDH"):
            return self.agree(header, key, cek)
        return cek, keywrap.aes_key_wrap(key, cek), {}

    def agree(self, header, key, cek):
        if isinstance(key, x25519.X25519PrivateKey):
            own = x25519.X25519PrivateKey.generate()
            shared = own.exchange(key.public_key())
        else:
            own = ec.generate_private_key(key.curve)
            shared = own.exchange(ec.ECDH(), key.public_key())
        is_direct = self.algorithm == "ECDH-ES"
        size = ENCRYPTIONS.get(header.get("enc"), 32) if is_direct else int(self.algorithm[9:12]) // 8
        name = header.get("enc", "") if is_direct else self.algorithm
        parties = [self.party(header.get(member, "")) for member in ("apu", "apv")]
        info = b"".join(len(part).to_bytes(4, "big") + part for part in [str(name).encode(), *parties])
        derived = ConcatKDFHash(hashes.SHA256(), size, info + (size * 8).to_bytes(4, "big")).derive(shared)
        said = {"epk": public(jwk(own))}
        return (derived, b"", said) if is_direct else (cek, keywrap.aes_key_wrap(derived, cek), said)

    @staticmethod
    def party(text):
        try:
            return unb64(text)
        except (ValueError, AttributeError):
            return b""


def seal(encryption, key, iv, data, plaintext, pad=True):
    """The ciphertext and the tag; without `pad` a plaintext must be whole blocks."""
    if encryption.endswith("GCM"):
        sealed = AESGCM(key).encrypt(iv, plaintext, data)
        return sealed[:-16], sealed[-16:]
    half = len(key) // 2
    if pad:
        padder = padding.PKCS7(128).padder()
        plaintext = padder.update(plaintext) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key[half:]), modes.CBC(iv)).encryptor()
    ciphertext = encryptor.update(plaintext) + encryptor.finalize()
    return ciphertext, cbc_tag(key, iv, data, ciphertext)


def cbc_tag(key, iv, data, ciphertext):
    half = len(key) // 2
    code = hmac.HMAC(key[:half], {16: hashes.SHA256, 24: hashes.SHA384, 32: hashes.SHA512}[half]())
    code.update(data + iv + ciphertext + (len(data) * 8).to_bytes(8, "big"))
    return code.finalize()[:half]


def encrypting_kinds(rng):
    kinds = [EncryptingKind("dir", rng.randbytes(size), (name,), rng.randbytes(size))
             for name, size in ENCRYPTIONS.items()]
    for size in (16, 24, 32):
        for family in ("KW", "GCMKW"):
            kinds.append(EncryptingKind(f"A{size * 8}{family}", rng.randbytes(size), other=rng.randbytes(size)))
    for name in ("PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"):
        kinds.append(EncryptingKind(name, rng.randbytes(24), other=rng.randbytes(24)))
    key, other = rsa_key(rng), rsa_key(rng)
    kinds += [EncryptingKind(name, key, other=other) for name in ("RSA-OAEP", "RSA-OAEP-256")]
    for name in ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"):
        for curve in CURVES:
            kinds.append(EncryptingKind(name, ec_key(rng, curve), other=ec_key(rng, curve)))
        key, other = (x25519.X25519PrivateKey.from_private_bytes(rng.randbytes(32)) for _ in range(2))
        kinds.append(EncryptingKind(name, key, other=other))
    return kinds
