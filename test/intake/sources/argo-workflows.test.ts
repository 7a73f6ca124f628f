import { describe, expect, it } from "vitest";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import {
  bytesOf,
  deliveryOf,
  eventOf,
  problemOf,
  tokenContract,
} from "../../support/token-contract.ts";

const FIXTURE = "argo-workflows/exit_handler.constructed.json";
const SUCCEEDED = fixtureJson(FIXTURE);
/** As Argo fills in lists: as JSON texts. */
const RENDERED = {
  workflow: "fraud-training-x7k2p",
  namespace: "ml",
  delivery_id: "b2f6a1d0-7e3c-4a55-9c1f-0d2e3f4a5b6c",
  template: "fraud-training",
  status: "Failed",
  failures: JSON.stringify([
    { displayName: "train", message: "exit code 137", phase: "Failed" },
    { templateName: "evaluate", phase: "Error" },
  ]),
  duration: "4357.432000",
  created_at: "2026-11-22T00:00:03Z",
  parameters: JSON.stringify([{ name: "git_sha", value: "a".repeat(40) }]),
  outputs: { version: "18", auc: "0.9671", digest: `sha256:${"b".repeat(64)}`, artifact: "s3://m" },
};

tokenContract({
  type: "argo-workflows",
  rule: { package: "fraud-detector" },
  good: [{ name: "a workflow that succeeded", body: fixtureBytes(FIXTURE), kind: "build" }],
  // The exit handler was tried again, when the workflow was a little older.
  again: (body) => retold(body, [["duration"], "4399.000000"], [["pod"], "exit-2"]),
  foreign: bytesOf(withMember(SUCCEEDED, ["subject"], "somebody-elses")),
  fixtures: [
    { name: "a workflow that succeeded", body: fixtureBytes(FIXTURE) },
    {
      name: "a workflow whose lists are texts",
      body: bytesOf({ ...RENDERED, subject: "fraud-detector" }),
    },
  ],
});

describe("an Argo workflow", () => {
  it("is a build", () => {
    expect(eventOf("argo-workflows", SUCCEEDED)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: null,
        event: null,
        workflow: null,
        branch: null,
        package: "fraud-detector",
      },
      build: {
        version: "17",
        outcome: "success",
        source: "argo-workflows",
        run: { id: "b2f6a1d0-7e3c-4a55-9c1f-0d2e3f4a5b6c", attempt: 1, url: null },
        trigger: null,
        startedBy: null,
        startedAt: Date.parse("2026-11-22T00:00:03Z"),
        finishedAt: Date.parse("2026-11-22T01:12:40.432Z"),
        artifact: null,
        commit: {
          repository: null,
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
      },
    });
  });

  it("says what failed, and has of its outputs the numbers as metrics", () => {
    expect(eventOf("argo-workflows", RENDERED)).toMatchObject({
      subject: { workflow: "fraud-training" },
      build: {
        version: "18",
        outcome: "failure",
        metrics: { auc: 0.9671 },
        artifact: { uri: "s3://m", digest: `sha256:${"b".repeat(64)}` },
        commit: { sha: "a".repeat(40) },
        notes: "train: exit code 137\nevaluate: Error",
      },
    });
    expect(eventOf("argo-workflows", RENDERED)).not.toHaveProperty("build.gaps");
  });

  it("says how many more failed than are shown", () => {
    const failures = Array.from({ length: 12 }, (_, index) => ({ displayName: `step ${index}` }));
    const event = eventOf("argo-workflows", withMember(SUCCEEDED, ["failures"], failures));
    if (event.kind !== "build") throw new Error("no build");
    expect(event.build.notes?.split("\n").slice(-2)).toEqual(["step 9: failed", "and 2 more"]);
  });

  it("has its own name as its version, and its namespace in the id of its run, where nothing else is said", () => {
    const { delivery_id: _id, outputs: _outputs, ...rest } = RENDERED;
    expect(eventOf("argo-workflows", rest)).toMatchObject({
      build: { version: "fraud-training-x7k2p", run: { id: "ml/fraud-training-x7k2p" } },
    });
  });

  for (const [status, outcome] of [
    ["Succeeded", "success"],
    ["Failed", "failure"],
    ["Error", "error"],
    ["Terminated", "error"],
  ] as const) {
    it(`that is ${status} is ${outcome}`, () => {
      const event = withMember(SUCCEEDED, ["status"], status);
      expect(eventOf("argo-workflows", event)).toMatchObject({ build: { outcome } });
    });
  }

  it("makes no release before it has ended", () => {
    const event = withMember(SUCCEEDED, ["status"], "Running");
    expect(eventOf("argo-workflows", event)).toMatchObject({ code: "not_finished" });
  });

  it("that is tried again under its uid is another delivery", () => {
    const failed = withMember(SUCCEEDED, ["status"], "Failed");
    const [first, second] = [failed, SUCCEEDED].map((body) => deliveryOf("argo-workflows", body));
    expect(first).not.toBe(second);
  });

  it("names what is missing", () => {
    expect(problemOf("argo-workflows", {})).toBe("workflow: is missing; status: is missing");
  });
});
