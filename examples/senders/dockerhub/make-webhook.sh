#!/usr/bin/env bash
# Makes the webhook of one repository. DOCKERHUB_JWT is what POST /v2/users/login answers.
set -euo pipefail
name=slipway
url="https://slipway.example/hooks/hub?token=$DOCKERHUB_HOOK_TOKEN"
body=$(printf '{"name":"%s","expect_final_callback":false,"webhooks":[{"name":"%s","hook_url":"%s"}]}' "$name" "$name" "$url")
curl --fail-with-body --silent --show-error \
  --header "Authorization: JWT $DOCKERHUB_JWT" --header 'Content-Type: application/json' \
  --data "$body" "https://hub.docker.com/v2/repositories/acme/checkout/webhook_pipeline/"
