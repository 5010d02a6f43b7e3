#!/bin/bash
# Creates or updates Elasticsearch's roles and users at each start. Passwords are set to those in `.env`. They are alphanumeric
# (see `make env`), so they need no escaping in JSON; none is on a command line.
set -euo pipefail
base=https://elasticsearch:9200
here=$(dirname "$0")

request() {  # METHOD PATH, with the body on standard input
    local answer status
    answer=$(mktemp)
    status=$(curl --silent --show-error --cacert /authority/ca.crt --config <(printf 'user = "elastic:%s"\n' "$ELASTIC_PASSWORD") \
        --retry 5 --retry-connrefused --output "$answer" --write-out '%{http_code}' \
        --header 'Content-Type: application/json' --request "$1" "$base$2" --data-binary @-)
    if [ "$status" != 200 ] && [ "$status" != 201 ]; then
        echo "$1 $2 failed with status $status: $(cat "$answer")" >&2
        return 1
    fi
    echo "$2"
}

for role in "$here"/roles/*.json; do
    request PUT "/_security/role/$(basename "$role" .json)" <"$role"
done
user() {  # NAME PASSWORD
    printf '{"password": "%s", "roles": ["%s"], "full_name": "%s"}' "$2" "$1" "$1" | request PUT "/_security/user/$1"
}
user newsdesk_setup "$ELASTIC_SETUP_PASSWORD"
user newsdesk_writer "$ELASTIC_WRITER_PASSWORD"
user newsdesk_reader "$ELASTIC_READER_PASSWORD"
printf '{"password": "%s"}' "$ELASTIC_KIBANA_PASSWORD" | request PUT /_security/user/kibana_system/_password
