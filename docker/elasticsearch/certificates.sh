#!/bin/bash
# Creates a certificate authority and Elasticsearch's certificate, unless they exist. The private keys are in the volume `keys`,
# which only Elasticsearch mounts; other containers get the CA certificate in the volume `authority`.
set -euo pipefail
umask 077
cd "${ES_HOME:-/usr/share/elasticsearch}"
keys=${1:-/keys} authority=${2:-/authority} snapshots=${3:-/snapshots}

if [ ! -s "$keys/elasticsearch/elasticsearch.crt" ]; then
    echo "creating a certificate authority and a certificate, valid for three years"
    rm -rf "$keys/ca" "$keys/elasticsearch" "$keys"/*.zip
    bin/elasticsearch-certutil ca --silent --pem --days 1095 --out "$keys/ca.zip"
    unzip -q "$keys/ca.zip" -d "$keys"
    bin/elasticsearch-certutil cert --silent --pem --days 1095 --name elasticsearch --dns elasticsearch,localhost --ip 127.0.0.1 \
        --ca-cert "$keys/ca/ca.crt" --ca-key "$keys/ca/ca.key" --out "$keys/elasticsearch.zip"
    unzip -q "$keys/elasticsearch.zip" -d "$keys"
    rm "$keys/ca.zip" "$keys/elasticsearch.zip"
fi

cp "$keys/ca/ca.crt" "$authority/ca.crt"
chmod 755 "$authority"
chmod 644 "$authority/ca.crt"
# Elasticsearch runs as 1000:0 and may read its key; only root may read the CA's key.
chown -R root:root "$keys"
chmod 750 "$keys" "$keys/elasticsearch" "$keys/ca"
chmod 640 "$keys/elasticsearch"/* "$keys/ca/ca.crt"
chmod 600 "$keys/ca/ca.key"
# A new volume belongs to root.
chown 1000:0 "$snapshots"
echo "certificates are in place"
