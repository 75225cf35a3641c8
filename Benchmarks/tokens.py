#!/usr/bin/env python3
"""Measures tokens against the bare primitives and against other libraries, and writes the table.

Usage: tokens.py PROGRAM [--write FILE]. PROGRAM is the release build of `Tokens`. Peers that are not installed are
left out and named. All are given the same keys and tokens, one after the other, on one machine in one sitting.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
program = pathlib.Path(sys.argv[1]).resolve()
tasks = ["HS256-verify", "HS256-sign", "RS256-verify", "RS256-sign", "ES256-verify", "ES256-sign", "Ed25519-verify",
         "Ed25519-sign"]
passes = int(os.environ.get("PASSES", "3"))
work = pathlib.Path(tempfile.mkdtemp(prefix="vidimus-tokens-"))
fixture = work / "fixture"


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout.strip()


def compiled(name, command, **options):
    try:
        run(command, **options)
        return [str(work / name)]
    except (OSError, subprocess.CalledProcessError):
        print(f"{name}: left out, it does not build here", file=sys.stderr)
        return None


# Stripped of debug information: valgrind cannot read what the Swift compiler writes.
plain = work / "Tokens"
shutil.copy(program, plain)
run(["strip", "-g", str(plain)])
python = os.environ.get("PYTHON", sys.executable)
run([python, str(here / "peers/fixture.py"), str(fixture)])
c = ["cc", "-O2", "-I", str(here / "peers")]
go = os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(work / "go")}
rust = ["cargo", "build", "--release", "--offline", "--target-dir", str(work / "rust"),
        "--config", 'source.crates-io.replace-with="debian"',
        "--config", 'source.debian.directory="/usr/share/cargo/registry"']
# A copy, since cargo writes its lock file beside the manifest.
shutil.copytree(here / "peers/jsonwebtoken", work / "jsonwebtoken")
peers = {
    "jsonwebtoken": compiled("rust/release/jsonwebtoken-peer", rust, cwd=work / "jsonwebtoken",
                             env=os.environ | {"CARGO_HOME": str(work / "cargo")}),
    "golang-jwt": compiled("golang", ["go", "build", "-o", str(work / "golang"), str(here / "peers/golang.go")], env=go),
    "cjose": compiled("cjose", c + [str(here / "peers/cjose.c"), "-o", str(work / "cjose"), "-lcjose", "-ljansson"]),
    "libjwt": compiled("libjwt", c + [str(here / "peers/libjwt.c"), "-o", str(work / "libjwt"), "-ljwt"]),
    "PyJWT": [python, str(here / "peers/pyjwt.py")],
}
# The name of a row, what to run before FIXTURE, and after it.
contestants = [(name, [str(plain)], [who]) for name, who in [
    ("bare BoringSSL", "bare"), ("bare swift-crypto", "swift-crypto"), ("Vidimus", "vidimus"),
    ("Vidimus, claims as scanned", "claims"), ("Vidimus, claims by `Codable`", "codable"),
    ("jwt-kit", "jwt-kit")]] + [(name, command, []) for name, command in peers.items() if command]


def command(contestant, task, *more):
    _, before, after = contestant
    return before + [str(fixture)] + after + [task, *more]


def nanoseconds(contestant, task):
    text = run(command(contestant, task))
    return float(text) if text else None


def instructions(contestant, task):
    """Of one operation: what more operations take more, without the start of the program."""
    few, many = (50, 250) if "HS256" in task else (10, 40)

    def collected(count):
        text = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                               *command(contestant, task, "--count", str(count))], capture_output=True, text=True).stderr
        found = re.search(r"Collected : (\d+)", text)
        return int(found.group(1)) if found else None

    first, second = collected(few), collected(many)
    return None if first is None or second is None else (second - first) / (many - few)


least = {}
# In passes over everything, so that a minute in which the machine is slow hits everybody alike.
for _ in range(passes):
    for task in tasks:
        for contestant in contestants:
            time = nanoseconds(contestant, task)
            key = (contestant[0], task)
            if time is not None:
                least[key] = min(time, least.get(key, time))
                print(f"{task:15} {contestant[0]:30} {time:10.0f} ns", file=sys.stderr)

counts = {}
if shutil.which("valgrind"):
    for task in tasks:
        for contestant in contestants:
            # Go's runtime does not run under it, and Python's takes minutes.
            if (contestant[0], task) in least and contestant[0] not in ("golang-jwt", "PyJWT"):
                counts[contestant[0], task] = instructions(contestant, task)
else:
    print("no valgrind: no instruction counts", file=sys.stderr)


def times_one(who, task):
    """How often two threads do what one does: the most of each, in turn, since both need all processors undisturbed."""
    most = {1: 0.0, 2: 0.0}
    for _ in range(3 * passes):
        for number in most:
            most[number] = max(most[number], float(run([str(plain), str(fixture), who, task, "--threads", str(number)])))
    return most[2] / most[1]


threads = {task: times_one("vidimus", task) for task in ["HS256-verify", "ES256-verify"]}


# The guard, each time beside a bare ES256 verification, so that both meet the same minute of the machine.
guard = {}
for task in ["HS256-verify", "RS256-verify", "ES256-verify"]:
    for _ in range(passes):
        for who in ["guard-hot", "guard-unseen"]:
            time = float(run([str(plain), str(fixture), who, task]))
            guard[who, task] = min(time, guard.get((who, task), time))
        bare = nanoseconds(contestants[0], "ES256-verify")
        least["bare BoringSSL", "ES256-verify"] = min(bare, least["bare BoringSSL", "ES256-verify"])
    guard["threads", task] = times_one("guard-hot", task)


def guard_table():
    bare = least["bare BoringSSL", "ES256-verify"]
    rows = [f"| {task.split('-')[0]} | {guard['guard-hot', task] / 1000:.2f} | 1/{bare / guard['guard-hot', task]:.0f} | "
            f"{guard['guard-unseen', task] / 1000:.2f} | {guard['threads', task]:.2f} |"
            for task in ["HS256-verify", "RS256-verify", "ES256-verify"]]
    return "\n".join(["| | a token seen before, µs | of a bare ES256 verification | one not seen before, µs | "
                      "two threads, times one |", "|---|---|---|---|---|", *rows])


def cell(name, task, write):
    value = write(name, task)
    return "–" if value is None else value


def time(name, task):
    return f"{least[name, task] / 1000:.2f}" if (name, task) in least else None


def ratio(name, task):
    return f"{least[name, task] / least['bare BoringSSL', task]:.2f}" if (name, task) in least else None


def count(name, task):
    number = counts.get((name, task))
    return None if number is None else f"{number / 1000:.1f}"


def table(write):
    head = "| | " + " | ".join(task.replace("-", " ") for task in tasks) + " |\n|---|" + "---|" * len(tasks)
    rows = [f"| {name} | " + " | ".join(cell(name, task, write) for task in tasks) + " |" for name, _, _ in contestants]
    return "\n".join([head, *rows])


text = f"""Microseconds an operation, the least of many rounds:

{table(time)}

Times the bare BoringSSL call:

{table(ratio)}
"""
if counts:
    text += f"""
Thousands of instructions an operation, by callgrind (it has no SHA instructions, so HS256 counts more here than it
takes time):

{table(count)}
"""
text += "\nTwo threads with one verifier, times one thread: " + ", ".join(
    f"{task.replace('-', ' ')} {times:.2f}" for task, times in threads.items()) + ".\n"
text += f"""
The guard (`TokenVerifier` of VidimusGuard), the status of the token looked up each time:

{guard_table()}
"""
text += f"\nLoad of the machine, a minute's average at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n"
print(text)
if "--write" in sys.argv:
    target = pathlib.Path(sys.argv[sys.argv.index("--write") + 1])
    page = target.read_text()
    begin, end = "<!-- tokens -->", "<!-- /tokens -->"
    if begin not in page or end not in page:
        sys.exit(f"{target} has no place for the table: {begin} … {end}")
    target.write_text(page[:page.index(begin) + len(begin)] + "\n" + text + page[page.index(end):])
shutil.rmtree(work)
