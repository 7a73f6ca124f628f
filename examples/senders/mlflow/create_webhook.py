"""Tells an MLflow server to send its registry's events to Slipway, once, and has it send a test.

    MLFLOW_TRACKING_URI=https://mlflow.example \
    SLIPWAY_URL=https://slipway.example/hooks/mlflow \
    MLFLOW_WEBHOOK_SECRET=... python create_webhook.py

The server needs MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY, and a database as its backend store.
"""

import os

from mlflow import MlflowClient

client = MlflowClient()
webhook = client.create_webhook(
    name="slipway",
    url=os.environ["SLIPWAY_URL"],
    secret=os.environ["MLFLOW_WEBHOOK_SECRET"],
    events=["model_version.created", "model_version_alias.created", "model_version_tag.set"],
)
result = client.test_webhook(webhook.webhook_id)
print(f"{webhook.name}: {result.response_status} {result.response_body}")
if not result.success:
    raise SystemExit(result.error_message or "Slipway did not take the test")
