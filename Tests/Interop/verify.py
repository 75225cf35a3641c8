"""Verifies access tokens with other people's libraries, given only the address of the key set.

Standard input: one JSON object a line, {"peer", "token", "jwks", "issuer", "audience", "algorithm"}.
Standard output: one JSON object a line, {"ok": true, "payload"} or {"ok": false, "error"}.
"""

import json
import sys

from peers import KNOWN, VERIFY

for line in sys.stdin:
    job = json.loads(line)
    if job["algorithm"] not in KNOWN[job["peer"]]:
        raise SystemExit(f"{job['peer']} does not know {job['algorithm']}")
    try:
        answer = {"ok": True, "payload": VERIFY[job["peer"]](job)}
    except Exception as error:
        answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))
