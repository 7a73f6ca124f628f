import { describe, expect, it } from "vitest";
import { sagemakerSource } from "../../../src/intake/sources/sagemaker.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";
import {
  bytesOf,
  deliveryOf,
  eventOf,
  problemOf,
  tokenContract,
} from "../../support/token-contract.ts";

const FIXTURE = "sagemaker/model_package_state_change.min.constructed.json";
const PACKAGE = fixtureJson(FIXTURE);
const ARN = "arn:aws:sagemaker:eu-west-1:123456789012";
const TRAINING = event("SageMaker Training Job State Change", {
  TrainingJobName: "fraud-2026-11-22-13-16-40-123",
  TrainingJobArn: `${ARN}:training-job/fraud-2026-11-22-13-16-40-123`,
  TrainingJobStatus: "Completed",
  HyperParameters: { max_depth: "8" },
  ModelArtifacts: { S3ModelArtifacts: "s3://ml/fraud/17/model.tar.gz" },
  InputDataConfig: [
    { ChannelName: "train", DataSource: { S3DataSource: { S3Uri: "s3://ml/features" } } },
    { ChannelName: "again", DataSource: { S3DataSource: { S3Uri: "s3://ml/features" } } },
    { ChannelName: "files", DataSource: { FileSystemDataSource: {} } },
  ],
  FinalMetricDataList: [{ MetricName: "validation:auc", Value: 0.97, Timestamp: 1795353400 }],
  TrainingStartTime: "1795353000000",
  TrainingEndTime: "1795353405000",
  CreationTime: "1795352900000",
});
const PIPELINE = event("SageMaker Model Building Pipeline Execution Status Change", {
  pipelineArn: `${ARN}:pipeline/fraud`,
  pipelineExecutionArn: `${ARN}:pipeline/fraud/execution/x1y2z3`,
  currentPipelineExecutionStatus: "Succeeded",
  previousPipelineExecutionStatus: "Executing",
  executionStartTime: "2026-11-22T13:00:00Z",
  executionEndTime: "2026-11-22T13:16:40Z",
});

function event(type: string, detail: object): unknown {
  return { ...(PACKAGE as object), id: `${type.length}-1`, "detail-type": type, detail };
}

tokenContract({
  type: "sagemaker",
  rule: { package: "fraud-detector" },
  good: [{ name: "a model package", body: fixtureBytes(FIXTURE), kind: "build" }],
  again: (body) => retold(body, [["id"], "another-event"], [["time"], "2026-11-22T13:20:00Z"]),
  foreign: bytesOf(withMember(PACKAGE, ["detail", "ModelPackageGroupName"], "somebody-elses")),
  fixtures: [
    { name: "a model package", body: fixtureBytes(FIXTURE) },
    { name: "a training job", body: bytesOf(TRAINING) },
    { name: "a pipeline execution", body: bytesOf(PIPELINE) },
  ],
});

function changed(member: string, value: unknown) {
  return eventOf("sagemaker", withMember(PACKAGE, ["detail", member], value));
}

describe("a model package of SageMaker", () => {
  it("is a build", () => {
    expect(eventOf("sagemaker", PACKAGE)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: null,
        event: "PendingManualApproval",
        workflow: null,
        branch: null,
        package: "fraud-detector",
      },
      build: {
        version: "17",
        outcome: "success",
        source: "sagemaker",
        run: null,
        trigger: null,
        startedBy: null,
        startedAt: null,
        finishedAt: Date.parse("2026-11-22T13:16:40Z"),
        artifact: {
          uri: `${ARN}:model-package/fraud-detector/17`,
          digest: "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427",
        },
        commit: {
          repository: "acme/fraud-training",
          sha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
          tag: null,
          branch: null,
          author: null,
          subject: null,
        },
        metrics: {},
        slices: {},
        tests: null,
        checks: [],
        datasets: [],
        notes: null,
        gaps: [
          {
            what: "the metrics in S3 (ModelQuality)",
            why: "an address in an event is not followed: send what gates need as customer metadata, metrics.<name>",
            blocks: false,
          },
        ],
      },
    });
  });

  it("has the metrics and the data sets of its customer metadata", () => {
    const metadata = { "metrics.auc": "0.97", "datasets.features": "snap-8421", owner: "ml" };
    expect(changed("CustomerMetadataProperties", metadata)).toMatchObject({
      build: {
        metrics: { auc: 0.97 },
        datasets: [{ name: "features", version: "snap-8421", digest: null, rows: null }],
      },
    });
  });

  for (const [approval, outcome] of [
    ["PendingManualApproval", "success"],
    ["Approved", "success"],
    ["Rejected", "cancelled"],
  ] as const) {
    it(`that is ${approval} is ${outcome}, and a rule may name that`, () => {
      expect(changed("ModelApprovalStatus", approval)).toMatchObject({
        subject: { event: approval },
        build: { outcome },
      });
    });
  }

  for (const approval of [undefined, null, "", "approved", "Waived"]) {
    it(`whose approval status is ${JSON.stringify(approval)} makes no release`, () => {
      expect(changed("ModelApprovalStatus", approval)).toMatchObject({
        kind: "unsupported",
        code: "not_a_release_build",
      });
    });
  }

  it("that could not be made is a failure, whatever its approval", () => {
    const failed = withMember(PACKAGE, ["detail", "ModelPackageStatus"], "Failed");
    for (const approval of ["Approved", null]) {
      const sent = withMember(failed, ["detail", "ModelApprovalStatus"], approval);
      expect(eventOf("sagemaker", sent)).toMatchObject({ build: { outcome: "failure" } });
    }
    expect(changed("ModelPackageStatus", "Lost")).toMatchObject({ build: { outcome: "error" } });
  });

  it("that is being made makes no release yet", () => {
    expect(changed("ModelPackageStatus", "InProgress")).toMatchObject({ code: "not_finished" });
  });

  it("without a group has the end of its address as its version", () => {
    expect(changed("ModelPackageVersion", null)).toMatchObject({ build: { version: "17" } });
  });

  it("of several containers has no digest", () => {
    const container = { Image: "x", ImageDigest: `sha256:${"1".repeat(64)}` };
    expect(changed("InferenceSpecification", { Containers: [container, container] })).toMatchObject(
      {
        build: { artifact: { digest: null } },
      },
    );
  });
});

describe("a training job of SageMaker", () => {
  it("is a build, whose hyperparameters are no metrics", () => {
    expect(eventOf("sagemaker", TRAINING)).toMatchObject({
      kind: "build",
      subject: { event: "training-job", workflow: "fraud", package: null },
      build: {
        version: "fraud-2026-11-22-13-16-40-123",
        outcome: "success",
        run: { id: "fraud-2026-11-22-13-16-40-123", attempt: 1, url: null },
        startedAt: 1795353000000,
        finishedAt: 1795353405000,
        artifact: { uri: "s3://ml/fraud/17/model.tar.gz", digest: null },
        metrics: { "validation:auc": 0.97 },
        datasets: [{ name: "s3://ml/features", version: "", digest: null, rows: null }],
      },
    });
  });

  for (const [status, outcome] of [
    ["Completed", "success"],
    ["Failed", "failure"],
    ["Stopped", "cancelled"],
    ["Vanished", "error"],
  ] as const) {
    it(`that is ${status} is ${outcome}`, () => {
      const sent = withMember(TRAINING, ["detail", "TrainingJobStatus"], status);
      expect(eventOf("sagemaker", sent)).toMatchObject({ build: { outcome } });
    });
  }

  for (const status of ["InProgress", "Stopping"]) {
    it(`that is ${status} makes no release yet`, () => {
      const sent = withMember(TRAINING, ["detail", "TrainingJobStatus"], status);
      expect(eventOf("sagemaker", sent)).toMatchObject({ code: "not_finished" });
    });
  }

  for (const [form, value] of [
    ["milliseconds in a text", "1795353000000"],
    ["milliseconds", 1795353000000],
    ["seconds", 1795353000],
    ["ISO 8601", "2026-11-22T13:10:00Z"],
  ] as const) {
    it(`has its time from ${form}`, () => {
      const sent = withMember(TRAINING, ["detail", "TrainingStartTime"], value);
      expect(eventOf("sagemaker", sent)).toMatchObject({ build: { startedAt: 1795353000000 } });
    });
  }

  it("has no time of what is none", () => {
    const sent = withMember(TRAINING, ["detail", "TrainingEndTime"], "yesterday");
    expect(eventOf("sagemaker", sent)).toMatchObject({
      build: { finishedAt: Date.parse("2026-11-22T13:16:45Z") },
    });
  });
});

describe("a pipeline execution of SageMaker", () => {
  it("is a build", () => {
    expect(eventOf("sagemaker", PIPELINE)).toMatchObject({
      kind: "build",
      subject: { event: "pipeline-execution", workflow: "fraud" },
      build: {
        version: "x1y2z3",
        outcome: "success",
        run: { id: `${ARN}:pipeline/fraud/execution/x1y2z3` },
        startedAt: Date.parse("2026-11-22T13:00:00Z"),
        finishedAt: Date.parse("2026-11-22T13:16:40Z"),
      },
    });
  });

  it("that goes on makes no release yet", () => {
    const path = ["detail", "currentPipelineExecutionStatus"];
    expect(eventOf("sagemaker", withMember(PIPELINE, path, "Executing"))).toMatchObject({
      code: "not_finished",
    });
  });
});

describe("an event of EventBridge", () => {
  it("is delivered under its id", () => {
    expect(deliveryOf("sagemaker", PACKAGE)).toBe("844e2571-85d4-695f-b930-0153b71dcb42");
    expect(problemOf("sagemaker", withMember(PACKAGE, ["id"], ""))).toBe(
      "id: must be the id of the event",
    );
  });

  it("of another service, or of another kind, is named with those that are taken", () => {
    for (const [member, value] of [
      ["source", "my.own"],
      ["detail-type", "SageMaker Endpoint State Change"],
    ] as const) {
      expect(eventOf("sagemaker", withMember(PACKAGE, [member], value))).toMatchObject({
        code: "event_not_supported",
      });
    }
  });

  for (const [type, detail] of [
    ["SageMaker Model Package State Change", "ModelPackageArn: is missing"],
    ["SageMaker Training Job State Change", "TrainingJobName: is missing"],
    ["SageMaker Model Building Pipeline Execution Status Change", "pipelineArn: is missing"],
  ] as const) {
    it(`whose ${type} says nothing is refused`, () => {
      expect(problemOf("sagemaker", event(type, {}))).toContain(detail);
    });
  }

  it("may carry the token as an API key, and then only there", () => {
    const settings = sourceSettings({ id: "sagemaker", type: "sagemaker", tokens: ["right-key"] });
    const verify = (headers: Readonly<Record<string, string>>) =>
      sagemakerSource.verify({ headers, body: Buffer.from("{}") }, settings, NOW);
    expect(verify({ "x-api-key": "right-key" })).toEqual({ kind: "verified" });
    expect(verify({ "x-api-key": "wrong", authorization: "Bearer right-key" })).toMatchObject({
      code: "signature_wrong",
    });
    const basic = Buffer.from("slipway:right-key").toString("base64");
    expect(verify({ authorization: `Basic ${basic}` })).toEqual({ kind: "verified" });
  });
});
