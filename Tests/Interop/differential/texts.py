"""What is done to the text of a token: to one of its parts, and to the whole."""

from kinds import b64, compact, unb64

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# No line feed: it ends a token where tokens come one a line.
SPACES = [b" ", b"\t", b"\r", b"\x0b", b"\x0c", b"\x00", b"\xa0", "\u2028".encode(), "\ufeff".encode()]
ODD = [b"!", b"*", b"~", b":", b"/", b"+", b"%", b",", b"\\", b"\x80", b"\xff", "\uff0e".encode(), "\u0430".encode()]


def flip_bit(rng, text):
    data = bytearray(unb64(text))
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return b64(bytes(data))


def change_character(rng, text):
    place = rng.randrange(len(text))
    other = rng.choice([letter for letter in ALPHABET if letter != text[place]])
    return text[:place] + bytes([other]) + text[place + 1:]


def stray_bits(rng, text):
    """Other bits in the last character that no byte needs (RFC 4648 §3.5)."""
    unused = {2: 16, 3: 4}.get(len(text) % 4)
    if unused is None:
        return None
    value = ALPHABET.index(text[-1])
    return text[:-1] + bytes([ALPHABET[value | rng.randrange(1, unused)]])


def pad(rng, text):
    return text + b"=" * (-len(text) % 4 or 4)


def pad_wrongly(rng, text):
    return text + b"=" * rng.choice([count for count in (1, 2, 3, 4, 5) if (len(text) + count) % 4])


def pad_inside(rng, text):
    place = rng.randrange(1, max(2, len(text)))
    return text[:place] + b"=" + text[place:]


def other_alphabet(rng, text):
    changed = text.replace(b"-", b"+").replace(b"_", b"/")
    return changed if changed != text else None


def insert(choice):
    def edit(rng, text):
        place = rng.choice([0, len(text), rng.randrange(len(text) + 1)])
        return text[:place] + rng.choice(choice) + text[place:]
    return edit


PART_EDITS = {
    "a bit flipped": flip_bit,
    "a character changed": change_character,
    "stray bits at the end": stray_bits,
    "padded": pad,
    "padded wrongly": pad_wrongly,
    "padded inside": pad_inside,
    "the other alphabet": other_alphabet,
    "white space": insert(SPACES),
    "an odd character": insert(ODD),
    "a character more": lambda rng, text: text + bytes([rng.choice(ALPHABET)]),
    "a character less": lambda rng, text: text[:-1],
    "a zero byte more": lambda rng, text: b64(unb64(text) + b"\0"),
    "a zero byte before": lambda rng, text: b64(b"\0" + unb64(text)),
    "a byte less": lambda rng, text: b64(unb64(text)[:-1]),
    "cut": lambda rng, text: text[:rng.randrange(len(text))],
    "twice": lambda rng, text: text + text,
    "empty": lambda rng, text: b"",
    "percent signs": lambda rng, text: b"%%%02X" % text[0] + text[1:],
    "other case": lambda rng, text: text.swapcase(),
}


def edit_part(rng, edit, text):
    """None where the edit cannot be done or changes nothing."""
    if not text and edit in ("a bit flipped", "a character changed", "percent signs", "cut"):
        return None
    try:
        changed = PART_EDITS[edit](rng, text)
    except ValueError:
        return None
    return None if changed == text else changed


def swapped(rng, parts):
    places = rng.sample(range(len(parts)), 2)
    changed = list(parts)
    changed[places[0]], changed[places[1]] = parts[places[1]], parts[places[0]]
    return b".".join(changed)


def without_part(rng, parts):
    place = rng.randrange(len(parts))
    return b".".join(parts[:place] + parts[place + 1:])


def dot_somewhere(rng, parts):
    text = b".".join(parts)
    place = rng.randrange(len(text) + 1)
    return text[:place] + b"." + text[place:]


def in_json(rng, parts):
    """The JSON serialization of the same (RFC 7515 §7.2, RFC 7516 §7.2)."""
    names = ["protected", "payload", "signature"] if len(parts) == 3 else [
        "protected", "encrypted_key", "iv", "ciphertext", "tag"]
    flat = {name: part.decode() for name, part in zip(names, parts) if part or name != "encrypted_key"}
    if rng.random() < 0.5:
        return compact(flat)
    inner = ("protected", "signature") if len(parts) == 3 else ("encrypted_key",)
    entry = {name: flat.pop(name) for name in inner if name in flat}
    return compact({**flat, "signatures" if len(parts) == 3 else "recipients": [entry]})


def joined(make):
    return lambda rng, parts: make(rng, b".".join(parts))


WHOLE_EDITS = {
    "parts swapped": swapped,
    "a part missing": without_part,
    "a part twice": lambda rng, parts: b".".join([*parts, rng.choice(parts)]),
    "a dot more": dot_somewhere,
    "a dot at the end": joined(lambda rng, text: text + b"."),
    "a dot at the start": joined(lambda rng, text: b"." + text),
    "no dots": lambda rng, parts: b"".join(parts),
    "only dots": lambda rng, parts: b"." * (len(parts) - 1),
    "empty": lambda rng, parts: b"",
    "other dots": lambda rng, parts: rng.choice([b",", b":", "\uff0e".encode(), b"%2E"]).join(parts),
    "cut": joined(lambda rng, text: text[:rng.randrange(len(text))]),
    "white space around": joined(lambda rng, text: rng.choice([b" " + text, text + b" ", text + b"\r", b"\t" + text])),
    "quoted": joined(lambda rng, text: b'"' + text + b'"'),
    "with its scheme": joined(lambda rng, text: rng.choice([b"Bearer ", b"JWT ", b"bearer:"]) + text),
    "a byte order mark": joined(lambda rng, text: "\ufeff".encode() + text),
    "two tokens": joined(lambda rng, text: text + rng.choice([b",", b" ", b";", b"."]) + text),
    "as JSON": in_json,
    "a byte changed": joined(lambda rng, text: (
        lambda place, byte: text[:place] + bytes([byte]) + text[place + 1:])(
            rng.randrange(len(text)), rng.choice([value for value in range(256) if value != 10]))),
}
