#!/bin/sh
# A private PostgreSQL for tests: on a Unix socket only, nothing durable.
#
#   eval "$(crates/store/tests/postgres.sh start)"    sets CONNSPEC_TEST_POSTGRES
#   crates/store/tests/postgres.sh stop
#
# Needs Debian's package postgresql (its server programs, not its service).
# PostgreSQL refuses to run as root, so root hands over to the user postgres.
set -eu

folder=${CONNSPEC_POSTGRES_FOLDER:-${TMPDIR:-/tmp}/connspec-postgres-$(id -u)}

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$programs" ] && command -v initdb >/dev/null; then
    programs=$(dirname "$(readlink -f "$(command -v initdb)")")
fi
if [ -z "$programs" ]; then
    echo "postgres.sh: no PostgreSQL server programs found; install the package postgresql" >&2
    exit 1
fi

as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

stop() {
    if [ -d "$folder/data" ]; then
        as_owner "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    fi
    rm -rf "$folder"
}

start() {
    stop
    mkdir -m 755 "$folder"
    if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
    as_owner "$programs/initdb" -D "$folder/data" -U connspec -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    as_owner "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start \
        -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c max_connections=300" >/dev/null
    as_owner "$programs/createdb" -h "$folder" -U connspec connspec
    echo "export CONNSPEC_TEST_POSTGRES='postgres://connspec@localhost/connspec?host=$folder'"
}

case ${1:-} in
start) start ;;
stop) stop ;;
*)
    echo "usage: postgres.sh start|stop" >&2
    exit 2
    ;;
esac
