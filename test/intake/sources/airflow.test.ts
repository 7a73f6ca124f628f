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

const FIXTURE = "airflow/http_notifier.dag_success.constructed.json";
const SUCCESS = fixtureJson(FIXTURE);
/** As HttpNotifier renders it: every value is a text. */
const RENDERED = {
  event: "airflow.dag_run.success",
  dag_id: "fraud_training",
  run_id: "manual__2026-11-22T00:00:00+00:00",
  logical_date: "2026-11-22 00:00:00+00:00",
  start_date: "2026-11-22 00:00:03.120000+00:00",
  end_date: "None",
  state: "success",
  attempt: "2",
  model: "fraud-detector",
  version: "",
  commit: "3484a3fb816e0859fd6e1cea078d76385ff50625",
  branch: "main",
  metrics: '{"auc": 0.9671, "rows": "12", "state": "done"}',
  datasets: '{"s3://features": "2026-11-21"}',
};

tokenContract({
  type: "airflow",
  rule: { workflow: "fraud_training" },
  good: [
    { name: "a run that succeeded", body: fixtureBytes(FIXTURE), kind: "build" },
    { name: "a run whose values are all texts", body: bytesOf(RENDERED), kind: "build" },
  ],
  // Sends no id: the callback of another listener, which says when it was sent.
  again: (body) =>
    retold(body, [["sent_at"], "2026-11-22T13:20:00Z"], [["delivery_id"], "another"]),
  foreign: bytesOf(withMember(SUCCESS, ["dag_id"], "somebody_elses")),
  fixtures: [
    { name: "a run that succeeded", body: fixtureBytes(FIXTURE) },
    { name: "a run whose values are all texts", body: bytesOf(RENDERED) },
  ],
});

function run(path: readonly string[], value: unknown) {
  return eventOf("airflow", withMember(SUCCESS, path, value));
}

describe("a run of an Airflow DAG", () => {
  it("is a build, with what was filled in", () => {
    expect(eventOf("airflow", SUCCESS)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: null,
        event: "airflow.dag_run.success",
        workflow: "fraud_training",
        branch: null,
        package: "fraud-detector",
      },
      build: {
        version: "17",
        outcome: "success",
        source: "airflow",
        run: {
          id: "fraud_training/scheduled__2026-11-22T00:00:00+00:00",
          attempt: 1,
          url: "https://airflow.example.com/dags/fraud_training/runs/scheduled__2026-11-22T00:00:00+00:00",
        },
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
        metrics: { auc: 0.9671, latency_p99_ms: 182 },
        slices: {},
        tests: null,
        checks: [],
        datasets: [
          {
            name: "s3://feature-store/transactions/features",
            version: "2026-11-21",
            digest: null,
            rows: null,
          },
        ],
        notes: "logical date 2026-11-22T00:00:00.000Z",
      },
    });
  });

  it("is read where every value arrives as a text, and None is nothing", () => {
    expect(eventOf("airflow", RENDERED)).toMatchObject({
      subject: { branch: "main", package: "fraud-detector" },
      build: {
        version: "manual__2026-11-22T00:00:00+00:00",
        run: { id: "fraud_training/manual__2026-11-22T00:00:00+00:00", attempt: 2, url: null },
        startedAt: Date.parse("2026-11-22T00:00:03.120Z"),
        finishedAt: null,
        metrics: { auc: 0.9671, rows: 12 },
        datasets: [{ name: "s3://features", version: "2026-11-21" }],
        gaps: [{ what: "metric state", blocks: false }],
      },
    });
  });

  it("has the id of the run as its version where none was filled in", () => {
    expect(run(["version"], "{{ dag_run.conf.get('version') }}")).toMatchObject({
      build: { version: "scheduled__2026-11-22T00:00:00+00:00" },
    });
    const blank = withMember(withMember(SUCCESS, ["version"], null), ["run_id"], "my run");
    expect(eventOf("airflow", blank)).toMatchObject({
      build: { version: expect.stringMatching(/^my-run-[0-9a-f]{12}$/) },
    });
  });

  for (const [state, outcome] of [
    ["success", "success"],
    ["SUCCESS", "success"],
    ["failed", "failure"],
    ["upstream_failed", "failure"],
    ["skipped", "cancelled"],
    ["removed", "cancelled"],
    ["on_fire", "error"],
  ] as const) {
    it(`that is ${state} is ${outcome}`, () => {
      expect(run(["state"], state)).toMatchObject({ build: { outcome } });
    });
  }

  it("has the state of its event where it says none of its own", () => {
    const event = withMember(withMember(SUCCESS, ["state"], ""), ["event"], "airflow.task.failed");
    expect(eventOf("airflow", event)).toMatchObject({ build: { outcome: "failure" } });
  });

  for (const state of ["running", "queued", "up_for_retry"]) {
    it(`that is ${state} makes no release yet`, () => {
      expect(run(["state"], state)).toMatchObject({ kind: "unsupported", code: "not_finished" });
    });
  }

  it("that says no state at all makes no release", () => {
    const silent = withMember(withMember(SUCCESS, ["state"], "None"), ["event"], "");
    expect(eventOf("airflow", silent)).toMatchObject({
      code: "not_finished",
      message: expect.stringContaining("says no state"),
    });
  });

  it("says what could not be read of it, and how to send it", () => {
    const odd = { metrics: "{'auc': 0.9}", datasets: "features", commit: "3484a3f" };
    const event = Object.entries(odd).reduce<unknown>(
      (body, [name, value]) => withMember(body, [name], value),
      SUCCESS,
    );
    expect(eventOf("airflow", event)).toMatchObject({
      build: {
        metrics: {},
        datasets: [],
        commit: null,
        gaps: [
          { what: "metrics", why: expect.stringContaining("write them as JSON"), blocks: false },
          { what: "datasets", blocks: false },
          { what: "commit 3484a3f", why: expect.stringContaining("40 or 64"), blocks: false },
        ],
      },
    });
  });

  it("that is cleared and run again is another delivery, and the same repeated is not", () => {
    const again = withMember(SUCCESS, ["metrics", "auc"], 0.98);
    expect(deliveryOf("airflow", again)).not.toBe(deliveryOf("airflow", SUCCESS));
    expect(deliveryOf("airflow", structuredClone(SUCCESS))).toBe(deliveryOf("airflow", SUCCESS));
  });

  it("names what is missing", () => {
    expect(problemOf("airflow", { state: "success" })).toBe(
      "dag_id: is missing; run_id: is missing",
    );
  });
});
