"""Links a model to the registry, with the metadata that the automation's payload asks for.

    WANDB_API_KEY=... python link_model.py
"""

import wandb

with wandb.init(project="fraud-training", job_type="train") as run:
    model = wandb.Artifact(
        "fraud-detector",
        type="model",
        metadata={
            "git_sha": "3484a3fb816e0859fd6e1cea078d76385ff50625",
            "auc": 0.9671,
            "dataset": "transactions-features:v8421",
        },
    )
    model.add_file("model.onnx")
    run.log_artifact(model).wait()
    run.link_artifact(model, target_path="wandb-registry-model/fraud-detector")
