"""Verifies a server's tokens through its key rotations, as services do that keep the key set for its max-age.

Usage: rotation.py ADDRESS VIDIMUS DATA EMAIL PASSWORD LIFETIME

Tokens come by sign-in, by refresh and from `vidimus token issue`. Every verifier checks each of them as soon as it is
signed, and again as long as it is good. Ends a little after the second rotation, or after 50 s.
Standard output: one JSON object, {"refused": count, "first": [the first of them], "issued": {way: count},
"signers": [kid in the order of its first token], "verified": {kid: count}, "fetched": [count by verifier], "max_age"}.
"""

import json
import re
import subprocess
import sys
import time
import urllib.request

import jwt

ADDRESS, VIDIMUS, DATA, EMAIL, PASSWORD, LIFETIME = sys.argv[1:]
VERIFIERS = 12


class Verifier:
    """Keeps the set for exactly the max-age it came with. An unknown `kid` is no reason to ask again."""

    def __init__(self):
        self.keys = None
        self.expires = 0.0
        self.max_age = None
        self.fetched = 0

    def key(self, kid):
        if time.monotonic() >= self.expires:
            # RFC 9111 section 4.2.3: the way of the answer counts.
            asked = time.monotonic()
            with urllib.request.urlopen(ADDRESS + "/.well-known/jwks.json", timeout=20) as answer:
                self.keys = jwt.PyJWKSet.from_dict(json.load(answer))
                self.max_age = int(re.search(r"max-age=(\d+)", answer.headers["Cache-Control"])[1])
            self.expires = asked + self.max_age
            self.fetched += 1
        return self.keys[kid]

    def verify(self, token, kid):
        return jwt.decode(
            token, self.key(kid), algorithms=["ES256"], issuer=ADDRESS, audience=ADDRESS,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]})


def post(path, body):
    request = urllib.request.Request(
        ADDRESS + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def signed_in():
    return post("/v1/login", {"email": EMAIL, "password": PASSWORD})


session = signed_in()


def refreshed():
    global session
    session = post("/v1/refresh", {"refresh_token": session["refresh_token"]})
    return session["access_token"]


def by_command():
    return subprocess.run(
        [VIDIMUS, "token", "issue", "--subject", "ada", "--lifetime", LIFETIME, "--data", DATA, "--issuer", ADDRESS],
        capture_output=True, text=True, check=True, timeout=30).stdout.strip()


# How it is issued, and how many seconds lie between two of them.
WAYS = {
    "sign-in": (lambda: signed_in()["access_token"], 0.1),
    "refresh": (refreshed, 0.05),
    "command": (by_command, 1.0),
}
verifiers = [Verifier() for _ in range(VERIFIERS)]
due = dict.fromkeys(WAYS, 0.0)
issued = dict.fromkeys(WAYS, 0)
alive, signers, verified, refused = [], [], {}, []


def verify(way, token, kid, expires, verifier):
    # What expires while it is looked at is not a good token.
    if expires - time.time() < 1:
        return
    try:
        verifiers[verifier].verify(token, kid)
        verified[kid] = verified.get(kid, 0) + 1
    except Exception as error:
        refused.append(f"{time.monotonic() - start:.2f} s: verifier {verifier}, {way}, {kid}: {error!r}")


start = time.monotonic()
end = start + 50
rounds = 0
while time.monotonic() < end:
    rounds += 1
    for way, (issue, pause) in WAYS.items():
        if time.monotonic() < due[way]:
            continue
        due[way] = time.monotonic() + pause
        token = issue()
        issued[way] += 1
        kid = jwt.get_unverified_header(token)["kid"]
        expires = jwt.decode(token, options={"verify_signature": False})["exp"]
        if kid not in signers:
            signers.append(kid)
            if len(signers) == 3:
                end = min(end, time.monotonic() + 4)
        # The verifiers begin one after the other, so that their sets are of every age.
        begun = min(VERIFIERS, 1 + int((time.monotonic() - start) * VERIFIERS))
        for verifier in range(begun):
            verify(way, token, kid, expires, verifier)
        alive.append((way, token, kid, expires))
    alive = [entry for entry in alive if entry[3] - time.time() >= 1]
    # Those that are out, by one verifier after the other.
    for entry in alive[rounds % 7 :: 7]:
        verify(*entry, rounds % begun)
    time.sleep(0.005)

print(json.dumps({
    "refused": len(refused), "first": refused[:5], "issued": issued, "signers": signers, "verified": verified,
    "fetched": [verifier.fetched for verifier in verifiers], "max_age": verifiers[0].max_age}))
