import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openlineageSource } from "../../../src/intake/sources/openlineage.ts";
import type { ReportedFragment } from "../../../src/intake/sources/source.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { intakeComponent, intakeRule } from "../../support/intake-policy.ts";
import { receive, testHooks } from "../../support/intake-server.ts";
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

const TRAINING_FILE = "openlineage/training_run.complete.constructed.json";
const TRAINING = fixtureJson(TRAINING_FILE);
const DAG_FILE = "airflow/openlineage.dag_run.complete.constructed.json";
const DAG = fixtureJson(DAG_FILE);
const FAILED_FILE = "openlineage/training_run.fail.constructed.json";
const FAILED = fixtureJson(FAILED_FILE);
const LATER = "2026-11-22T23:00:00Z";
const DAG_RUN = "019aa8f0-1c2d-7b3e-8a4f-5b6c7d8e9f00";

tokenContract({
  type: "openlineage",
  rule: { workflow: "fraud_training" },
  good: [
    { name: "the end of a DAG run", body: fixtureBytes(DAG_FILE), kind: "fragment" },
    { name: "the end of a task", body: fixtureBytes(TRAINING_FILE), kind: "fragment" },
    { name: "a batch of both", body: bytesOf([TRAINING, DAG]), kind: "fragment" },
  ],
  // Emitted once more, a little later, by another client.
  again: (body) => {
    const text = body.toString().replaceAll(/"eventTime":\s*"[^"]*"/g, `"eventTime":"${LATER}"`);
    return retold(Buffer.from(text), [["producer"], "https://lineage.example/another-client"]);
  },
  foreign: fixtureBytes(FAILED_FILE),
  fixtures: [
    { name: "the end of a DAG run", body: fixtureBytes(DAG_FILE) },
    { name: "the end of a task", body: fixtureBytes(TRAINING_FILE) },
    {
      name: "a run that failed",
      body: bytesOf(withMember(FAILED, ["job", "name"], "fraud_training")),
    },
  ],
});

function fragmentOf(body: unknown): ReportedFragment {
  const event = eventOf("openlineage", body);
  if (event.kind !== "fragment") throw new Error(JSON.stringify(event));
  return event.fragment;
}

/** The training run with one facet of one place changed. */
function facet(path: readonly (string | number)[], value: unknown): ReportedFragment {
  return fragmentOf(withMember(TRAINING, path, value));
}

const RUN_FACETS = ["run", "facets"] as const;
const INPUT = ["inputs", 0] as const;
const OUTPUT = ["outputs", 0] as const;

describe("the end of a part of a run", () => {
  it("says what is known of the release that the whole run makes, and not that it has ended", () => {
    expect(eventOf("openlineage", TRAINING)).toEqual({
      kind: "fragment",
      subject: {
        component: null,
        repository: null,
        event: null,
        workflow: "fraud_training",
        branch: null,
        package: null,
      },
      fragment: {
        version: "17",
        outcome: null,
        source: "openlineage",
        run: { id: DAG_RUN, attempt: 1, url: null },
        trigger: null,
        startedBy: null,
        startedAt: null,
        finishedAt: Date.parse("2026-11-22T01:08:02.101Z"),
        artifact: { uri: "models:/fraud-detector/17", digest: null },
        commit: {
          repository: "acme/fraud-training",
          sha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
          tag: "v2026.11.22",
          branch: "main",
          author: null,
          subject: null,
        },
        metrics: { auc: 0.9671, latency_p99_ms: 182 },
        slices: {},
        tests: null,
        checks: [
          {
            name: "fraud_detector.train: auc_threshold",
            status: "pass",
            expected: ">= 0.95",
            actual: "0.9671",
          },
          {
            name: "fraud_detector.train: latency_p99_ms",
            status: "warn",
            expected: "<= 180",
            actual: "182",
          },
          {
            name: "fraud_detector.train: fairness_gap",
            status: "skip",
            expected: null,
            actual: null,
          },
          {
            name: "s3://feature-store/transactions/features: not_null (user_id)",
            status: "pass",
            expected: null,
            actual: null,
          },
          {
            name: "s3://feature-store/transactions/features: features_fresh_24h",
            status: "warn",
            expected: "<= 24h",
            actual: "26h",
          },
        ],
        datasets: [
          {
            name: "s3://feature-store/transactions/features",
            version: "snap-8421",
            digest: null,
            rows: 48211934,
            schema: null,
          },
        ],
        notes: null,
      },
    });
  });

  it("belongs to the run that began it all, where it names that beside its parent", () => {
    const root = { run: { runId: "the-root" }, job: { namespace: "n", name: "nightly" } };
    expect(
      eventOf("openlineage", withMember(TRAINING, [...RUN_FACETS, "parent", "root"], root)),
    ).toMatchObject({
      subject: { workflow: "nightly" },
      fragment: { run: { id: "the-root" }, outcome: null },
    });
  });

  it("does not end the run where its parent cannot be read", () => {
    const fragment = facet([...RUN_FACETS, "parent"], { run: {} });
    expect(fragment).toMatchObject({
      outcome: null,
      gaps: [{ what: "facet parent of fraud_detector.train", blocks: true }],
    });
  });
});

describe("the end of a run", () => {
  it("says how it ended, and why it ran", () => {
    expect(eventOf("openlineage", DAG)).toMatchObject({
      subject: { workflow: "fraud_training" },
      fragment: {
        version: null,
        outcome: "success",
        run: { id: DAG_RUN },
        trigger: "schedule",
        finishedAt: Date.parse("2026-11-22T01:12:40.552Z"),
        commit: null,
        datasets: [],
        checks: [],
      },
    });
  });

  for (const [type, outcome] of [
    ["COMPLETE", "success"],
    ["FAIL", "failure"],
    ["ABORT", "cancelled"],
    ["START", null],
    ["RUNNING", null],
    ["OTHER", null],
    [undefined, null],
  ] as const) {
    it(`of type ${type ?? "none"} comes to ${outcome ?? "nothing yet"}`, () => {
      expect(fragmentOf(withMember(DAG, ["eventType"], type)).outcome).toBe(outcome);
    });
  }

  for (const [type, trigger] of [
    ["scheduled", "schedule"],
    ["manual", "manual"],
    ["asset_triggered", "data"],
    ["dataset_triggered", "data"],
    ["backfill", null],
  ] as const) {
    it(`that Airflow calls ${type} has the trigger ${trigger ?? "none"}`, () => {
      const path = [...RUN_FACETS, "airflowDagRun", "dagRun", "run_type"];
      expect(fragmentOf(withMember(DAG, path, type)).trigger).toBe(trigger);
    });
  }

  it("says why it failed, without the stack", () => {
    expect(fragmentOf(FAILED)).toMatchObject({
      outcome: "failure",
      notes: "torch.cuda.OutOfMemoryError: CUDA out of memory",
    });
  });

  it("that starts has its time as the start", () => {
    const started = fragmentOf(withMember(DAG, ["eventType"], "START"));
    expect([started.startedAt, started.finishedAt]).toEqual([
      Date.parse("2026-11-22T01:12:40.552Z"),
      null,
    ]);
  });
});

describe("the version of a run", () => {
  const tags = (value: string) => ({ tags: [{ key: "slipway.version", value }] });

  it("is that of a tag before that of a model", () => {
    expect(facet([...RUN_FACETS, "tags"], tags("2026.11.22")).version).toBe("2026.11.22");
    expect(facet(["job", "facets", "tags"], tags("from-job")).version).toBe("from-job");
    expect(facet([...RUN_FACETS, "tags"], tags("no version")).version).toBe("17");
  });

  it("is not known where neither says one", () => {
    expect(facet([...OUTPUT, "facets", "version"], undefined)).toMatchObject({
      version: null,
      artifact: { uri: "mlflow://mlflow.example.com/models/fraud-detector", digest: null },
    });
  });

  it("is none of an output that is no model", () => {
    expect(facet([...OUTPUT, "facets", "datasetType", "datasetType"], "TABLE")).toMatchObject({
      version: null,
      artifact: null,
    });
  });

  it("is part of the address of a model that is kept elsewhere", () => {
    expect(facet([...OUTPUT, "namespace"], "s3://models/")).toMatchObject({
      artifact: { uri: "s3://models/models/fraud-detector@17" },
    });
  });
});

describe("the evidence of a run", () => {
  it("has assertions from both places, and a failed one is never replaced by one that passed", () => {
    const assertions = {
      assertions: [{ assertion: "not_null", success: false, column: "user_id" }],
    };
    const { checks } = facet([...INPUT, "facets", "dataQualityAssertions"], assertions);
    const own = checks.filter(({ name }) => name.includes("not_null"));
    expect(own.map(({ name, status }) => [name, status])).toEqual([
      ["s3://feature-store/transactions/features: not_null (user_id)", "pass"],
      ["s3://feature-store/transactions/features: not_null (user_id) (2)", "fail"],
    ]);
  });

  it("has the same assertion once where it stands in both places", () => {
    const same = (fixtureJson(TRAINING_FILE) as { inputs: [{ inputFacets: object }] }).inputs[0];
    const { checks } = facet([...INPUT, "facets"], same.inputFacets);
    expect(checks.filter(({ name }) => name.includes("not_null"))).toHaveLength(1);
  });

  it("has assertions about what was written", () => {
    const assertions = { assertions: [{ assertion: "unique", success: false }] };
    const { checks } = facet([...OUTPUT, "facets", "dataQualityAssertions"], assertions);
    expect(checks.at(-1)).toMatchObject({
      name: "mlflow://mlflow.example.com/models/fraud-detector: unique",
      status: "fail",
    });
  });

  for (const [status, severity, verdict] of [
    ["pass", undefined, "pass"],
    ["PASS", "error", "pass"],
    ["fail", "error", "fail"],
    ["fail", undefined, "fail"],
    ["fail", "warn", "warn"],
    ["skip", undefined, "skip"],
    ["maybe", "warn", "error"],
  ] as const) {
    it(`has ${verdict} of a test that says ${status}, severity ${severity ?? "none"}`, () => {
      const tests = [{ name: "t", status, severity, expected: 1, actual: true }];
      expect(facet([...RUN_FACETS, "test"], { tests }).checks[0]).toEqual({
        name: "fraud_detector.train: t",
        status: verdict,
        expected: "1",
        actual: "true",
      });
    });
  }

  it("is held back where tests, assertions or metrics cannot be read", () => {
    for (const [path, name] of [
      [[...RUN_FACETS, "test"], "test"],
      [[...INPUT, "inputFacets", "dataQualityAssertions"], "dataQualityAssertions"],
      [[...RUN_FACETS, "slipway_modelMetrics"], "slipway_modelMetrics"],
    ] as const) {
      expect(facet(path, { tests: "all good", assertions: {}, metrics: 1 }).gaps).toMatchObject([
        { what: `facet ${name} of fraud_detector.train`, blocks: true },
      ]);
    }
  });

  it("goes on where another facet cannot be read, and says so", () => {
    expect(facet(["job", "facets", "sourceCodeLocation"], { version: 7 })).toMatchObject({
      commit: null,
      gaps: [{ what: "facet sourceCodeLocation of fraud_detector.train", blocks: false }],
    });
  });

  it("has nothing of a facet that was taken back", () => {
    const { checks, gaps } = facet([...RUN_FACETS, "test"], { _deleted: true, tests: 1 });
    expect(checks.some(({ name }) => name.startsWith("fraud_detector.train"))).toBe(false);
    expect(gaps).toBeUndefined();
  });

  it("has metrics of slices apart, and leaves out what is no number", () => {
    const metrics = [
      { name: "auc", value: "0.9" },
      { name: "auc", value: 0.7, slice: "country=BR" },
      { name: "note", value: "fine" },
      { name: "none" },
    ];
    expect(facet([...RUN_FACETS, "slipway_modelMetrics"], { metrics })).toMatchObject({
      metrics: { auc: 0.9 },
      slices: { "country=BR": { auc: 0.7 } },
      gaps: [{ what: "metric note, none", blocks: false }],
    });
  });

  it("has a digest of the columns, whatever their order and description", () => {
    const schema = (fields: readonly object[]) =>
      facet([...INPUT, "facets", "schema"], { fields }).datasets[0]?.schema;
    const id = { name: "id", type: "long" };
    const place = { name: "place", type: "struct", fields: [{ name: "city", type: "string" }] };
    const digest = schema([id, place]);
    expect(digest).toMatch(/^[0-9a-f]{32}$/);
    expect(schema([place, { ...id, description: "a key" }])).toBe(digest);
    expect(schema([{ ...id, type: "string" }, place])).not.toBe(digest);
    expect(schema([id, { ...place, fields: [] }])).not.toBe(digest);
    expect(schema([])).toBeNull();
  });

  for (const [place, path] of [
    ["inputFacets", [...INPUT, "inputFacets", "dataQualityMetrics"]],
    ["facets", [...INPUT, "facets", "dataQualityMetrics"]],
    ["its statistics", [...INPUT, "inputFacets", "inputStatistics"]],
  ] as const) {
    it(`counts the rows in ${place}`, () => {
      const bare = withMember(TRAINING, [...INPUT, "inputFacets", "dataQualityMetrics"], undefined);
      const event = withMember(bare, path, { rowCount: 7 });
      expect(fragmentOf(event).datasets[0]?.rows).toBe(7);
    });
  }

  it("has a data set without a version where nobody names one", () => {
    expect(facet([...INPUT, "facets", "version"], undefined).datasets[0]?.version).toBe("");
  });

  for (const [namespace, name, known] of [
    ["s3://bucket", "/a/b", "s3://bucket/a/b"],
    ["s3://bucket/", "a/b", "s3://bucket/a/b"],
    ["file://", "/data/x.csv", "file:///data/x.csv"],
    ["", "edges", "edges"],
  ] as const) {
    it(`has the data set ${known} of ${namespace || "no namespace"} and ${name}`, () => {
      const input = { namespace, name };
      expect(fragmentOf(withMember(TRAINING, ["inputs"], [input])).datasets).toMatchObject([
        { name: known },
      ]);
    });
  }

  it("has no commit of a place that names none", () => {
    const place = { type: "git", url: "https://github.com/acme/x", version: "main" };
    expect(facet(["job", "facets", "sourceCodeLocation"], place).commit).toBeNull();
  });
});

describe("what OpenLineage sends and makes no release", () => {
  for (const [name, body] of [
    [
      "an event of a job",
      { eventTime: "2026-11-22T00:00:00Z", job: { namespace: "n", name: "j" } },
    ],
    ["an event of a data set", { dataset: { namespace: "n", name: "d" } }],
  ] as const) {
    it(`${name} is ignored`, () => {
      expect(eventOf("openlineage", body)).toMatchObject({ code: "event_not_supported" });
    });
  }
});

describe("a delivery of OpenLineage", () => {
  it("may be compressed, as its clients are set to, and carries its key as Bearer", async () => {
    const settings = sourceSettings({ id: "lineage", type: "openlineage", tokens: ["key-7"] });
    const component = intakeComponent({
      intake: [intakeRule({ source: "lineage", workflow: "fraud_training" })],
    });
    const intake = testHooks({
      hooks: {
        sources: () => ({ lineage: settings }),
        components: () => ({ [component.name]: component }),
      },
    });
    const headers = {
      "content-type": "application/json",
      "content-encoding": "gzip",
      authorization: "Bearer key-7",
    };
    const post = { body: gzipSync(bytesOf(TRAINING)), headers };
    expect((await receive(intake, "lineage", post)).status).toBe(202);
    expect(intake.fragments).toMatchObject([{ fragment: { metrics: { auc: 0.9671 } } }]);
    const other = { ...post, headers: { ...headers, authorization: "Bearer key-8" } };
    expect((await receive(intake, "lineage", other)).status).toBe(401);
  });

  it("is known by run, type and time, since it has no id", () => {
    const key = deliveryOf("openlineage", DAG);
    expect(deliveryOf("openlineage", withMember(DAG, ["producer"], "another"))).toBe(key);
    for (const [path, value] of [
      [["run", "runId"], "another"],
      [["eventType"], "FAIL"],
      [["eventTime"], "2026-11-22T01:12:41Z"],
    ] as const) {
      expect(deliveryOf("openlineage", withMember(DAG, path, value))).not.toBe(key);
    }
  });

  it("may be a batch, and names the event that is wrong in it", () => {
    const headers = {};
    const parse = (body: unknown) => openlineageSource.parse({ source: "ol", headers, body }, NOW);
    expect(parse([TRAINING, DAG])).toMatchObject({
      kind: "delivery",
      events: [{ kind: "fragment" }, { kind: "fragment" }],
    });
    expect(parse([])).toMatchObject({ kind: "delivery", events: [] });
    expect(parse([DAG, withMember(DAG, ["run", "runId"], undefined)])).toMatchObject({
      message: "event 1 of the batch: run.runId: is missing",
    });
    expect(parse(Array.from({ length: 1_001 }, () => 0))).toMatchObject({
      message: "the body: must hold at most 1000 events",
    });
  });

  it("names what is missing", () => {
    expect(problemOf("openlineage", withMember(DAG, ["eventTime"], "now"))).toContain(
      "eventTime: ",
    );
    expect(problemOf("openlineage", 7)).toContain("the body: ");
  });
});
