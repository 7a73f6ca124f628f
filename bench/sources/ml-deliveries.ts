import { signedByMlflow } from "../../test/support/mlflow-requests.ts";
import {
  api,
  asked,
  bearing,
  counted,
  modelVersion,
  named,
  SECRET,
  SHA,
  type SourceDelivery,
  secret,
  token,
  varied,
  withMac,
} from "./delivery.ts";

const byPackage = asked((component) => ({ package: component }));
const byWorkflow = asked((component) => ({ workflow: component }));

/** Of systems that train, and that keep models. */
export const ML_DELIVERIES: Readonly<Record<string, SourceDelivery>> = {
  mlflow: {
    source: { ...secret, api },
    asks: byPackage,
    post: varied(
      "mlflow/model_version.created.constructed.json",
      {
        ...named("fraud-detector"),
        ...counted(SHA, "9f0c7f6e2d5b4a0c8a5e1d3b7c9e2f41", "5f2c0a7f6d3e4f3c9c1f0d1b2a3c4d5e"),
        ...modelVersion,
      },
      (body, { n, at }) => signedByMlflow(body, { delivery: `mlflow-${n}`, secret: SECRET, at }),
    ),
  },
  openlineage: {
    source: token,
    asks: byWorkflow,
    post: varied(
      "openlineage/training_run.complete.constructed.json",
      {
        ...named("fraud-detector", "fraud_training", "fraud-training"),
        ...counted(
          SHA,
          "019aa8f0-2b1c-7c44-9d10-6e0a4f3b2c11",
          "019aa8f0-1c2d-7b3e-8a4f-5b6c7d8e9f00",
          "9f0c7f6e2d5b4a0c8a5e1d3b7c9e2f41",
        ),
        ...modelVersion,
      },
      bearing(),
    ),
  },
  airflow: {
    source: token,
    asks: byWorkflow,
    post: varied(
      "airflow/http_notifier.dag_success.constructed.json",
      {
        ...named("fraud-detector", "fraud_training"),
        ...counted(SHA),
        ...modelVersion,
        "scheduled__2026-11-22T00:00:00": ({ n }) =>
          `scheduled__2026-11-22T00:00:00.${String(n).padStart(6, "0")}`,
      },
      bearing(),
    ),
  },
  prefect: {
    source: token,
    asks: byWorkflow,
    post: varied(
      "prefect/call_webhook.flow_run_completed.constructed.json",
      {
        ...named("fraud-detector", "fraud-training"),
        ...counted(
          SHA,
          "f6a7b890-1234-4678-9012-abcdef345678",
          "e3755d32-cec5-42ca-9bcd-af236e308ba6",
        ),
        ...modelVersion,
      },
      bearing(null),
    ),
  },
  kubeflow: {
    source: token,
    asks: byPackage,
    post: varied(
      "kubeflow/exit_handler.constructed.json",
      {
        ...named("fraud-detector"),
        ...counted(SHA),
        ...modelVersion,
        "fraud-training-20261122": ({ n }) => `fraud-training-${n}`,
      },
      bearing(),
    ),
  },
  "argo-workflows": {
    source: token,
    asks: byPackage,
    post: varied(
      "argo-workflows/exit_handler.constructed.json",
      {
        ...named("fraud-detector"),
        ...counted(SHA, "b2f6a1d0-7e3c-4a55-9c1f-0d2e3f4a5b6c"),
        ...modelVersion,
        "fraud-training-x7k2p": ({ n }) => `fraud-training-${n}`,
      },
      bearing(),
    ),
  },
  wandb: {
    source: secret,
    asks: byPackage,
    post: varied(
      "wandb/registry.link_artifact.constructed.json",
      {
        ...named("fraud-detector"),
        ...counted(SHA),
        ":v17": ({ n }) => `:v${n}`,
        QXJ0aWZhY3Q6NTE3ODg5ODg3: ({ n }) => Buffer.from(`Artifact:${n}`).toString("base64"),
      },
      withMac("x-wandb-signature", "base64"),
    ),
  },
  databricks: {
    source: { ...secret, api },
    asks: byPackage,
    post: varied(
      "databricks/MODEL_VERSION_TRANSITIONED_STAGE.min.constructed.json",
      {
        // Of a version that there was before, no rule makes a release without naming the event.
        MODEL_VERSION_TRANSITIONED_STAGE: () => "MODEL_VERSION_CREATED",
        ...named("fraud-detector"),
        ...modelVersion,
        "1795353405123": ({ n }) => String(1_795_353_405_123 + n),
      },
      withMac("x-databricks-signature", "hex"),
    ),
  },
  sagemaker: {
    source: token,
    asks: byPackage,
    post: varied(
      "sagemaker/model_package_state_change.min.constructed.json",
      {
        ...named("fraud-detector", "fraud-training"),
        ...counted(SHA, "844e2571-85d4-695f-b930-0153b71dcb42"),
        "fraud-detector/17": ({ n, component }) => `${component}/${n}`,
        '"ModelPackageVersion": 17': ({ n }) => `"ModelPackageVersion": ${n}`,
      },
      bearing(),
    ),
  },
};
