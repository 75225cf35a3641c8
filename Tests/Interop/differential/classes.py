"""Where we refuse what a peer accepts, or the other way round, and are right to: a short list.

A class is told by the token itself, not by what we said of it: each looks with eyes of its own. What no class explains
is a finding, and the test fails.
"""

import json
import math

from kinds import ENCRYPTIONS, unb64

DEPTH, DIGITS, HEADER, SIGNED, ENCRYPTED = 16, 128, 8_192, 16_384, 65_536


class Fault(Exception):
    """Why a text is not JSON as we take it: the name of a class."""


def pairs(members):
    names = [name for name, _ in members]
    if len(set(names)) != len(names):
        raise Fault("duplicate")
    return dict(members)


def number(text):
    if len(text) > DIGITS or math.isinf(float(text)):
        raise Fault("limits")
    return float(text)


def refused(text):
    raise Fault("json")


def depth_and_surrogates(value, depth=0):
    if isinstance(value, str):
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Fault("json")
    elif isinstance(value, (list, dict)):
        if depth >= DEPTH:
            raise Fault("limits")
        for inner in (value if isinstance(value, list) else [*value.keys(), *value.values()]):
            depth_and_surrogates(inner, depth + 1)


def parsed(data):
    """JSON as RFC 8259 has it, within our limits; raises the Fault of anything else."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("json") from None
    if text.startswith("\ufeff"):
        raise Fault("json")
    try:
        value = json.loads(
            text, object_pairs_hook=pairs, parse_constant=refused, parse_float=number, parse_int=number)
    except RecursionError:
        raise Fault("limits") from None
    except ValueError:
        raise Fault("json") from None
    depth_and_surrogates(value)
    return value


# Name: what we may say of it; what it is, and where it is written that it may or must be refused.
STRICT = {
    "parts": ("malformed", "not three parts, or not five: another serialization, given to who asked for the compact one "
              "(RFC 7515 §3.1, §5.2, RFC 7516 §9)"),
    "base64url": ("malformed", "padding, another alphabet, white space or bits without a byte: two texts for one token "
                  "(RFC 7515 §2, RFC 4648 §3.2, §3.3, §3.5, §12)"),
    "json": ("malformed", "a header that is not JSON: byte order mark, UTF-16, NaN, half a surrogate pair "
             "(RFC 7515 §5.2 step 3, RFC 8259 §2, §7, §8.1, RFC 7493 §2.1)"),
    "duplicate": ("malformed", "a name twice in the header, at any depth (RFC 7515 §4, RFC 7493 §2.3)"),
    "limits": ("malformed", "longer, deeper or larger than our bounds (RFC 8259 §9)"),
    "no alg": ("malformed", "a header that does not say its alg, or enc (RFC 7515 §4.1.1, RFC 7516 §4.1.1, §4.1.2: MUST "
               "be present)"),
    "types": ("malformed", "a registered member of a type that it cannot have (RFC 7515 §4.1, RFC 7516 §4.1)"),
    "critical": ("malformed unsupported_critical", "crit asks for what was not asked for, or has not its form; b64 in or "
                 "outside of it (RFC 7515 §4.1.11, RFC 7797 §6, and §7: not in a JWT)"),
    "zip": ("unsupported_critical", "compressed content that nobody asked for, or a signed token that calls itself "
            "compressed (RFC 8725 §3.6, RFC 7516 §4.1.3)"),
    "signature": ("invalid_signature", "an ECDSA signature that is not two numbers of the curve's length "
                  "(RFC 7518 §3.4: any other length is not valid)"),
    "sizes": ("malformed", "a vector, tag or encrypted key of another size than the algorithm has "
              "(RFC 7518 §4.5, §4.7.1.1, §4.7.1.2, §5.2.3, §5.3)"),
    "epk": ("malformed decryption_failed", "an epk that is no public key on the curve of the key "
            "(RFC 7518 §4.6.1.1, §6.2.1, RFC 7517 §4)"),
    "pbes2": ("malformed", "p2c below 1000 or no integer, p2s under 8 bytes (RFC 7518 §4.8.1.1, §4.8.1.2)"),
}


def strictness(token, kind):
    """The classes that a token belongs to."""
    is_signed = not hasattr(kind, "encryptions")
    found = set()
    parts = token.split(b".")
    if len(parts) != (3 if is_signed else 5):
        return {"parts"}
    if len(token) > (SIGNED if is_signed else ENCRYPTED):
        found.add("limits")
    decoded = []
    for part in parts:
        try:
            decoded.append(unb64(part))
        except ValueError:
            found.add("base64url")
    if len(decoded) != len(parts):
        return found
    if len(decoded[0]) > HEADER:
        return found | {"limits"}
    try:
        header = parsed(decoded[0])
    except Fault as fault:
        return found | {str(fault)}
    if not isinstance(header, dict):
        return found | {"json"}
    texts = ("alg", "typ", "cty", "kid") if is_signed else ("alg", "typ", "cty", "kid", "enc", "zip")
    if any(not isinstance(header[name], str) for name in texts if name in header):
        found.add("types")
    if any(name not in header for name in (("alg",) if is_signed else ("alg", "enc"))):
        found.add("no alg")
    if "crit" in header or "b64" in header:
        found.add("critical")
    if "zip" in header:
        found.add("zip")
    if is_signed and kind.algorithm.startswith("ES") and len(decoded[2]) != 2 * size(kind.jwk, "x"):
        found.add("signature")
    return found if is_signed else found | of_encrypted(header, decoded, kind)


def of_encrypted(header, decoded, kind):
    found = set()
    _, wrapped, iv, _, tag = decoded
    encryption = header.get("enc")
    if isinstance(encryption, str) and encryption in ENCRYPTIONS:
        sizes = (12, 16) if encryption.endswith("GCM") else (16, ENCRYPTIONS[encryption] // 2)
        if (len(iv), len(tag)) != sizes or bool(wrapped) == (kind.algorithm in ("dir", "ECDH-ES")):
            found.add("sizes")
    if kind.algorithm.endswith("GCMKW") and (size(header, "iv"), size(header, "tag")) != (12, 16):
        found.add("sizes")
    if kind.algorithm.startswith("ECDH"):
        if not is_public_key(header.get("epk"), kind.jwk):
            found.add("epk")
        if any(name in header and size(header, name) is None for name in ("apu", "apv")):
            found.add("types")
    if kind.algorithm.startswith("PBES2"):
        count = header.get("p2c")
        if not isinstance(count, float) or not 1000 <= count <= 600_000 or (size(header, "p2s") or 0) < 8:
            found.add("pbes2")
    return found


def size(header, name):
    """Bytes in a member in canonical base64url; None if it is none."""
    try:
        return len(unb64(header[name]))
    except (KeyError, ValueError, AttributeError, TypeError):
        return None


def is_public_key(epk, own):
    if not isinstance(epk, dict) or "d" in epk:
        return False
    wanted = ("kty", "crv")
    if any(epk.get(name) != own[name] for name in wanted):
        return False
    return all(size(epk, name) == size(own, name) for name in ("x", "y") if name in own)


# What a peer refuses and we accept: limits of its own, where a token is right by the RFCs.
LIMITS = {
    "joserfc registered": "joserfc wants jku and x5u to be URLs, jwk an object and x5c an array; we never use them, and "
                          "no section wants them checked by who does not (RFC 7515 §4.1.2 to §4.1.8)",
    "jwcrypto empty": "jwcrypto takes an empty plaintext for a failure",
    "jwcrypto p2c": "jwcrypto does 16384 iterations of PBKDF2 at most, jose asks for more when it encrypts",
    "jwcrypto epk": "jwcrypto heeds a use in epk, which may be ignored (RFC 7518 §4.6.1.1)",
    "jose jansson": "jose reads with jansson, which has no integers beyond 64 bits, no numbers next to zero and no texts "
                    "with NUL (RFC 8259 §6, §9 let it)",
}


def limit(peer, token, reason, payload):
    """The limit behind a peer's refusal; it must be the token's doing too."""
    try:
        header = parsed(unb64(token.split(b".")[0]))
    except (ValueError, Fault):
        return None
    if peer == "joserfc" and any(
            f"'{name}' in header must be a" in reason for name in ("jku", "x5u", "jwk", "x5c", "x5t#S256")):
        return "joserfc registered"
    if peer == "jwcrypto" and payload == b"":
        return "jwcrypto empty"
    if peer == "jwcrypto" and header.get("p2c", 0) > 16_384:
        return "jwcrypto p2c"
    if peer == "jwcrypto" and header.get("epk", {}).get("use") == "sig":
        return "jwcrypto epk"
    if peer == "jose" and any(is_beyond(value) for value in leaves(header)):
        return "jose jansson"
    return None


def leaves(value):
    if isinstance(value, (list, dict)):
        for inner in value if isinstance(value, list) else [*value.keys(), *value.values()]:
            yield from leaves(inner)
    else:
        yield value


def is_beyond(value):
    if isinstance(value, str):
        return "\0" in value
    return isinstance(value, float) and (abs(value) >= 2 ** 63 or value == 0)
