#!/bin/bash
# ask.sh HOST PORT PATH EXPECTED: sends an HTTP request, and fails unless the response contains EXPECTED.
# For health checks: bash takes a few milliseconds, Python a second.
set -euo pipefail
exec 3<>"/dev/tcp/$1/$2"
printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$3" "$1" >&3
answer=$(cat <&3)
[[ $answer == *"$4"* ]] || { echo "the response of $1:$2$3 does not contain $4: $answer"; exit 1; }
