#!/usr/bin/env bash
# Makes the webhook of one project. HARBOR_ADMIN is user:password of somebody who administers it.
set -euo pipefail
body=$(cat <<JSON
{
  "name": "slipway",
  "enabled": true,
  "event_types": ["PUSH_ARTIFACT", "SCANNING_COMPLETED", "SCANNING_FAILED"],
  "targets": [
    {
      "type": "http",
      "address": "https://slipway.example/hooks/harbor",
      "auth_header": "Bearer $HARBOR_HOOK_TOKEN",
      "payload_format": "CloudEvents",
      "skip_cert_verify": false
    }
  ]
}
JSON
)
curl --fail-with-body --silent --show-error --user "$HARBOR_ADMIN" \
  --header 'Content-Type: application/json' --data "$body" \
  "https://harbor.example.com/api/v2.0/projects/acme/webhook/policies"
