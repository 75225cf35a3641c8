#!/bin/sh
# prepare.sh SCHEMA QUERY...
# Starts a throw-away PostgreSQL on a unix socket of its own, loads SCHEMA, runs each QUERY file, says what
# psql says, and takes everything away again. Exits 0 if psql could be asked at all; 77 if there is no server.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] && [ -x "$bin/initdb" ] || exit 77

base=$(mktemp -d "${TMPDIR:-/tmp}/vidimus-pg.XXXXXX")
log=$base/log
as=
# PostgreSQL refuses to run as root.
if [ "$(id -u)" = 0 ]; then
    chown postgres "$base"
    as="runuser -u postgres --"
fi
trap 'cd /; $as "$bin/pg_ctl" -D "$base/data" -m immediate -w stop >/dev/null 2>&1 || :; rm -rf "$base"' EXIT
trap 'exit 1' INT TERM HUP

(
    cd "$base"
    $as "$bin/initdb" -D data -U postgres -A trust -E UTF8 --no-locale --no-sync >"$log" 2>&1
    $as "$bin/pg_ctl" -D data -l "$base/server.log" -w -t 60 \
        -o "-k '$base' -c listen_addresses='' -c fsync=off" start >>"$log" 2>&1
) || {
    cat "$log" "$base/server.log" 2>/dev/null
    exit 1
}

schema=$1
shift
psql="$bin/psql -X -q -A -t -U postgres -h $base -d postgres"
$psql -v ON_ERROR_STOP=1 -f "$schema" 2>&1
set -- $(printf -- '-f %s ' "$@")
$psql -v VERBOSITY=terse "$@" 2>&1
