import { describe, expect, it } from "vitest";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { bytesOf, eventOf, problemOf, tokenContract } from "../../support/token-contract.ts";

const FIXTURE = "kubeflow/exit_handler.constructed.json";
const SUCCEEDED = fixtureJson(FIXTURE);
const RUN = "projects/acme/locations/eu/pipelineJobs/fraud-training-20261122";

tokenContract({
  type: "kubeflow",
  rule: { package: "fraud-detector" },
  good: [{ name: "a run that succeeded", body: fixtureBytes(FIXTURE), kind: "build" }],
  // The last task was tried again.
  again: (body) => retold(body, [["pipeline_task_name"], "exit-handler-2"], [["error_code"], null]),
  foreign: bytesOf(withMember(SUCCEEDED, ["subject"], "somebody-elses")),
  fixtures: [{ name: "a run that succeeded", body: fixtureBytes(FIXTURE) }],
});

function run(member: string, value: unknown) {
  return eventOf("kubeflow", withMember(SUCCEEDED, [member], value));
}

describe("a run of a Kubeflow pipeline", () => {
  it("is a build", () => {
    expect(eventOf("kubeflow", withMember(SUCCEEDED, ["pipeline"], "fraud-training"))).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: null,
        event: null,
        workflow: "fraud-training",
        branch: null,
        package: "fraud-detector",
      },
      build: {
        version: "17",
        outcome: "success",
        source: "kubeflow",
        run: { id: RUN, attempt: 1, url: null },
        trigger: null,
        startedBy: null,
        startedAt: null,
        finishedAt: null,
        artifact: null,
        commit: {
          repository: null,
          sha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
          tag: null,
          branch: null,
          author: null,
          subject: null,
        },
        metrics: { auc: 0.9671 },
        slices: {},
        tests: null,
        checks: [],
        datasets: [],
        notes: null,
      },
    });
  });

  it("has the name of the run as its version where none was filled in", () => {
    expect(run("version", "")).toMatchObject({ build: { version: "fraud-training-20261122" } });
  });

  for (const [state, outcome] of [
    ["SUCCEEDED", "success"],
    ["Succeeded", "success"],
    ["FAILED", "failure"],
    ["CANCELLED", "cancelled"],
    ["CANCELED", "cancelled"],
    ["SKIPPED", "cancelled"],
    ["Error", "error"],
    ["UNKNOWN", "error"],
  ] as const) {
    it(`that is ${state} is ${outcome}`, () => {
      expect(run("state", state)).toMatchObject({ build: { outcome } });
    });
  }

  it("says why it failed", () => {
    expect(run("error_message", "out of memory")).toMatchObject({
      build: { notes: "out of memory" },
    });
  });

  it("makes no release before it has ended", () => {
    expect(run("state", "RUNNING")).toMatchObject({ kind: "unsupported", code: "not_finished" });
  });

  it("has an artifact, with its digest where that is one", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const event = withMember(SUCCEEDED, ["artifact"], "gs://models/fraud 17");
    const uri = "gs://models/fraud%2017";
    expect(eventOf("kubeflow", withMember(event, ["digest"], digest))).toMatchObject({
      build: { artifact: { uri, digest } },
    });
    expect(eventOf("kubeflow", withMember(event, ["digest"], "md5:1"))).toMatchObject({
      build: { artifact: { uri, digest: null } },
    });
  });

  it("names what is missing", () => {
    expect(problemOf("kubeflow", {})).toBe(
      "state: is missing; pipeline_job_resource_name: is missing",
    );
  });
});
