"""Reads the statuses of access tokens as draft-ietf-oauth-status-list describes it: PyJWT and zlib, no code of ours.

Usage: status_list.py ISSUER
Standard input: one access token a line. Standard output: its status, one JSON object a line, {"sub", "status"}.
"""

import base64
import json
import sys
import time
import urllib.request
import zlib

import jwt


class StatusLists:
    """The lists of one issuer. A list is fetched again when its `ttl` is over."""

    def __init__(self, issuer):
        self.issuer = issuer
        self.keys = jwt.PyJWKClient(issuer + "/.well-known/jwks.json")
        self.lists = {}

    def status(self, claims):
        """0 valid, 1 revoked, 2 suspended, 3 stale, of a token whose signature was verified."""
        place = claims["status"]["status_list"]
        uri, index = place["uri"], place["idx"]
        # Only where the issuer keeps its lists: a claim must not choose whom we call.
        if not uri.startswith(self.issuer + "/status/"):
            raise ValueError("a status list that is not the issuer's")
        if uri not in self.lists or self.is_old(self.lists[uri]):
            self.lists[uri] = self.fetched(uri)
        return self.bits(self.lists[uri]["status_list"], index)

    def fetched(self, uri):
        request = urllib.request.Request(uri, headers={"Accept": "application/statuslist+jwt"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            token = answer.read().decode()
        if jwt.get_unverified_header(token).get("typ") != "statuslist+jwt":
            raise ValueError("not a status list")
        said = jwt.decode(
            token, self.keys.get_signing_key_from_jwt(token), algorithms=["ES256"],
            options={"require": ["sub", "iat", "exp", "ttl", "status_list"]})
        if said["sub"] != uri:
            raise ValueError("another list than the one asked for")
        return said

    @staticmethod
    def is_old(said):
        return time.time() >= said["iat"] + said["ttl"]

    @staticmethod
    def bits(status_list, index):
        text, bits = status_list["lst"], status_list["bits"]
        packed = zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        place = index * bits
        return packed[place // 8] >> place % 8 & (1 << bits) - 1


if __name__ == "__main__":
    ISSUER = sys.argv[1]
    lists = StatusLists(ISSUER)
    for token in sys.stdin.read().split():
        claims = jwt.decode(
            token, lists.keys.get_signing_key_from_jwt(token), algorithms=["ES256"], issuer=ISSUER, audience=ISSUER)
        print(json.dumps({"sub": claims["sub"], "status": lists.status(claims)}))
