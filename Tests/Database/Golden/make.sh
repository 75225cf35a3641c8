#!/bin/sh
# Makes the golden database of this version: Golden/SCHEMA.sql and Golden/SCHEMA.json.
# Run it once a schema, with the vidimus that has that schema, before the next one; never run it again for an old one.
# Use: Tests/Database/Golden/make.sh SCHEMA VIDIMUS, for example: Tests/Database/Golden/make.sh 1 .build/debug/vidimus
set -eu
schema=$1 vidimus=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
server=
# For tests only: it is written down here, so it protects nothing.
VIDIMUS_MASTER_KEY=1:$(printf 'a7%.0s' $(seq 32))
VIDIMUS_DATA=$folder/data VIDIMUS_HASH_MEMORY=64 VIDIMUS_HASH_ITERATIONS=1 VIDIMUS_ISSUER=https://id.example
export VIDIMUS_MASTER_KEY VIDIMUS_DATA VIDIMUS_HASH_MEMORY VIDIMUS_HASH_ITERATIONS VIDIMUS_ISSUER
password='correct horse battery'

"$vidimus" serve --port 18473 --set-up-link file >"$folder/out" 2>&1 &
server=$!
until grep -q 'listens on' "$folder/out"; do kill -0 "$server"; sleep 0.1; done
for person in 'ada --role admin' 'ann --role editor' 'dan'; do
    # shellcheck disable=SC2086 # a name and its options
    set -- $person
    name=$1
    shift
    echo "$password" | "$vidimus" user create "$name@example.com" --password-stdin "$@" >/dev/null
done
"$vidimus" key rotate >/dev/null
"$vidimus" client create orders --scope status:read --json >"$folder/client.json"
post() { # PATH BODY
    curl -sf "http://127.0.0.1:18473$1" -H 'Content-Type: application/json' -d "$2"
}
sign_in() { post /v1/login "{\"email\":\"$1@example.com\",\"password\":\"$password\"}"; }
sign_in ann >"$folder/live.json"
sign_in ann >"$folder/ended.json"
ended=$(sed 's/.*"access_token":"\([^"]*\)".*/\1/' "$folder/ended.json")
curl -sf -X POST http://127.0.0.1:18473/v1/logout -H "Authorization: Bearer $ended"
sign_in dan >/dev/null
"$vidimus" user disable dan@example.com >/dev/null
"$vidimus" backup "$folder/golden.db" >/dev/null
kill "$server"
wait "$server" || true

python3 - "$folder" "$here/$schema" "$password" <<'PYTHON'
import json, os, sqlite3, sys
folder, target, password = sys.argv[1:]
with open(target + ".sql", "w") as file:
    for line in sqlite3.connect(folder + "/golden.db").iterdump():
        file.write(line + "\n")
known = {"master_key": os.environ["VIDIMUS_MASTER_KEY"], "password": password}
for name in ["live", "ended", "client"]:
    with open(f"{folder}/{name}.json") as answer:
        known[name] = json.load(answer)
with open(target + ".json", "w") as file:
    json.dump(known, file, indent=2)
    file.write("\n")
PYTHON
