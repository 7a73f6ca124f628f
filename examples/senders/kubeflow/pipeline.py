"""A Kubeflow pipeline that reports how it ended to Slipway.

On a backend that knows PipelineTaskFinalStatus (Vertex AI), the exit handler is told the state. The open-source
backend does not: there, make `report` the last task, with `.ignore_upstream_failure()`, and pass the state on.
Needs kfp 2.7 or later; the token is in the Kubernetes secret `slipway`.
"""

from kfp import dsl, kubernetes


@dsl.component(packages_to_install=["requests==2.32.3"])
def report(status: dsl.PipelineTaskFinalStatus, url: str, version: str, commit: str):
    import os

    import requests

    body = {
        "state": status.state,
        "pipeline": "fraud-training",
        "pipeline_job_resource_name": status.pipeline_job_resource_name,
        "pipeline_task_name": status.pipeline_task_name,
        "error_message": status.error_message,
        "model": "fraud-detector",
        "version": version,
        "commit": commit,
    }
    headers = {"Authorization": f"Bearer {os.environ['SLIPWAY_TOKEN']}"}
    requests.post(url, json=body, headers=headers, timeout=30).raise_for_status()


@dsl.component
def train() -> str:
    return "gs://models/fraud-detector"


@dsl.pipeline(name="fraud-training")
def fraud_training(version: str, commit: str, url: str = "https://slipway.example/hooks/kubeflow"):
    last = report(url=url, version=version, commit=commit)
    last.set_retry(num_retries=3)
    kubernetes.use_secret_as_env(last, "slipway", {"token": "SLIPWAY_TOKEN"})
    with dsl.ExitHandler(exit_task=last):
        train()
