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

const FIXTURE = "prefect/call_webhook.flow_run_completed.constructed.json";
const COMPLETED = fixtureJson(FIXTURE);
/** What the template writes where it finds neither a run nor a flow nor a deployment. */
const BARE = ["flow_run", "flow", "deployment", "url"].reduce<unknown>(
  (body, name) => withMember(body, [name], null),
  COMPLETED,
);

function changed(path: readonly string[], value: unknown) {
  return withMember(COMPLETED, path, value);
}

tokenContract({
  type: "prefect",
  contentType: null,
  rule: { workflow: "fraud-training" },
  good: [
    { name: "a run that completed", body: fixtureBytes(FIXTURE), kind: "build" },
    { name: "a run of which only the event is known", body: bytesOf(BARE), kind: "build" },
  ],
  // Another automation on the same run.
  again: (body) =>
    retold(
      body,
      [["event", "id"], "another"],
      [["event", "received"], "2026-11-22T01:12:41.000000Z"],
      [["flow_run", "updated"], "2026-11-22T01:12:41.000000Z"],
    ),
  foreign: bytesOf(changed(["flow", "name"], "somebody-elses")),
  fixtures: [{ name: "a run that completed", body: fixtureBytes(FIXTURE) }],
});

describe("a run of a Prefect flow", () => {
  it("is a build, with its parameters, and no parameter is a metric", () => {
    expect(eventOf("prefect", COMPLETED)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: null,
        event: "prefect.flow-run.Completed",
        workflow: "fraud-training",
        branch: null,
        package: "fraud-detector",
      },
      build: {
        version: "17",
        outcome: "success",
        source: "prefect",
        run: {
          id: "e3755d32-cec5-42ca-9bcd-af236e308ba6",
          attempt: 1,
          url: "https://prefect.example.com/runs/flow-run/e3755d32-cec5-42ca-9bcd-af236e308ba6",
        },
        trigger: null,
        startedBy: null,
        startedAt: Date.parse("2026-11-22T00:00:03.120Z"),
        finishedAt: Date.parse("2026-11-22T01:12:40.552Z"),
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

  it("has the metrics and the data sets of its labels", () => {
    const labels = { "metrics.auc": 0.97, "metrics.state": "done", "datasets.edges": "2026-11-21" };
    expect(eventOf("prefect", changed(["flow_run", "labels"], labels))).toMatchObject({
      build: {
        metrics: { auc: 0.97 },
        datasets: [{ name: "edges", version: "2026-11-21" }],
        gaps: [{ what: "metric state" }],
      },
    });
  });

  it("is known by its event alone where the template found nothing else", () => {
    expect(eventOf("prefect", BARE)).toMatchObject({
      subject: { workflow: "fraud-training" },
      build: {
        version: "e3755d32-cec5-42ca-9bcd-af236e308ba6",
        run: { attempt: 1, url: null },
        commit: null,
      },
    });
  });

  it("has the commit of its deployment's version where that is a whole one", () => {
    const sha = "a".repeat(40);
    const bare = changed(["flow_run", "labels"], {});
    const without = withMember(bare, ["flow_run", "parameters"], {});
    expect(eventOf("prefect", withMember(without, ["deployment", "version"], sha))).toMatchObject({
      build: { commit: { sha } },
    });
    expect(eventOf("prefect", without)).toMatchObject({ build: { commit: null } });
  });

  for (const [type, outcome] of [
    ["COMPLETED", "success"],
    ["FAILED", "failure"],
    ["CRASHED", "failure"],
    ["CANCELLED", "cancelled"],
    ["LOST", "error"],
  ] as const) {
    it(`whose state is of type ${type} is ${outcome}, whatever its name`, () => {
      const named = changed(["event", "resource", "prefect.state-name"], "Completed");
      const event = withMember(named, ["event", "resource", "prefect.state-type"], type);
      expect(eventOf("prefect", event)).toMatchObject({ build: { outcome } });
    });
  }

  it("says why it failed", () => {
    const failed = changed(["event", "resource", "prefect.state-type"], "FAILED");
    const event = withMember(failed, ["event", "resource", "prefect.state-message"], "no memory");
    expect(eventOf("prefect", event)).toMatchObject({ build: { notes: "no memory" } });
  });

  it("that a schedule began says so", () => {
    expect(eventOf("prefect", changed(["flow_run", "auto_scheduled"], true))).toMatchObject({
      build: { trigger: "schedule" },
    });
  });

  it("that is run again is another attempt", () => {
    expect(eventOf("prefect", changed(["flow_run", "run_count"], 3))).toMatchObject({
      build: { run: { attempt: 3 } },
    });
  });

  for (const type of ["RUNNING", "CANCELLING", undefined]) {
    it(`whose state is ${type ?? "not said"} makes no release yet`, () => {
      const event = changed(["event", "resource", "prefect.state-type"], type);
      expect(eventOf("prefect", event)).toMatchObject({ code: "not_finished" });
    });
  }

  it("is none where the event is about something else", () => {
    const event = changed(["event", "resource", "prefect.resource.id"], "prefect.deployment.1");
    expect(eventOf("prefect", event)).toMatchObject({ code: "event_not_supported" });
  });

  it("is delivered under the id of its event", () => {
    expect(deliveryOf("prefect", COMPLETED)).toBe("f6a7b890-1234-4678-9012-abcdef345678");
    expect(problemOf("prefect", changed(["event", "id"], ""))).toBe(
      "event.id: must be the id of the event",
    );
  });
});
