#!/usr/bin/env bash
# Tells Slipway that a build has finished, as a CDEvent in structured mode.
# Needs VERSION, COMMIT, DIGEST, CHAIN_ID (the same for all events of the run) and CDEVENTS_TOKEN.
set -euo pipefail
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
id=$(cat /proc/sys/kernel/random/uuid)
source=https://ci.example/acme/checkout
type=dev.cdevents.build.finished.0.3.0
event=$(cat <<JSON
{
  "specversion": "1.0", "id": "$id", "source": "$source", "type": "$type",
  "subject": "checkout-$VERSION", "time": "$now", "datacontenttype": "application/json",
  "data": {
    "context": {
      "specversion": "0.5.1", "id": "$id", "source": "$source", "type": "$type",
      "timestamp": "$now", "chainId": "$CHAIN_ID"
    },
    "subject": {
      "id": "checkout-$VERSION",
      "content": {
        "artifactId": "pkg:oci/checkout@${DIGEST/:/%3A}?repository_url=registry.example/acme/checkout&tag=$VERSION"
      }
    },
    "customData": {
      "repository": "https://github.com/acme/checkout", "commit": "$COMMIT", "branch": "main",
      "version": "$VERSION", "outcome": "${OUTCOME:-success}"
    },
    "customDataContentType": "application/json"
  }
}
JSON
)
curl --fail-with-body --silent --show-error --retry 5 \
  --header 'Content-Type: application/cloudevents+json' \
  --header "Authorization: Bearer $CDEVENTS_TOKEN" \
  --data "$event" https://slipway.example/hooks/cd
