"""Encrypted tokens (JWE), good and spoiled."""

import os
import zlib

from cryptography.hazmat.primitives.asymmetric import ec

import headers
import texts
from kinds import CURVES, ENCRYPTIONS, b64, cbc_tag, compact, jwk, public, seal, unb64

PLAINTEXT = '{"sub":"ünï","n":[1,2,3]}'.encode()
NAMES = ("header", "encrypted key", "vector", "ciphertext", "tag")


class Base:
    """A good token of a peer's, and what to spoil it with."""

    def __init__(self, kind, text):
        self.kind, self.text = kind, text
        self.parts = text.split(b".")

    def header(self, rng):
        return {"alg": self.kind.algorithm, "enc": rng.choice(self.kind.encryptions)}

    def sealed(self, header, edit=None, plaintext=PLAINTEXT, iv=None, cek=None, key=None, encrypted=None, part=None,
               pad=True):
        """A token that is right but for what was asked for.

        `edit` makes the header's bytes out of the right ones, `part` its text out of the right text.
        """
        found, wrapped, said = self.kind.wrap(header, key=key, cek=cek)
        full = {**header, **said}
        text = b64(edit(full) if edit else compact(full))
        text = part(text) if part else text
        encryption = header["enc"]
        iv = iv or os.urandom(12 if encryption.endswith("GCM") else 16)
        ciphertext, tag = seal(encryption, found, iv, text, plaintext, pad)
        wrapped = encrypted(wrapped) if encrypted else wrapped
        return b".".join([text, b64(wrapped), b64(iv), b64(ciphertext), b64(tag)])


def part_mutations():
    for place, part in enumerate(NAMES):
        for edit in texts.PART_EDITS:
            def changed(rng, base, place=place, edit=edit):
                if not base.parts[place] and edit not in ("a character more", "a zero byte more", "white space"):
                    return None
                text = texts.edit_part(rng, edit, base.parts[place])
                return None if text is None else b".".join(
                    text if index == place else other for index, other in enumerate(base.parts))
            yield f"{part}: {edit}", changed
    for edit in texts.PART_EDITS:
        def sealed(rng, base, edit=edit):
            header = base.header(rng)
            if edit in ("a bit flipped", "a character changed") and base.kind.algorithm.startswith("ECDH"):
                return None
            try:
                return base.sealed(header, part=lambda text: texts.edit_part(rng, edit, text) or text)
            except ValueError:
                return None
        yield f"header, then sealed: {edit}", sealed
    for edit, change in texts.WHOLE_EDITS.items():
        yield f"token: {edit}", lambda rng, base, change=change: change(rng, base.parts)


def header_mutations():
    sample = list(headers.edits({"alg": "dir", "enc": "A128GCM"}, {"kty": "oct"}))
    for place, (name, _) in enumerate(sample):
        def sealed(rng, base, place=place, name=name):
            embedded = {"kty": "oct", "k": "AAAA"}

            def edit(full):
                found = list(headers.edits(full, embedded))
                return next(text for other, text in found[place:] + found if other == name)
            return base.sealed(base.header(rng), edit)
        yield f"header, then sealed: {name}", sealed

    def without(name):
        return lambda full: compact({other: value for other, value in full.items() if other != name})

    def put(name, value):
        """With this member, written as these bytes."""
        return lambda full: compact(
            {other: said for other, said in full.items() if other != name})[:-1] + b"," + compact(name) + b":" + value + b"}"

    enc = [compact(name) for name in (
        "none", "", "a128gcm", "A128GCM ", "A128CBC", "HS256", "C20P", *ENCRYPTIONS)] + headers.OTHER_TYPES
    changes = [("another enc", put("enc", value)) for value in enc] + [("no enc", without("enc"))]
    changes += [("p2c", put("p2c", value)) for value in (
        b"0", b"-1", b"1", b"999", b"1e3", b"1000.0", b'"1000"', b"null", b"true", b"99999999999999999999", b"2147483648",
        b"600001")]
    changes += [("p2s", put("p2s", value)) for value in (b'""', b'"AAAA"', b'"AAAA=="', b"null", b"5", b'"A B"')]
    changes += [("no p2s", without("p2s")), ("no p2c", without("p2c"))]
    for member in ("iv", "tag"):
        changes += [(f"{member} in the header", put(member, value)) for value in (
            b'""', b'"AAAA"', b'"AAAAAAAAAAAAAAAAAAAAAA"', b'"AAAAAAAAAAAAAAAAAAAAAA=="', b"null", b"5")]
        changes += [(f"no {member} in the header", without(member)), (f"{member} padded", padded(member)),
                    (f"{member} cut", cut(member))]
    for member in ("apu", "apv"):
        # A party that is told after the derivation is another derivation, but for those who ignore it.
        changes += [(f"{member} changed", put(member, value)) for value in (
            b'""', b'"QWxpY2U"', b'"QWxpY2U="', b'"A"', b'"!"', b"null", b"5", b"[]")]
    for name, change in changes:
        yield f"header, then sealed: {name}", lambda rng, base, change=change: base.sealed(base.header(rng), change)
    for parties in ({"apu": "QWxpY2U"}, {"apv": "Qm9i"}, {"apu": "QWxpY2U", "apv": "Qm9i"}, {"apu": ""},
                    {"apu": "QWxpY2U="}, {"apu": "QWxpY2V"}, {"apv": b64(bytes(400)).decode()}):
        yield "parties", lambda rng, base, parties=parties: base.sealed({**base.header(rng), **parties})


def padded(member):
    return lambda full: compact({**full, member: full[member] + "=="} if isinstance(full.get(member), str) else full)


def cut(member):
    return lambda full: compact({**full, member: full[member][:-4]} if isinstance(full.get(member), str) else full)


def agreement_mutations():
    """What `epk` may be instead (RFC 7518 §4.6.1.1)."""
    def other_curve(rng, epk):
        return public(jwk(ec.generate_private_key(CURVES[rng.choice(
            [name for name in CURVES if name != epk["crv"]])]())))

    def moved(rng, epk):
        """Off the curve: what an invalid-curve attack sends."""
        if "y" not in epk:
            return None
        data = bytearray(unb64(epk["y"]))
        data[-1] ^= 1 << rng.randrange(8)
        return {**epk, "y": b64(bytes(data)).decode()}

    def of(change):
        return lambda rng, epk: change(epk)

    edits = {
        "of another curve": other_curve, "off its curve": moved,
        "zero": of(lambda epk: {**epk, **{name: b64(bytes(len(unb64(epk[name])))).decode()
                                          for name in ("x", "y") if name in epk}}),
        "one": of(lambda epk: {**epk, "x": b64(b"\1" + bytes(len(unb64(epk["x"])) - 1)).decode()}),
        "of order 8": of(lambda epk: {**epk, "x": b64(bytes.fromhex(
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")).decode()} if "y" not in epk else None),
        "private": of(lambda epk: {**epk, "d": epk["x"]}),
        "without y": of(lambda epk: {name: value for name, value in epk.items() if name != "y"}),
        "without x": of(lambda epk: {name: value for name, value in epk.items() if name != "x"}),
        "without crv": of(lambda epk: {name: value for name, value in epk.items() if name != "crv"}),
        "without kty": of(lambda epk: {name: value for name, value in epk.items() if name != "kty"}),
        "of another kty": of(lambda epk: {**epk, "kty": "OKP" if epk["kty"] == "EC" else "EC"}),
        "of no curve": of(lambda epk: {**epk, "crv": "P-999"}),
        "padded": of(lambda epk: {**epk, "x": epk["x"] + "="}),
        "a zero longer": of(lambda epk: {**epk, "x": b64(b"\0" + unb64(epk["x"])).decode()}),
        "a byte shorter": of(lambda epk: {**epk, "x": b64(unb64(epk["x"])[1:]).decode()}),
        "with more members": of(lambda epk: {**epk, "kid": "k", "x-y": [1], "use": "enc"}),
        "for signatures": of(lambda epk: {**epk, "use": "sig"}),
        "with an alg": of(lambda epk: {**epk, "alg": "ES256"}),
        "a text": of(lambda epk: "x"), "null": of(lambda epk: None), "an array": of(lambda epk: [epk]), "empty": of(lambda epk: {}),
    }
    for name, edit in edits.items():
        def sealed(rng, base, edit=edit):
            if not base.kind.algorithm.startswith("ECDH"):
                return None
            return base.sealed(
                base.header(rng), lambda full: compact({**full, "epk": edit(rng, full["epk"])}))
        yield f"epk: {name}", sealed
    yield "epk: missing", lambda rng, base: base.sealed(
        base.header(rng), lambda full: compact({name: value for name, value in full.items() if name != "epk"})
    ) if base.kind.algorithm.startswith("ECDH") else None
    yield "epk: high bit set", lambda rng, base: base.sealed(base.header(rng), lambda full: compact({**full, "epk": {
        **full["epk"], "x": b64(unb64(full["epk"]["x"])[:-1] + bytes([unb64(full["epk"]["x"])[-1] | 128])).decode()}})
    ) if base.kind.jwk.get("crv") == "X25519" else None


def content_mutations():
    def by_another_key(rng, base):
        return base.sealed(base.header(rng), key=base.kind.other)
    yield "to another key", by_another_key

    for size in (0, 1, 8, 11, 13, 16, 128):
        def vector(rng, base, size=size):
            encryption = base.header(rng)["enc"]
            if not encryption.endswith("GCM") or size < 8:
                text = base.parts[:2] + [b64(os.urandom(size))] + base.parts[3:]
                return b".".join(text)
            return base.sealed({"alg": base.kind.algorithm, "enc": encryption}, iv=os.urandom(size))
        yield "a vector of another length", vector

    for size in (0, 1, 4, 8, 12, 15):
        yield "a tag cut", lambda rng, base, size=size: b".".join(
            [*base.parts[:4], b64(unb64(base.parts[4])[:size])])
    for more in (b"\0", bytes(16)):
        yield "a tag longer", lambda rng, base, more=more: b".".join(
            [*base.parts[:4], b64(unb64(base.parts[4]) + more)])

    def whole_tag(rng, base):
        """The HMAC as it was before it was cut (RFC 7518 §5.2.2.1)."""
        header = base.header(rng)
        if header["enc"].endswith("GCM"):
            return None
        found, wrapped, said = base.kind.wrap(header)
        text, iv = b64(compact({**header, **said})), os.urandom(16)
        ciphertext, tag = seal(header["enc"], found, iv, text, PLAINTEXT)
        return b".".join([text, b64(wrapped), b64(iv), b64(ciphertext), b64(tag + bytes(len(tag)))])
    yield "a tag of the whole HMAC", whole_tag

    for name, padding in (("none", bytes(32)), ("zero", bytes(31) + b"\0"), ("too much", bytes(31) + b"\x11"),
                          ("not all alike", bytes(14) + b"\1\2" + bytes(13) + b"\1\2\3"), ("a whole block", b"\x10" * 32)):
        def badly_padded(rng, base, padding=padding):
            header = base.header(rng)
            return None if header["enc"].endswith("GCM") else base.sealed(header, plaintext=padding, pad=False)
        yield f"padding: {name}", badly_padded

    def no_blocks(rng, base):
        """A ciphertext that is no whole number of blocks, under a good tag."""
        header = base.header(rng)
        if header["enc"].endswith("GCM"):
            return None
        found, wrapped, said = base.kind.wrap(header)
        text, iv, ciphertext = b64(compact({**header, **said})), os.urandom(16), os.urandom(rng.choice([0, 1, 15, 17]))
        return b".".join([text, b64(wrapped), b64(iv), b64(ciphertext), b64(cbc_tag(found, iv, text, ciphertext))])
    yield "no whole blocks", no_blocks

    for name, plaintext in (("no bytes", b""), ("binary", bytes(range(256))), ("no JSON", b"hello"), ("10 kB", b"x" * 10_000),
                            ("50 kB", b"x" * 50_000), ("a token", b"a.b.c")):
        yield f"plaintext: {name}", lambda rng, base, plaintext=plaintext: base.sealed(
            base.header(rng), plaintext=plaintext)
    for name, plaintext in (("compressed", PLAINTEXT), ("a bomb", bytes(1 << 20))):
        def compressed(rng, base, plaintext=plaintext):
            return base.sealed({**base.header(rng), "zip": "DEF"}, plaintext=zlib.compress(plaintext)[2:-4])
        yield f"plaintext: {name}", compressed

    for size in (0, 8, 16, 24, 32, 48, 64):
        def content_key(rng, base, size=size):
            """A content key of another length than `enc` needs, wrapped as it is."""
            header = base.header(rng)
            if base.kind.algorithm in ("dir", "ECDH-ES") or size == ENCRYPTIONS[header["enc"]]:
                return None
            try:
                _, wrapped, said = base.kind.wrap(header, cek=os.urandom(size) or None)
            except ValueError:
                return None
            text = b64(compact({**header, **said}))
            iv = os.urandom(12 if header["enc"].endswith("GCM") else 16)
            found = os.urandom(ENCRYPTIONS[header["enc"]])
            ciphertext, tag = seal(header["enc"], found, iv, text, PLAINTEXT)
            return b".".join([text, b64(wrapped), b64(iv), b64(ciphertext), b64(tag)])
        yield "a content key of another length", content_key

    def short_key(rng, base):
        """Sealed by a key that is shorter than `enc` needs and that AES takes: A256GCM with 128 bits."""
        if base.kind.algorithm in ("dir", "ECDH-ES"):
            return None
        header, cek = {"alg": base.kind.algorithm, "enc": "A256GCM"}, os.urandom(16)
        _, wrapped, said = base.kind.wrap(header, cek=cek)
        text, iv = b64(compact({**header, **said})), os.urandom(12)
        ciphertext, tag = seal("A256GCM", cek, iv, text, PLAINTEXT)
        return b".".join([text, b64(wrapped), b64(iv), b64(ciphertext), b64(tag)])
    yield "A256GCM by 128 bits", short_key

    for name, change in {
        "empty": lambda wrapped: b"", "eight bytes less": lambda wrapped: wrapped[:-8],
        "eight bytes more": lambda wrapped: wrapped + bytes(8), "zeros": lambda wrapped: bytes(len(wrapped)),
        "a byte more in front": lambda wrapped: b"\0" + wrapped, "one byte": lambda wrapped: b"\0",
    }.items():
        yield f"encrypted key: {name}", lambda rng, base, change=change: base.sealed(
            base.header(rng), encrypted=change)


def mutations(kinds):
    return [*part_mutations(), *header_mutations(), *agreement_mutations(), *content_mutations()]


