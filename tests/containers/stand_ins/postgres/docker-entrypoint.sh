#!/bin/bash
# As the official image: an empty folder is set up once (superuser, database, /docker-entrypoint-initdb.d, on a server
# that listens on its socket only), and a folder with a PG_VERSION is never set up again, even if that was broken off.
set -Eeuo pipefail

if [ "${1:-}" != postgres ]; then exec "$@"; fi
if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -m 700 "$PGDATA"
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi

export POSTGRES_USER=${POSTGRES_USER:-postgres}
export POSTGRES_DB=${POSTGRES_DB:-$POSTGRES_USER}
if [ -s "$PGDATA/PG_VERSION" ]; then
    echo "PostgreSQL Database directory appears to contain a database; Skipping initialization"
    exec "$@"
fi
: "${POSTGRES_PASSWORD:?Database is uninitialized and superuser password is not specified}"
initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") >/dev/null
sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" "$PGDATA/postgresql.conf"
echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
PGUSER=$POSTGRES_USER pg_ctl --wait start --options="-c listen_addresses=''"
export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
if [ "$POSTGRES_DB" != postgres ]; then createdb --username "$POSTGRES_USER" "$POSTGRES_DB"; fi
for file in /docker-entrypoint-initdb.d/*; do
    case $file in
        *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
        *.sql) psql --set ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file "$file" ;;
    esac
done
PGUSER=$POSTGRES_USER pg_ctl --mode=fast --wait stop
unset PGPASSWORD
echo "PostgreSQL init process complete; ready for start up."
exec "$@"
