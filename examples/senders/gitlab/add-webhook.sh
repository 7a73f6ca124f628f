#!/usr/bin/env bash
# Gives a GitLab project the webhook that tells Slipway of its pipelines and releases.
#
#   GITLAB_TOKEN          a token with the scope api, of a maintainer of the project
#   GITLAB_SIGNING_TOKEN  the secret of the source in Slipway's configuration, whsec_...
#   usage: add-webhook.sh https://gitlab.example.com acme/checkout https://slipway.example/hooks/gitlab
set -euo pipefail

gitlab=$1
project=${2//\//%2F}
hook=$3

curl -fsS -X POST "$gitlab/api/v4/projects/$project/hooks" \
  -H "PRIVATE-TOKEN: $GITLAB_TOKEN" \
  -H 'Content-Type: application/json' \
  -d "{\"url\": \"$hook\", \"signing_token\": \"$GITLAB_SIGNING_TOKEN\",
       \"pipeline_events\": true, \"releases_events\": true, \"job_events\": false,
       \"deployment_events\": false, \"push_events\": false, \"enable_ssl_verification\": true}"
