"""Signed tokens (JWS), good and spoiled."""

import random

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, utils

import headers
import texts
from kinds import HASHES, SigningKind, b64, compact, jwk, public, unb64

CURVE25519_ORDER = 2 ** 252 + 27742317777372353535851937790883648493


class Base:
    """A good token of a peer's, and what to spoil it with."""

    def __init__(self, kind, text):
        self.kind, self.text = kind, text
        self.parts = text.split(b".")
        self.signature = unb64(self.parts[2])

    @property
    def header(self):
        return {"alg": self.kind.algorithm, "typ": "JWT"}

    def resigned(self, header=None, payload=None, **more):
        header, payload = (self.parts[0] if header is None else header), (self.parts[1] if payload is None else payload)
        return self.kind.token(header, payload, **more)

    def with_signature(self, signature):
        return b".".join([*self.parts[:2], b64(signature)])


def part_mutations():
    for place, part in enumerate(("header", "payload", "signature")):
        for edit in texts.PART_EDITS:
            def changed(rng, base, place=place, edit=edit):
                text = texts.edit_part(rng, edit, base.parts[place])
                return None if text is None else b".".join(
                    text if index == place else other for index, other in enumerate(base.parts))
            yield f"{part}: {edit}", changed
            if place == 2:
                continue

            def signed(rng, base, place=place, edit=edit):
                text = texts.edit_part(rng, edit, base.parts[place])
                return None if text is None else base.resigned(**{("header", "payload")[place]: text})
            yield f"{part}, then signed: {edit}", signed
    for edit, change in texts.WHOLE_EDITS.items():
        yield f"token: {edit}", lambda rng, base, change=change: change(rng, base.parts)


def header_mutations():
    """By place in the list, since each header depends on the key."""
    sample = list(headers.edits({"alg": "HS256", "typ": "JWT"}, {"kty": "oct"}))

    def header(base, place, name):
        embedded = public(jwk(base.kind.other)) if base.kind.name[:2] != "HS" else {"kty": "oct", "k": "AAAA"}
        return chosen(headers.edits(base.header, embedded), place, name)

    for place, (name, _) in enumerate(sample):
        def signed(rng, base, place=place, name=name):
            return base.resigned(header=b64(header(base, place, name)))
        yield f"header, then signed: {name}", signed
    for place, (name, _) in enumerate(sample[::4]):
        def unsigned(rng, base, place=place * 4, name=name):
            return b".".join([b64(header(base, place, name)), *base.parts[1:]])
        yield f"header: {name}", unsigned

    def raw(rng, base):
        """An unencoded payload as RFC 7797 §5.2 has it, rightly signed."""
        text = b64(compact({**base.header, "b64": False, "crit": ["b64"]}))
        return base.resigned(header=text, payload=rng.choice([b"raw-payload", b"", base.parts[1]]))
    yield "an unencoded payload", raw

    def without_signature(rng, base):
        text = b64(compact({**base.header, "alg": rng.choice(headers.NONE)}))
        return text + b"." + base.parts[1] + b"."
    yield "alg none and no signature", without_signature

    def own_key(rng, base):
        """Signed by the key that the header brings along."""
        if base.kind.name.startswith("HS"):
            return None
        text = b64(compact({**base.header, "jwk": public(jwk(base.kind.other))}))
        return base.resigned(header=text, key=base.kind.other)
    yield "signed by the jwk in the header", own_key


def payload_mutations():
    for name, payload in (
        ("no bytes", b""), ("no JSON", b"\xff\x00\xfe"), ("a name twice", b'{"sub":"a","sub":"b"}'),
        ("JSON that is no object", b"[]"), ("deep", b"[" * 3000 + b"]" * 3000), ("a byte order mark", b"\xef\xbb\xbf{}"),
        ("11 kB", b"x" * 11_000), ("20 kB", b"x" * 20_000), ("a token", b"a.b.c"), ("one byte", b"\0"),
    ):
        yield f"payload: {name}", lambda rng, base, payload=payload: base.resigned(payload=b64(payload))


# What a signature may be instead, by family; each gets the random numbers, the token and its signature.
def anyones(base, rng):
    signature = base.signature
    yield "no bytes", b""
    yield "one byte", b"\0"
    yield "zeros", bytes(len(signature))
    yield "ones", b"\xff" * len(signature)
    yield "random", rng.randbytes(len(signature))
    yield "one byte less", signature[:-1]
    yield "one byte less in front", signature[1:]
    yield "one byte more", signature + b"\0"
    yield "one byte more in front", b"\0" + signature
    yield "half", signature[:len(signature) // 2]
    yield "twice", signature + signature
    yield "backwards", signature[::-1]
    yield "by another key", base.kind.sign(b".".join(base.parts[:2]), key=base.kind.other)
    yield "of another text", base.kind.sign(b".".join(base.parts[:2]) + b".")
    yield "of the header alone", base.kind.sign(base.parts[0])
    yield "of what was decoded", base.kind.sign(unb64(base.parts[0]) + b"." + unb64(base.parts[1]))
    flipped = bytearray(signature)
    for _ in range(2):
        flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    yield "two bits flipped", bytes(flipped)


def of_hmac(base, rng):
    data, size = b".".join(base.parts[:2]), int(base.kind.algorithm[2:])
    yield "cut to 128 bits", base.signature[:16]
    for other in HASHES:
        if int(other) != size:
            code = base.kind.sign(data, digest=HASHES[other]())
            yield "of another hash", code
            yield "of another hash, cut", code[:size // 8]
    yield "by an empty key", base.kind.sign(data, key=b"\0")
    yield "by the key with a zero", base.kind.sign(data, key=base.kind.key + b"\0")
    yield "by the key as text", base.kind.sign(data, key=b64(base.kind.key))
    yield "hexadecimal", base.signature.hex().encode()


def of_rsa(base, rng):
    data, digest = b".".join(base.parts[:2]), base.kind.hash
    modulus = base.kind.key.private_numbers().public_numbers.n
    value = int.from_bytes(base.signature, "big")
    yield "beyond the modulus", (value + modulus).to_bytes(257, "big")
    yield "the modulus", modulus.to_bytes(256, "big")
    yield "one", (1).to_bytes(256, "big")
    yield "the modulus less it", (modulus - value).to_bytes(256, "big")
    for other in HASHES:
        if HASHES[other] is not type(digest):
            yield "of another hash", base.kind.sign(data, digest=HASHES[other]())
    yield "of SHA-1", base.kind.sign(data, digest=hashes.SHA1(), pad=padding.PKCS1v15())
    yield "of the other padding", base.kind.sign(data, pad=padding.PKCS1v15() if base.kind.algorithm[0] == "P" else (
        padding.PSS(padding.MGF1(digest), digest.digest_size)))
    if base.kind.algorithm[0] == "P":
        for length in (0, 8, 20, digest.digest_size - 1, digest.digest_size + 1, padding.PSS.MAX_LENGTH):
            yield "with a salt of another length", base.kind.sign(
                data, pad=padding.PSS(padding.MGF1(digest), length))
        other = hashes.SHA256() if digest.digest_size != 32 else hashes.SHA512()
        yield "with a mask of another hash", base.kind.sign(
            data, pad=padding.PSS(padding.MGF1(other), digest.digest_size))
    yield from rsa_forged(base, digest, modulus)


def rsa_forged(base, digest, modulus):
    """Paddings of PKCS #1 v1.5 that lax verifiers took (CVE-2006-4339 and its kin), signed as they stand."""
    d, code = base.kind.key.private_numbers().d, hashes.Hash(digest)
    code.update(b".".join(base.parts[:2]))
    info = bytes.fromhex({32: "3031300d060960864801650304020105000420", 48: "3041300d060960864801650304020205000430",
                          64: "3051300d060960864801650304020305000440"}[digest.digest_size]) + code.finalize()
    bare = info.replace(bytes.fromhex("0500"), b"", 1)
    bare = bytes([bare[0], bare[1] - 2, bare[2], bare[3] - 2]) + bare[4:]
    blocks = {
        "rubbish after the hash": b"\0\1" + b"\xff" * 8 + b"\0" + info + bytes(256 - 11 - len(info)),
        "no parameters": b"\0\1" + b"\xff" * (256 - 3 - len(bare)) + b"\0" + bare,
        "padding of type 2": b"\0\2" + b"\xff" * (256 - 3 - len(info)) + b"\0" + info,
        "padding not of ones": b"\0\1" + b"\xfe" + b"\xff" * (256 - 4 - len(info)) + b"\0" + info,
        "no algorithm": b"\0\1" + b"\xff" * (256 - 3 - digest.digest_size) + b"\0" + info[-digest.digest_size:],
    }
    for name, block in blocks.items():
        yield name, pow(int.from_bytes(block, "big"), d, modulus).to_bytes(256, "big")


def of_ecdsa(base, rng):
    kind = base.kind
    (r, s), n, size = kind.numbers(base.signature), kind.order, kind.size
    der = utils.encode_dss_signature(r, s)
    yield "DER", der
    yield "DER in its length", (der + bytes(2 * size))[:2 * size]
    yield "the other s", kind.raw(r, n - s)
    yield "r and s swapped", kind.raw(s, r)
    for name, pair in {
        "r zero": (0, s), "s zero": (r, 0), "both zero": (0, 0), "r one": (1, s), "both one": (1, 1), "r = n": (n, s),
        "s = n": (r, n), "both n": (n, n), "s = n - 1": (r, n - 1), "r = n - 1": (n - 1, s),
    }.items():
        yield name, kind.raw(*pair)
    top = 1 << 8 * size
    for name, pair in {"r + n": (r + n, s), "s + n": (r, s + n), "both + n": (r + n, s + n)}.items():
        if max(pair) < top:
            yield name, kind.raw(*pair)
        yield f"{name}, longer", kind.raw(*pair, size=size + 1)
    yield "longer numbers", kind.raw(r, s, size=size + 1)
    yield "numbers at the left", (r.to_bytes(size, "little") + s.to_bytes(size, "little"))
    for other in HASHES:
        if HASHES[other] is not type(kind.hash):
            yield "of another hash", kind.sign(b".".join(base.parts[:2]), digest=HASHES[other]())


def of_eddsa(base, rng):
    r, s = base.signature[:32], int.from_bytes(base.signature[32:], "little")
    for times in (1, 2, 7, 14):
        if s + times * CURVE25519_ORDER < 1 << 256:
            yield "s beyond the order", r + (s + times * CURVE25519_ORDER).to_bytes(32, "little")
    # Points of small order, canonical and not (RFC 8032 §5.1.7).
    for point in (b"\1" + bytes(31), bytes(32), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xee" + b"\xff" * 30 + b"\x7f",
                  b"\1" + bytes(30) + b"\x80"):
        yield "r of small order", point + bytes(32)
        yield "r of small order, its s", point + base.signature[32:]
    yield "halves swapped", base.signature[32:] + base.signature[:32]


FAMILIES = {"HS": of_hmac, "RS": of_rsa, "PS": of_rsa, "ES": of_ecdsa, "Ed": of_eddsa}


def chosen(found, place, name):
    """The one of this name at a place or behind it, else one before it: kinds of one family differ a little."""
    before = None
    for index, (other, value) in enumerate(found):
        if other == name:
            if index >= place:
                return value
            before = value
    return before


def signature_mutations(kinds):
    # The names once, from any token of each family, since a mutation is called by name and place.
    seen = set()
    for kind in kinds:
        family = FAMILIES.get(kind.name[:2])
        for forms in filter(None, (anyones, family)):
            if forms in seen:
                continue
            seen.add(forms)
            base = Base(kind, kind.token(b64(compact({"alg": kind.algorithm})), b64(b"{}")))
            names = [name for name, _ in forms(base, random.Random(0))]
            for place, name in enumerate(names):
                def changed(rng, base, forms=forms, place=place, name=name):
                    if forms is not anyones and FAMILIES.get(base.kind.name[:2]) is not forms:
                        return None
                    found = chosen(forms(base, rng), place, name)
                    return None if found is None else base.with_signature(found)
                yield f"signature: {name}", changed


def confusions(kind):
    """What somebody who knows a public key might take for an HMAC secret (RFC 8725 §2.1)."""
    if kind.name.startswith("HS"):
        return {"the key as text": b64(kind.key), "an empty key": b"\0"}
    key, encoding, form = kind.key.public_key(), serialization.Encoding, serialization.PublicFormat
    secrets = {"the JWK": compact(kind.public)}
    forms = {"the PEM": (encoding.PEM, form.SubjectPublicKeyInfo), "the DER": (encoding.DER, form.SubjectPublicKeyInfo)}
    if kind.name[:2] in ("RS", "PS"):
        forms["the PKCS #1 PEM"] = (encoding.PEM, form.PKCS1)
        secrets["n"] = unb64(kind.public["n"])
        secrets["n as text"] = kind.public["n"].encode()
    elif kind.name[:2] == "ES":
        forms["the point"] = (encoding.X962, form.UncompressedPoint)
        secrets["x"] = unb64(kind.public["x"])
    else:
        forms["the bytes"] = (encoding.Raw, form.Raw)
    for name, how in forms.items():
        secrets[name] = key.public_bytes(*how)
    if "the PEM" in secrets:
        secrets["the PEM without its line's end"] = secrets["the PEM"].strip()
    return secrets


def confusion_mutations():
    def confused(rng, base):
        secret = rng.choice(list(confusions(base.kind).values()))
        size = rng.choice(list(HASHES))
        mac = SigningKind(f"HS{size}", secret, secret)
        # The header tells the truth or says what the key is for.
        said = rng.choice([mac.algorithm, mac.algorithm, base.kind.algorithm])
        return mac.token(b64(compact({**base.header, "alg": said})), base.parts[1])
    for _ in range(6):
        yield "an HMAC by the public key", confused


def mutations(kinds):
    return [*part_mutations(), *header_mutations(), *payload_mutations(), *signature_mutations(kinds),
            *confusion_mutations()]
