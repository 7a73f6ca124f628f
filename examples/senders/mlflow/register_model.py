"""A training run whose model version becomes a release: Slipway looks up what is logged here.

    MLFLOW_TRACKING_URI=https://mlflow.example python register_model.py
"""

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag

MODEL = "fraud-detector"

client = MlflowClient()
mlflow.set_experiment(MODEL)

with mlflow.start_run() as run:
    # Run from a checkout, MLflow sets the commit, the branch and the repository by itself.
    mlflow.set_tag("mlflow.source.git.commit", "3484a3fb816e0859fd6e1cea078d76385ff50625")
    mlflow.log_param("max_depth", 8)
    for step, auc in enumerate([0.81, 0.84, 0.86]):
        mlflow.log_metric("auc", auc, step=step)
    training_data = Dataset(
        name="transactions/features",
        digest="5f3a9c1e",
        source_type="delta_table",
        source='{"delta_table_version": 8421}',
        profile='{"num_rows": 48211934}',
    )
    context = InputTag("mlflow.data.context", "training")
    client.log_inputs(run.info.run_id, [DatasetInput(training_data, [context])])

# After the run has ended: its metrics are final, and Slipway need not wait for them.
if not client.search_registered_models(f"name = '{MODEL}'"):
    client.create_registered_model(MODEL)
version = client.create_model_version(MODEL, f"runs:/{run.info.run_id}/model", run.info.run_id)
print(f"{version.name} {version.version} {run.info.run_id}")
