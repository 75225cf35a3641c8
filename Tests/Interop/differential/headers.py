"""What is done to a header: the bytes of another one, to be signed or sealed as if all were well."""

import json

from kinds import compact

ALGORITHMS = [family + size for family in ("HS", "RS", "PS", "ES") for size in ("256", "384", "512")] + [
    "EdDSA", "Ed25519", "Ed448", "ES256K", "ML-DSA-65", "ML-DSA-44", "HS1", "RS1", "A128KW", "dir"]
NONE = ["none", "None", "NONE", "nOnE", "nonE", " none", "none ", "none\0", "n\u043ene", ""]
OTHER_TYPES = [b"null", b"5", b"true", b"[]", b"{}", b'["HS256"]', b"1.5"]


def edits(header, embedded):
    """Yields a name and the bytes of a header; `embedded` is a public JWK of somebody else's."""
    text = compact(header)
    inner = text[1:-1]

    def more(members):
        return b"{" + inner + b"," + members + b"}"

    def before(members):
        return b"{" + members + b"," + inner + b"}"

    def put(name, value):
        """With this member, written as these bytes, in place of what it has."""
        kept = {other: said for other, said in header.items() if other != name}
        return compact(kept)[:-1] + (b"," if kept else b"") + compact(name) + b":" + value + b"}"

    # alg (RFC 7515 §4.1.1)
    own = header["alg"]
    for name in NONE:
        yield "alg none", put("alg", compact(name))
    for name in ALGORITHMS:
        if name != own:
            yield "another alg", put("alg", compact(name))
    for name in (own.lower(), own.swapcase(), own + " ", " " + own, own + "\0", own[:-1], own + own, "\u212a" + own):
        if name != own:
            yield "alg spelled otherwise", put("alg", compact(name))
    for value in OTHER_TYPES + [compact([own])]:
        yield "alg of another type", put("alg", value)
    yield "no alg", compact({name: value for name, value in header.items() if name != "alg"} or {"typ": "JWT"})
    yield "alg escaped", put("alg", b'"' + "".join(f"\\u{ord(letter):04x}" for letter in own).encode() + b'"')

    # crit and b64 (RFC 7515 §4.1.11, RFC 7797)
    for value in (b"[]", b'["exp"]', b'["alg"]', b'["typ"]', b'["crit"]', b'["b64"]', b'"b64"', b"{}", b"null", b"[5]",
                  b'["x"]', b'[""]', b'["http://example.com/unknown"]', b'[["x"]]'):
        yield "crit", more(b'"crit":' + value)
        yield "crit of what is there", more(b'"x":1,"exp":1,"http://example.com/unknown":true,"":1,"crit":' + value)
    yield "crit says a name twice", more(b'"x":1,"crit":["x","x"]')
    for value in (b"true", b"false", b'"false"', b"0", b"null"):
        yield "b64", more(b'"b64":' + value)
        yield "b64 and crit", more(b'"b64":' + value + b',"crit":["b64"]')
    yield "zip", more(b'"zip":"DEF"')
    yield "zip", more(b'"zip":"def"')
    yield "zip", more(b'"zip":null')

    # Members with a meaning, of any type
    for name in ("typ", "cty", "kid"):
        for value in (b'"JWT"', b'"at+jwt"', b'""', b'"../../../dev/null"', b'"a\\u0000b"', b'"' + b"k" * 300 + b'"'):
            yield f"{name} of another text", put(name, value)
        for value in OTHER_TYPES:
            yield f"{name} of another type", put(name, value)
    for name in ("jku", "x5u"):
        yield f"{name}", more(b'"%s":"https://evil.example/keys"' % name.encode())
        yield f"{name} of another type", more(b'"%s":5' % name.encode())
    yield "jwk", more(b'"jwk":' + compact(embedded))
    yield "jwk of another type", more(b'"jwk":"x"')
    yield "x5c", more(b'"x5c":["MIIB"]')
    yield "x5c of another type", more(b'"x5c":"MIIB"')
    yield "x5t", more(b'"x5t":"AAAA","x5t#S256":"AAAA"')
    yield "x5t of another type", more(b'"x5t#S256":7')

    # Members without a meaning (RFC 7515 §4: ignored)
    for members in (b'"x":1', b'"x":{"alg":"none"}', b'"exp":5,"aud":"us"', b'"":1', b'"ALG":"none"', b'"alg ":"none"',
                    b'"\xc3\xa9":1,"e\xcc\x81":2', b'"x":"\\ud83d\\ude00"', b'"x":"\xf0\x9f\x98\x80"', b'"x":"\x7f"',
                    b'"x":[1E+2,-0,0.5,1e-999,-1.25e3]', b'"x":"\\u0000\\/\\b"', b'"__proto__":{"alg":"none"}'):
        yield "a member without a meaning", more(members)

    # A name twice (RFC 7515 §4, RFC 8259 §4)
    for members in (b'"alg":' + compact(own), b'"alg":"none"', b'"\\u0061lg":"none"', b'"typ":"JWT","typ":"JWT"',
                    b'"x":1,"x":1', b'"x":{"a":1,"a":2}', b'"x":[[{"a":1,"b":{"c":1,"c":1}}]]',
                    b'"x":{"\\u0061":1,"a":1}'):
        yield "a name twice", more(members)
        yield "a name twice", before(members)

    # Not JSON, or not as RFC 8259 has it
    for name, wrong in (
        ("a byte order mark", b"\xef\xbb\xbf" + text), ("white space allowed", b" \t\r\n" + text + b" \n"),
        ("white space that is none", b"\x0b" + text), ("white space that is none", text + b"\x00"),
        ("white space that is none", b"\xc2\xa0" + text), ("white space that is none", text + b"\x0c"),
        ("more after it", text + b"}"), ("more after it", text + text), ("more after it", text + b"x"),
        ("more after it", text + b","), ("cut", text[:-1]), ("cut", text[:len(text) // 2]),
        ("no object", b"[" + text + b"]"), ("no object", b"null"), ("no object", b"5"), ("no object", b'"x"'),
        ("no object", b""), ("no object", compact(text.decode())), ("an empty object", b"{}"),
        ("UTF-16", text.decode().encode("utf-16")), ("UTF-16", text.decode().encode("utf-16-le")),
        ("UTF-32", text.decode().encode("utf-32-be")), ("single quotes", text.replace(b'"', b"'")),
        ("a comma at the end", text[:-1] + b",}"), ("a comma at the start", b"{," + inner + b"}"),
        ("a comment", b"/**/" + text), ("a comment", text + b"//"), ("pretty", json.dumps(header, indent=2).encode()),
        ("another order", compact(dict(reversed(header.items())))), ("names without quotes", b"{alg:1," + inner + b"}"),
    ):
        yield f"JSON: {name}", wrong
    for value in (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"01", b"-01", b"+1", b".5", b"1.", b"1e",
                  b"0x10", b"1_000", b"--1", b"1" * 128, b"1" * 129, b"9" * 1000, b"0." + b"0" * 1000 + b"1",
                  b"9223372036854775808", b"-9223372036854775809", b"1e400", b"\xd9\xa1"):
        yield "a number", more(b'"x":' + value)
    for value in (b"'x'", b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\ud800x"', b'"\\x"', b'"\\u00"', b'"\\u{61}"', b'"\x01"',
                  b'"\t"', b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xe2\x82"', b'"x',
                  b"undefined", b"True", b"tru", b"nul", b"[1,]", b"[,1]", b"{}}", b"[1 2]", b'{"a" 1}', b'"\\U0061"'):
        yield "a value", more(b'"x":' + value)
    yield "a name with a lone surrogate", more(b'"\\ud800":1')
    yield "kid with a lone surrogate", put("kid", b'"\\udfff"')
    for depth in (10, 15, 16, 17, 100, 1000):
        yield "depth", more(b'"x":' + b"[" * depth + b"]" * depth)
        yield "depth", more(b'"x":' + b'{"a":' * (depth // 2) + b"1" + b"}" * (depth // 2))
    for size in (1000, 7800, 9000):
        yield "length", more(b'"x":"' + b"x" * size + b'"')
