#!/usr/bin/env bash
# Gives a CircleCI project the outbound webhook that tells Slipway of its workflows.
#
#   CIRCLECI_TOKEN           a personal API token of an administrator of the project
#   CIRCLECI_WEBHOOK_SECRET  the secret of the source in Slipway's configuration
#   usage: add-webhook.sh PROJECT_ID https://slipway.example/hooks/circleci
# The id of the project stands under Project Settings > Overview.
set -euo pipefail

curl -fsS -X POST https://circleci.com/api/v2/webhook \
  -H "Circle-Token: $CIRCLECI_TOKEN" \
  -H 'Content-Type: application/json' \
  -d "{\"name\": \"slipway\", \"url\": \"$2\", \"events\": [\"workflow-completed\"],
       \"signing-secret\": \"$CIRCLECI_WEBHOOK_SECRET\", \"verify-tls\": true,
       \"scope\": {\"id\": \"$1\", \"type\": \"project\"}}"
