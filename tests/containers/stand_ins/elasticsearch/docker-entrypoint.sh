#!/bin/bash
# As the official image: variables with a dot in their name are settings, ELASTIC_PASSWORD is the first password.
set -euo pipefail
umask 0002
if [ "${1:-}" != eswrapper ]; then exec "$@"; fi

settings=()
while IFS= read -r -d '' variable; do
    name=${variable%%=*}
    if [[ $name =~ ^[a-z0-9_]+(\.[a-z0-9_]+)+$ ]]; then settings+=("-E$variable"); fi
done </proc/self/environ
if [ -n "${ELASTIC_PASSWORD:-}" ] && [ ! -f config/elasticsearch.keystore ]; then
    printf '%s\n' "$ELASTIC_PASSWORD" | elasticsearch-keystore add --force --stdin bootstrap.password >/dev/null
fi
exec elasticsearch "${settings[@]}"
