"""A flow whose ends the automation reports: what it finds out goes into labels of its own run.

    PREFECT_API_URL=https://prefect.example/api python fraud_training.py
"""

from prefect import flow, get_client, tags
from prefect.runtime import flow_run


@flow(name="fraud-training")
def fraud_training(model_name: str, model_version: str, git_sha: str) -> None:
    labels = {"metrics.auc": 0.9671, "datasets.transactions/features": "snap-8421"}
    with get_client(sync_client=True) as client:
        client.update_flow_run_labels(flow_run.id, labels)


if __name__ == "__main__":
    with tags("slipway"):
        fraud_training("fraud-detector", "17", "3484a3fb816e0859fd6e1cea078d76385ff50625")
