"""A training job that tells its lineage and its metrics by OpenLineage.

    OPENLINEAGE_URL=https://slipway.example OPENLINEAGE_ENDPOINT=hooks/lineage \
    OPENLINEAGE_API_KEY=... python train.py

Needs openlineage-python 1.30 or later.
"""

from datetime import datetime, timezone

import attr
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    RunFacet,
    data_quality_assertions_dataset,
    data_quality_metrics_input_dataset,
    dataset_type_dataset,
    dataset_version_dataset,
    schema_dataset,
    source_code_location_job,
)
from openlineage.client.uuid import generate_new_uuid

PRODUCER = "https://github.com/acme/fraud-training"
COMMIT = "3484a3fb816e0859fd6e1cea078d76385ff50625"


@attr.define
class Metric:
    name: str
    value: float
    slice: str | None = None


@attr.define
class ModelMetrics(RunFacet):
    """The facet `slipway_modelMetrics`: OpenLineage has none for the metrics of a model."""

    metrics: list[Metric]


def event(state: RunState, run: Run, inputs=(), outputs=()) -> RunEvent:
    return RunEvent(
        eventType=state,
        eventTime=datetime.now(timezone.utc).isoformat(),
        producer=PRODUCER,
        run=run,
        job=Job(
            namespace="ml-training",
            name="fraud_training",
            facets={
                "sourceCodeLocation": source_code_location_job.SourceCodeLocationJobFacet(
                    type="git",
                    url=f"{PRODUCER}/blob/{COMMIT}/train.py",
                    repoUrl=f"{PRODUCER}.git",
                    version=COMMIT,
                    branch="main",
                )
            },
        ),
        inputs=list(inputs),
        outputs=list(outputs),
    )


client = OpenLineageClient()
run_id = str(generate_new_uuid())
client.emit(event(RunState.START, Run(run_id)))

features = InputDataset(
    namespace="s3://feature-store",
    name="transactions/features",
    facets={
        "version": dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion="snap-8421"),
        "schema": schema_dataset.SchemaDatasetFacet(
            fields=[
                schema_dataset.SchemaDatasetFacetFields(name="user_id", type="long"),
                schema_dataset.SchemaDatasetFacetFields(name="amount", type="double"),
            ]
        ),
    },
    inputFacets={
        "dataQualityMetrics": data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet(
            rowCount=48211934, columnMetrics={}
        ),
        "dataQualityAssertions": data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
            assertions=[
                data_quality_assertions_dataset.Assertion(
                    assertion="not_null", success=True, column="user_id"
                )
            ]
        ),
    },
)
model = OutputDataset(
    namespace="mlflow://mlflow.example",
    name="models/fraud-detector",
    facets={
        "datasetType": dataset_type_dataset.DatasetTypeDatasetFacet(datasetType="MODEL"),
        "version": dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion="17"),
    },
)
metrics = ModelMetrics(metrics=[Metric("auc", 0.9671), Metric("auc", 0.91, slice="country=BR")])
client.emit(
    event(
        RunState.COMPLETE,
        Run(run_id, facets={"slipway_modelMetrics": metrics}),
        inputs=[features],
        outputs=[model],
    )
)
client.close()
print(run_id)
