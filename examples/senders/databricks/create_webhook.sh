#!/bin/sh
# Tells a Databricks workspace to send the events of one registered model to Slipway.
#   DATABRICKS_HOST=https://dbc.example DATABRICKS_TOKEN=... SLIPWAY_URL=https://slipway.example/hooks/databricks \
#   DATABRICKS_WEBHOOK_SECRET=... ./create_webhook.sh
set -eu
curl --fail --silent --show-error -X POST "$DATABRICKS_HOST/api/2.0/mlflow/registry-webhooks/create" \
  -H "Authorization: Bearer $DATABRICKS_TOKEN" -H 'Content-Type: application/json' \
  --data @- <<JSON
{
  "model_name": "fraud-detector",
  "events": ["MODEL_VERSION_CREATED", "TRANSITION_REQUEST_CREATED", "MODEL_VERSION_TAG_SET"],
  "description": "Slipway",
  "status": "ACTIVE",
  "http_url_spec": { "url": "$SLIPWAY_URL", "secret": "$DATABRICKS_WEBHOOK_SECRET" }
}
JSON
