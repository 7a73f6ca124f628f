import { describe, expect, it } from "vitest";
import { reportSource } from "../../../src/intake/sources/report.ts";
import { REPORT_LIMITS } from "../../../src/intake/sources/report-schema.ts";
import { withMember } from "../../support/intake-fixture.ts";
import { NOW } from "../../support/signed-request.ts";

const MINIMAL = {
  component: "model-pymk",
  version: "2026.11.22-3",
  outcome: "success",
  run: { id: "train_pymk/2026-11-22" },
};
const DIGEST = `sha256:${"0b".repeat(32)}`;
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";

const FULL = {
  component: "model-pymk",
  version: "2026.11.22-3",
  outcome: "success",
  run: {
    id: "train_pymk/2026-11-22",
    attempt: 2,
    url: "https://airflow.example/dags/train_pymk",
  },
  trigger: "data",
  startedAt: "2026-11-22T08:00:00Z",
  finishedAt: "2026-11-22T10:12:00+01:00",
  artifact: { uri: "registry.example/pymk:2026.11.22-3", digest: DIGEST },
  commit: { repository: "acme/pymk", sha: SHA, branch: "main", author: "Dana@acme.test" },
  metrics: { auc: 0.8132, p95_latency_ms: 21.4 },
  slices: { "country=BR": { auc: 0.79 } },
  tests: { passed: 812, failed: 0, skipped: 3 },
  checks: [
    { name: "feature null rate", status: "pass", expected: "< 1%", actual: "0.2%" },
    { name: "row count", status: "skip" },
  ],
  datasets: [
    { name: "hive.pymk_edges", version: "2026-11-21", digest: "md5:0f", rows: 81_233_411 },
    { name: "labels", version: "4", schema: "v2" },
  ],
  notes: "Retrained on one more week of edges\nand nothing else",
};

function parse(body: unknown) {
  return reportSource.parse({ source: "ci", headers: { "webhook-id": "msg_1" }, body }, NOW);
}

function problem(body: unknown): string | null {
  const parsed = parse(body);
  return parsed.kind === "malformed" ? parsed.message : null;
}

function members<T>(count: number, value: T): Record<string, T> {
  return Object.fromEntries(Array.from({ length: count }, (_value, index) => [`m${index}`, value]));
}

describe("a build report", () => {
  it("is read whole", () => {
    expect(parse(FULL)).toEqual({
      kind: "delivery",
      delivery: "msg_1",
      events: [
        {
          kind: "build",
          subject: {
            component: "model-pymk",
            repository: "acme/pymk",
            event: null,
            workflow: null,
            branch: "main",
            package: null,
          },
          build: {
            version: "2026.11.22-3",
            outcome: "success",
            source: "ci",
            run: {
              id: "train_pymk/2026-11-22",
              attempt: 2,
              url: "https://airflow.example/dags/train_pymk",
            },
            trigger: "data",
            startedBy: null,
            startedAt: Date.parse("2026-11-22T08:00:00Z"),
            finishedAt: Date.parse("2026-11-22T09:12:00Z"),
            artifact: { uri: "registry.example/pymk:2026.11.22-3", digest: DIGEST },
            commit: {
              repository: "acme/pymk",
              sha: SHA,
              tag: null,
              branch: "main",
              author: "dana@acme.test",
              subject: null,
            },
            metrics: { auc: 0.8132, p95_latency_ms: 21.4 },
            slices: { "country=BR": { auc: 0.79 } },
            tests: { passed: 812, failed: 0, skipped: 3 },
            checks: [
              { name: "feature null rate", status: "pass", expected: "< 1%", actual: "0.2%" },
              { name: "row count", status: "skip", expected: null, actual: null },
            ],
            datasets: [
              {
                name: "hive.pymk_edges",
                version: "2026-11-21",
                digest: "md5:0f",
                rows: 81_233_411,
              },
              { name: "labels", version: "4", digest: null, rows: null, schema: "v2" },
            ],
            notes: "Retrained on one more week of edges\nand nothing else",
          },
        },
      ],
    });
  });

  it("needs only its first four fields; what it leaves out is unknown, not zero", () => {
    expect(parse(MINIMAL)).toEqual({
      kind: "delivery",
      delivery: "msg_1",
      events: [
        {
          kind: "build",
          subject: {
            component: "model-pymk",
            repository: null,
            event: null,
            workflow: null,
            branch: null,
            package: null,
          },
          build: {
            version: "2026.11.22-3",
            outcome: "success",
            source: "ci",
            run: { id: "train_pymk/2026-11-22", attempt: 1, url: null },
            trigger: null,
            startedBy: null,
            startedAt: null,
            finishedAt: null,
            artifact: null,
            commit: null,
            metrics: {},
            slices: {},
            tests: null,
            checks: [],
            datasets: [],
            notes: null,
          },
        },
      ],
    });
  });
});

type Path = readonly (string | number)[];

describe("a build report is refused by the field", () => {
  const cases: readonly (readonly [string, Path, unknown, string])[] = [
    ["without a component", ["component"], undefined, "component: is missing"],
    ["without a version", ["version"], undefined, "version: is missing"],
    ["without an outcome", ["outcome"], undefined, "outcome: is missing"],
    ["without a run", ["run"], undefined, "run: is missing"],
    ["without the id of its run", ["run", "id"], undefined, "run.id: is missing"],
    ["with an unknown field", ["metrcs"], {}, "metrcs: unknown field"],
    ["with an unknown field inside", ["run", "number"], 5, "run.number: unknown field"],
    [
      "with an unknown field in a list",
      ["checks", 1, "message"],
      "x",
      "checks[1].message: unknown field",
    ],
    [
      "with an outcome in capitals",
      ["outcome"],
      "SUCCESS",
      "outcome: must be one of success, failure, cancelled, error",
    ],
    ["with an empty component", ["component"], "", "component: must not be empty"],
    [
      "with a version of two words",
      ["version"],
      "1 2",
      "version: must be 1 to 128 visible characters without spaces",
    ],
    [
      "with an empty version",
      ["version"],
      "",
      "version: must be 1 to 128 visible characters without spaces",
    ],
    [
      "with a version without end",
      ["version"],
      "1".repeat(129),
      "version: must be 1 to 128 visible characters without spaces",
    ],
    [
      "with a version that hides a character",
      ["version"],
      "1​2",
      "version: must be 1 to 128 visible characters without spaces",
    ],
    [
      "with a version that is a number",
      ["version"],
      3,
      "version: expected string, received number",
    ],
    ["with attempt 0", ["run", "attempt"], 0, "run.attempt: must be at least 1"],
    ["with half an attempt", ["run", "attempt"], 1.5, "run.attempt: must be a whole number"],
    [
      "with a script for a URL",
      ["run", "url"],
      "javascript:alert(1)",
      "run.url: must be an http or https URL",
    ],
    [
      "with a file for a URL",
      ["run", "url"],
      "file:///etc/passwd",
      "run.url: must be an http or https URL",
    ],
    [
      "with null for what it does not know",
      ["run", "url"],
      null,
      "run.url: must be an http or https URL",
    ],
    [
      "with an unknown trigger",
      ["trigger"],
      "cron",
      "trigger: must be one of code, data, schedule, manual",
    ],
    [
      "with a time without its offset",
      ["startedAt"],
      "2026-11-22T08:00:00",
      "startedAt: must be a time with its offset, such as 2026-11-22T08:00:00Z",
    ],
    [
      "with a day that does not exist",
      ["startedAt"],
      "2026-02-30T08:00:00Z",
      "startedAt: must be a time with its offset, such as 2026-11-22T08:00:00Z",
    ],
    [
      "with a time in milliseconds",
      ["startedAt"],
      1_795_000_000_000,
      "startedAt: must be a time with its offset, such as 2026-11-22T08:00:00Z",
    ],
    [
      "that ends before it starts",
      ["finishedAt"],
      "2026-11-22T07:59:59Z",
      "finishedAt: is before startedAt",
    ],
    [
      "with a short digest",
      ["artifact", "digest"],
      "sha256:0b31",
      "artifact.digest: must be sha256: and 64 hexadecimal digits",
    ],
    [
      "with a digest of another kind",
      ["artifact", "digest"],
      `md5:${"0".repeat(64)}`,
      "artifact.digest: must be sha256: and 64 hexadecimal digits",
    ],
    [
      "with an artifact of two words",
      ["artifact", "uri"],
      "a b",
      "artifact.uri: must not hold spaces",
    ],
    [
      "with a short commit id",
      ["commit", "sha"],
      "3484a3f",
      "commit.sha: must be the whole commit id: 40 or 64 hexadecimal digits",
    ],
    [
      "with a repository without an owner",
      ["commit", "repository"],
      "pymk",
      "commit.repository: must be owner/name",
    ],
    [
      "with an infinite metric",
      ["metrics", "auc"],
      Number.POSITIVE_INFINITY,
      "metrics.auc: must be a finite number; leave out a metric that has no value",
    ],
    [
      "with a metric as text",
      ["metrics", "auc"],
      "0.8",
      "metrics.auc: must be a finite number; leave out a metric that has no value",
    ],
    [
      "with a metric that is null",
      ["metrics", "auc"],
      null,
      "metrics.auc: must be a finite number; leave out a metric that has no value",
    ],
    ["with a metric without a name", ["metrics", ""], 1, 'metrics[""]: its name must not be empty'],
    [
      "with a negative count of tests",
      ["tests", "failed"],
      -1,
      "tests.failed: must not be negative",
    ],
    [
      "with tests that leave out what failed",
      ["tests", "failed"],
      undefined,
      "tests.failed: is missing",
    ],
    [
      "with an unknown status of a check",
      ["checks", 0, "status"],
      "ok",
      "checks[0].status: must be one of pass, warn, fail, skip, error",
    ],
    ["with half a row", ["datasets", 0, "rows"], 0.5, "datasets[0].rows: must be a whole number"],
    [
      "with a control character in a name",
      ["datasets", 0, "name"],
      "a\u0000b",
      "datasets[0].name: must be one line without control characters",
    ],
    [
      "with half a character in its notes",
      ["notes"],
      "\ud800",
      "notes: must not hold control characters",
    ],
  ];
  for (const [name, path, value, message] of cases) {
    it(name, () => expect(problem(withMember(FULL, path, value))).toBe(message));
  }

  it("with several things wrong, all of them", () => {
    expect(problem({ ...MINIMAL, version: "", outcome: "fine", extra: 1 })).toBe(
      "version: must be 1 to 128 visible characters without spaces; outcome: must be one of success, failure, cancelled, error; extra: unknown field",
    );
  });

  it("with very many things wrong, five of them", () => {
    expect(problem({ ...MINIMAL, ...members(9, 1) })).toBe(
      "m0: unknown field; m1: unknown field; m2: unknown field; m3: unknown field; m4: unknown field; and 4 more",
    );
  });

  for (const body of [null, 5, "text", [], [MINIMAL]]) {
    it(`when it is ${JSON.stringify(body).slice(0, 20)}`, () => {
      expect(problem(body)).toMatch(/^the body: expected object, received \w+$/);
    });
  }
});

describe("the size of a build report", () => {
  const name = "n".repeat(REPORT_LIMITS.name);
  const largest: readonly (readonly [string, Path, unknown, unknown, string])[] = [
    [
      "metrics",
      ["metrics"],
      members(500, 1),
      members(501, 1),
      "metrics: must have at most 500 members",
    ],
    [
      "slices",
      ["slices"],
      members(1000, { auc: 1 }),
      members(1001, { auc: 1 }),
      "slices: must have at most 1000 members",
    ],
    [
      "metrics of a slice",
      ["slices"],
      { all: members(500, 1) },
      { all: members(501, 1) },
      "slices.all: must have at most 500 members",
    ],
    [
      "numbers in slices",
      ["slices"],
      members(40, members(500, 1)),
      members(41, members(500, 1)),
      "slices: must hold at most 20000 numbers in all",
    ],
    [
      "checks",
      ["checks"],
      Array(1000).fill({ name: "c", status: "pass" }),
      Array(1001).fill({ name: "c", status: "pass" }),
      "checks: must have at most 1000 entries",
    ],
    [
      "datasets",
      ["datasets"],
      Array(200).fill({ name: "d", version: "1" }),
      Array(201).fill({ name: "d", version: "1" }),
      "datasets: must have at most 200 entries",
    ],
    ["its component", ["component"], name, `${name}n`, "component: must be at most 200 characters"],
    [
      "the id of its run",
      ["run", "id"],
      name,
      `${name}n`,
      "run.id: must be at most 200 characters",
    ],
    [
      "the name of a metric",
      ["metrics"],
      { [name]: 1 },
      { [`${name}n`]: 1 },
      `metrics[${JSON.stringify("n".repeat(80))}]`,
    ],
    [
      "its notes",
      ["notes"],
      "n".repeat(20_000),
      "n".repeat(20_001),
      "notes: must be at most 20000 characters",
    ],
    [
      "what a check expected",
      ["checks", 0, "expected"],
      "n".repeat(1000),
      "n".repeat(1001),
      "checks[0].expected: must be at most 1000 characters",
    ],
  ];
  for (const [what, path, most, tooMuch, message] of largest) {
    it(`is limited in ${what}`, () => {
      expect(problem(withMember(FULL, path, most))).toBeNull();
      if (what === "the name of a metric") {
        expect(problem(withMember(FULL, path, tooMuch))).toMatch(
          /: its name must be at most 200 characters$/,
        );
      } else {
        expect(problem(withMember(FULL, path, tooMuch))).toBe(message);
      }
    });
  }
});
