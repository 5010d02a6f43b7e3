#!/bin/bash
# HOST PORT PATH WANTED: asks by HTTP and fails where the answer does not hold what is wanted. For health checks: bash
# costs a few milliseconds, where a Python costs a second.
set -euo pipefail
exec 3<>"/dev/tcp/$1/$2"
printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$3" "$1" >&3
answer=$(cat <&3)
[[ $answer == *"$4"* ]] || { echo "$1:$2$3 does not say $4: $answer"; exit 1; }
