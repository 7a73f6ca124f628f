import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Build } from "../../src/core/build.ts";
import { fixtureBytes } from "../support/intake-fixture.ts";
import { byName, intakeComponent, intakeRule } from "../support/intake-policy.ts";
import { receive, testHooks } from "../support/intake-server.ts";
import { type SignedPost, signedByGithub, signedBytes } from "../support/signed-request.ts";

const RUNS = 10_000;

const REPORT = Buffer.from(
  JSON.stringify({
    component: "model-pymk",
    version: "2026.11.22-3",
    outcome: "success",
    run: { id: "train_pymk/2026-11-22", attempt: 1, url: "https://airflow.example/dags/x" },
    trigger: "data",
    startedAt: "2026-11-22T08:00:00Z",
    finishedAt: "2026-11-22T09:12:00Z",
    artifact: { uri: "registry.example/pymk:3", digest: `sha256:${"0b".repeat(32)}` },
    commit: { repository: "acme/pymk", sha: "a".repeat(40), branch: "main", author: "dana" },
    metrics: { auc: 0.8132 },
    slices: { "country=BR": { auc: 0.79 } },
    tests: { passed: 812, failed: 0, skipped: 3 },
    checks: [{ name: "null rate", status: "pass", expected: "< 1%", actual: "0.2%" }],
    datasets: [{ name: "edges", version: "2026-11-21", digest: "0f", rows: 3 }],
    notes: "Retrained",
  }),
);

interface Subject {
  readonly name: string;
  readonly body: Buffer;
  readonly source: string;
  readonly sign: (body: Buffer, delivery: string) => SignedPost;
}

function github(file: string): Subject {
  const event = file.split(".")[0] ?? "";
  return {
    name: file,
    body: fixtureBytes(`github/${file}`),
    source: "github",
    sign: (body, delivery) => signedByGithub(event, body, { delivery }),
  };
}

const SUBJECTS: readonly Subject[] = [
  {
    name: "a build report",
    body: REPORT,
    source: "ci",
    sign: (body, delivery) => signedBytes(body, {}, delivery),
  },
  ...[
    "workflow_run.completed.min.constructed.json",
    "workflow_run.completed.fork-pr.min.constructed.json",
    "release.published.min.constructed.json",
    "registry_package.published.min.constructed.json",
    "check_suite.completed.min.constructed.json",
    "deployment_status.created.min.constructed.json",
  ].map(github),
];

type Path = readonly (string | number)[];

/** Every place in a value, the value itself included. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

/** Puts a value, takes one away, or gives one another name; leaves alone what has no such place. */
function mutate(value: unknown, [key, ...rest]: Path, change: Change): unknown {
  if (key === undefined) return change.kind === "remove" ? undefined : change.value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((member: unknown, index) =>
      index === key ? mutate(member, rest, change) : member,
    );
  }
  const renamed = change.kind === "rename" && rest.length === 0;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      name === key ? [renamed ? change.name : name, mutate(member, rest, change)] : [name, member],
    ),
  );
}

type Change =
  | { readonly kind: "put"; readonly value: unknown }
  | { readonly kind: "remove" }
  | { readonly kind: "rename"; readonly name: string; readonly value: unknown };

const NASTY = [
  "__proto__",
  "constructor",
  "toString",
  "",
  " ",
  "\u0000",
  "\ud800",
  "‮",
  "<!channel>",
  "x".repeat(3_000),
  -1,
  0,
  0.1,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  null,
  true,
  [],
  {},
  [[]],
];

const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...NASTY) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
);

/** Bodies of the right shape with something wrong in them, and bodies with some bytes changed. */
function mutations(body: Buffer): fc.Arbitrary<Buffer> {
  const json: unknown = JSON.parse(body.toString());
  const path = fc.constantFrom(...pathsOf(json));
  const change: fc.Arbitrary<Change> = fc.oneof(
    nasty.map((value) => ({ kind: "put", value }) as const),
    fc.constant({ kind: "remove" } as const),
    fc.tuple(fc.string(), nasty).map(([name, value]) => ({ kind: "rename", name, value }) as const),
  );
  const shaped = fc.array(fc.tuple(path, change), { minLength: 1, maxLength: 2 }).map((changes) => {
    const mutated = changes.reduce((value, [place, how]) => mutate(value, place, how), json);
    return Buffer.from(JSON.stringify(mutated) ?? "");
  });
  const bytes = fc
    .array(fc.tuple(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    .map((changes) => {
      const changed = Buffer.from(body);
      for (const [index, byte] of changes) changed[index] = byte;
      return changed;
    });
  const cut = fc.nat(body.length - 1).map((length) => body.subarray(0, length));
  return fc.oneof(
    { weight: 6, arbitrary: shaped },
    { weight: 3, arbitrary: bytes },
    { weight: 1, arbitrary: cut },
  );
}

const COMPONENTS = byName(
  intakeComponent(),
  intakeComponent({
    name: "svc",
    repository: "acme/checkout",
    intake: [intakeRule({ source: "github" })],
  }),
);

/** What every build must be, whatever was sent. */
function assertSound(build: Build): void {
  assert.match(build.version, /^\S{1,128}$/u);
  assert.ok(["success", "failure", "cancelled", "error"].includes(build.outcome));
  const numbers = [build.metrics, ...Object.values(build.slices)].flatMap((metrics) =>
    Object.values(metrics),
  );
  const times = [build.startedAt, build.finishedAt].filter((time) => time !== null);
  assert.ok([...numbers, ...times].every(Number.isFinite));
  if (build.artifact?.digest) assert.match(build.artifact.digest, /^sha256:[0-9a-f]{64}$/);
  if (build.commit?.sha) assert.match(build.commit.sha, /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
  if (build.run?.url) assert.match(build.run.url, /^https?:/i);
  // Neither PostgreSQL nor Slack can hold these.
  assert.doesNotMatch(JSON.stringify(build), /\\u0000|\\ud[89a-f]/);
}

describe("10,000 mutations, each signed for real, of", () => {
  for (const { name, body, source, sign } of SUBJECTS) {
    it(`${name}: no crash, no 5xx, and nothing recorded that was not said to be`, async () => {
      const intake = testHooks({ hooks: { components: () => COMPONENTS } });
      intake.logger.level = "silent";
      const statuses = new Set<number>();
      let deliveries = 0;
      await fc.assert(
        fc.asyncProperty(mutations(body), async (mutated) => {
          intake.dispatched.length = 0;
          deliveries += 1;
          const post = sign(mutated, `delivery-${deliveries}`);
          const { status, answer } = await receive(intake, source, post);
          statuses.add(status);
          assert.ok(status < 500);
          assert.equal(intake.dispatched.length > 0, status === 202);
          assert.ok(answer.message !== "" && answer.message.length < 1_500);
          for (const { build } of intake.dispatched) assertSound(build);
        }),
        { numRuns: RUNS },
      );
      expect(statuses).toContain(400);
    }, 120_000);
  }
});
