"""Generated and spoiled tokens, judged by us and by PyJWT, joserfc, jwcrypto and the `jose` tool.

    python Tests/Interop/differential VIDIMUS [--count N] [--seed N] [--tool N]
    python Tests/Interop/differential VIDIMUS --replay FILE

The rule: what every peer refuses we must refuse; what we accept every peer that knows the algorithm must accept, with
the same payload; where we refuse and a peer accepts, a class of classes.py must explain it, and what is in such a class
we refuse whatever the peers say. Each disagreement that nothing explains is printed as one JSON object with the key and
the token, which --replay takes, and the end is 1.
"""

import argparse
import collections
import functools
import itertools
import json
import multiprocessing
import random
import subprocess
import sys
import tempfile

import classes
import encrypted
import judges
import kinds
import signed
from kinds import b64, compact, unb64

PAYLOADS = [b"{}", b'{"sub":"ada","exp":4102444800}', '{"sub":"ünï","deep":{"a":[1,{"b":null}]}}'.encode(), b"plain", b"\xff\0"]
Case = collections.namedtuple("Case", "name token")


class Bench:
    """One key, its peers, and the tokens made for it."""

    def __init__(self, side, kind):
        self.side, self.kind, self.cases, self.mutations, self.quota = side, kind, [], [], 0
        known = judges.SIGNED if side is signed else judges.ENCRYPTED
        self.judges = {name: judge(kind) for name, judge in known.items() if judge.knows(kind)}

    def header(self, rng):
        if self.side is signed:
            return rng.choice([{"typ": "JWT"}, {}, {"kid": "a", "typ": "at+jwt"}]) | {"alg": self.kind.algorithm}
        return {"alg": self.kind.algorithm, "enc": rng.choice(self.kind.encryptions)}

    def good(self, rng, peer):
        """A token of a peer's."""
        payload = rng.choice(PAYLOADS)
        if payload == b"\xff\0" and peer == "joserfc":
            payload = b"{}"  # it takes texts
        return self.judges[peer].make(self.header(rng), payload)


def benches(rng):
    made = [Bench(signed, kind) for kind in kinds.signing_kinds(rng)]
    return made + [Bench(encrypted, kind) for kind in kinds.encrypting_kinds(rng)]


def plan(rng, all_benches, count):
    """Gives each key its mutations: every mutation to one key, then by chance; three signed tokens for two encrypted,
    since those are what guards see."""
    for side, share in ((signed, count * 3 // 5), (encrypted, count - count * 3 // 5)):
        own = [bench for bench in all_benches if bench.side is side]
        mutations = side.mutations([bench.kind for bench in own])
        for mutation in mutations:
            rng.choice(own).mutations.append(mutation)
        for place, bench in enumerate(own):
            bench.quota = share // len(own) + (place < share % len(own))
            bench.mutations += rng.sample(mutations, len(mutations))


def generate(rng, bench):
    """A good token by every peer, then spoiled ones until the quota is reached."""
    for peer in bench.judges:
        bench.cases.append(Case(f"good, by {peer}", bench.good(rng, peer)))
    base, made = None, 0
    for name, mutate in itertools.cycle(bench.mutations):
        if made == bench.quota:
            return
        if base is None or rng.random() < 0.1:
            peer = rng.choice([name for name in bench.judges if name != "jose"])
            base = bench.side.Base(bench.kind, bench.good(rng, peer))
        token = mutate(rng, base)
        # A line feed ends a token where they come one a line.
        if token is not None and token != base.text and b"\n" not in token:
            bench.cases.append(Case(name, token))
            made += 1


def ask_us(vidimus, bench):
    """Our answers, by one process."""
    with tempfile.NamedTemporaryFile("w", suffix=".jwk") as file:
        json.dump(bench.kind.public if bench.side is signed else bench.kind.jwk, file)
        file.flush()
        command = ["verify", "--signature-only"] if bench.side is signed else ["decrypt", "--base64url"]
        done = subprocess.run(
            [vidimus, "token", *command, "--batch", "--jwks", file.name],
            input=b"".join(case.token + b"\n" for case in bench.cases), capture_output=True)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) != len(bench.cases):
        raise SystemExit(f"vidimus answered {len(lines)} of {len(bench.cases)} tokens: {done.stderr.decode()}")
    return [json.loads(line) for line in lines]


# What the workers find there when they are forked, since mutations cannot be sent.
BENCHES = []


def judge(number, given):
    """Everything about one key: the findings, and what was counted."""
    bench, rng = BENCHES[number], random.Random(f"{given.seed} {number}")
    if not given.replay:
        generate(rng, bench)
    chosen = set(range(len(bench.cases)))
    if not given.replay:
        chosen = set(rng.sample(sorted(chosen), min(len(chosen), -(-given.tool // len(BENCHES)))))
    findings, counted = [], collections.Counter()
    answers = ask_us(given.vidimus, bench)
    for index, (case, ours) in enumerate(zip(bench.cases, answers)):
        asked = [name for name in bench.judges if name != "jose" or index in chosen]
        verdicts = {name: judges.verdict(bench.judges[name], case.token) for name in asked}
        counted["tokens"] += 1
        counted["spoiled"] += not case.name.startswith("good")
        counted["judged by jose"] += "jose" in verdicts
        for complaint in compare(bench, case, ours, verdicts, counted):
            findings.append({
                "complaint": complaint, "mutation": case.name, "algorithm": bench.kind.algorithm, "ours": ours,
                "peers": {name: said if said[0] == "no" else ["yes", b64(said[1]).decode()]
                          for name, said in verdicts.items()},
                "key": bench.kind.jwk, "token": case.token.decode("latin-1")})
    return findings, counted


def compare(bench, case, ours, verdicts, counted):
    """What is not as the rule has it."""
    if case.name.startswith("good") and not ours["ok"]:
        yield "we refuse a good token"
    if ours["ok"]:
        counted["accepted"] += 1
        payload = unb64(ours["payload"])
        # Also where every peer is lax.
        if found := classes.strictness(case.token, bench.kind):
            yield f"we accept what we refuse: {', '.join(sorted(found))}"
        for name, (said, what) in verdicts.items():
            if said == "yes" and what != payload:
                yield f"{name} reads another payload"
            elif said == "no" and knows(name, case.token):
                excuse = classes.limit(name, case.token, what, payload)
                if excuse is None:
                    yield f"we accept what {name} refuses"
                else:
                    counted[f"limit of {excuse}"] += 1
        return
    counted["refused"] += 1
    accepting = [name for name, (said, _) in verdicts.items() if said == "yes"]
    if not accepting:
        counted["refused by all"] += 1
        return
    found = classes.strictness(case.token, bench.kind)
    if not found:
        yield f"we refuse what {', '.join(accepting)} accept: {ours['code']}"
    elif not any(ours["code"] in classes.STRICT[name][0].split() for name in found):
        yield f"we refuse what {', '.join(accepting)} accept as {ours['code']}, but it is {', '.join(sorted(found))}"
    for name in found:
        for peer in accepting:
            counted[f"{name}: {peer} accepts"] += 1


def knows(peer, token):
    """Only some know the name of RFC 9864."""
    try:
        return peer != "pyjwt" or classes.parsed(unb64(token.split(b".")[0])).get("alg") != "Ed25519"
    except (ValueError, classes.Fault):
        return True


class ReplayedKind:
    """A key as a finding has it."""

    def __init__(self, algorithm, jwk):
        self.algorithm, self.jwk, self.public = algorithm, jwk, kinds.public(jwk)
        self.name = algorithm
        if algorithm not in [kind for kind in SIGNATURES]:
            self.encryptions = tuple(kinds.ENCRYPTIONS)


SIGNATURES = [family + size for family in ("HS", "RS", "PS", "ES") for size in kinds.HASHES] + [
    "EdDSA", "Ed25519", "ML-DSA-65"]


def replayed(path):
    for line in open(path, encoding="utf-8"):
        said = json.loads(line)
        side = signed if said["algorithm"] in SIGNATURES else encrypted
        bench = Bench(side, ReplayedKind(said["algorithm"], said["key"]))
        bench.cases.append(Case(said["mutation"], said["token"].encode("latin-1")))
        yield bench


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vidimus")
    parser.add_argument("--count", type=int, default=6000, help="spoiled tokens")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tool", type=int, default=600, help="tokens for the jose tool, a process each")
    parser.add_argument("--replay", help="file with findings, one a line")
    given = parser.parse_args()
    if given.replay:
        BENCHES.extend(replayed(given.replay))
    else:
        rng = random.Random(given.seed)
        BENCHES.extend(benches(rng))
        plan(rng, BENCHES, given.count)
    findings, counted = [], collections.Counter()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for found, numbers in pool.imap_unordered(functools.partial(judge, given=given), range(len(BENCHES))):
            findings += found
            counted += numbers
    for finding in findings:
        print(json.dumps(finding))
    report = {"seed": given.seed, "keys": len(BENCHES), "findings": len(findings), **dict(sorted(counted.items()))}
    print(json.dumps(report), file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
