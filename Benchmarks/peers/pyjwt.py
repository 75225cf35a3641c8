"""PyJWT. Usage: pyjwt.py FIXTURE ALGORITHM-verify|sign [--count N]; prints nanoseconds an operation."""
import json
import pathlib
import sys
import time

import jwt

folder = pathlib.Path(sys.argv[1])
name, task = sys.argv[2].split("-")
algorithm = "EdDSA" if name == "Ed25519" else name
claims = json.loads((folder / "claims.json").read_text())
if name == "HS256":
    private = public = (folder / "HS256.key").read_bytes()
else:
    load = jwt.get_algorithm_by_name(algorithm).prepare_key
    private = load((folder / f"{name}.private.pem").read_bytes())
    public = load((folder / f"{name}.public.pem").read_bytes())
token = (folder / f"{algorithm}.jwt").read_text()


def verify():
    jwt.decode(token, public, [algorithm], audience="https://api.example", issuer="https://issuer.example",
               options={"require": ["exp"]})


def sign():
    jwt.encode(claims, private, algorithm, headers={"kid": f"{name}-1"})


operation = verify if task == "verify" else sign
if "--count" in sys.argv:
    for _ in range(int(sys.argv[-1])):
        operation()
    sys.exit()
least, repetitions = float("inf"), 1
for _ in range(40):
    start = time.perf_counter_ns()
    for _ in range(repetitions):
        operation()
    least = min(least, (time.perf_counter_ns() - start) / repetitions)
    repetitions = max(1, int(5_000_000 / least))
print(least)
