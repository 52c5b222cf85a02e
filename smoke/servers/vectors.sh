#!/bin/sh
# A database for vectors of Debian's PostgreSQL with pgvector, on port 5432, for whoever is on its network.
set -eu
programs=$(dirname /usr/lib/postgresql/*/bin/postgres)
mkdir -p /tmp/vectors
chown postgres /tmp/vectors
as_postgres() { setpriv --reuid postgres --regid postgres --clear-groups "$@"; }
as_postgres "$programs/initdb" --pgdata /tmp/vectors --username vectors --auth trust --no-sync --encoding UTF8 --locale C.UTF-8
echo 'host all all all trust' >> /tmp/vectors/pg_hba.conf
exec setpriv --reuid postgres --regid postgres --clear-groups "$programs/postgres" -D /tmp/vectors \
  -c listen_addresses='*' -c unix_socket_directories= -c fsync=off -c shared_buffers=16MB
