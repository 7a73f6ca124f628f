import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SLIPWAY } from "../../src/core/actor.ts";
import {
  describeBlocker,
  describeDecision,
  duration,
  environmentOf,
  releaseOf,
  utc,
} from "../../src/core/describe.ts";
import { evidenceDigest } from "../../src/core/digest.ts";
import { blockedBy, gateScope, judgeGates } from "../../src/core/gate.ts";
import { canonicalJson, type Json } from "../../src/core/json.ts";
import { datasetChanges } from "../../src/core/lineage.ts";
import type { PromotionState } from "../../src/core/promotion.ts";
import { always, atLeast, equals, FAILS, noWorseThanLive } from "../support/expressions.ts";
import { aGate, PRODUCTION } from "../support/policies.ts";
import { aBuild, NOON, storyAwaitingApproval, storyLive } from "../support/story.ts";

/** Canonical JSON as its definition says it. */
function spelledOut(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelledOut).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${spelledOut(member)}`);
  return `{${members.join(",")}}`;
}

describe("canonical JSON", () => {
  it("has the keys of every object in order, and leaves undefined members out", () => {
    expect(canonicalJson({ b: 1, a: { d: [2, { z: 1, y: null }], c: undefined } })).toBe(
      '{"a":{"d":[2,{"y":null,"z":1}]},"b":1}',
    );
  });

  it("orders keys by their code units, whether they look like numbers or not", () => {
    expect(canonicalJson({ a: 1, "9": 2, "10": 3, "": 4 })).toBe('{"":4,"10":3,"9":2,"a":1}');
    expect(canonicalJson({ z: [{ b: 1, "10": { d: 1, c: undefined, a: null }, "9": 3 }] })).toBe(
      '{"z":[{"10":{"a":null,"d":1},"9":3,"b":1}]}',
    );
  });

  it("keeps a key that means something else in a program", () => {
    const value = JSON.parse('{"b":1,"__proto__":{"a":2},"constructor":3}');
    expect(canonicalJson(value)).toBe('{"__proto__":{"a":2},"b":1,"constructor":3}');
  });

  it("is the same for values that are equal, whatever the order of their keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed as Json)).toBe(canonicalJson(value as Json));
        expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(value as Json)).toBe(spelledOut(value));
      }),
    );
  });
});

describe("lengths of time and instants in words", () => {
  it.each([
    [0, "0 s"],
    [-5000, "0 s"],
    [4000, "4 s"],
    [59_400, "59 s"],
    [180_000, "3 min"],
    [7_500_000, "2 h 5 min"],
    [7_200_000, "2 h"],
    [3 * 86_400_000, "3 d"],
    [86_400_000 + 3_600_000, "1 d 1 h"],
  ])("%d ms is %s", (milliseconds, words) => {
    expect(duration(milliseconds)).toBe(words);
  });

  it("an instant is written in UTC", () => {
    expect(utc(NOON)).toBe("2026-11-22 12:00 UTC");
  });
});

describe("what keeps a promotion waiting, in words", () => {
  it.each([
    [
      { kind: "frozen", reason: "launch", by: SLIPWAY, until: NOON },
      "frozen until 2026-11-22 12:00 UTC: launch (slipway)",
    ],
    [{ kind: "frozen", reason: "launch", by: SLIPWAY, until: null }, "frozen: launch (slipway)"],
    [{ kind: "held", reason: "incident", by: SLIPWAY }, "held: incident (slipway)"],
    [{ kind: "busy", promotion: "a@1/b/production/1" }, "a@1/b is being deployed or watched there"],
    [{ kind: "busy", promotion: null }, "a rollback is running there"],
    [
      { kind: "needs", component: "svc", range: ">=2", found: null },
      "needs svc >=2 there, and none is live",
    ],
    [
      { kind: "needs", component: "svc", range: ">=2", found: "1" },
      "needs svc >=2 there, and 1 is live",
    ],
    [
      { kind: "needed", component: "model", range: "<2", found: "7" },
      "would take away what model 7 needs there: <2",
    ],
  ] as const)("%o", (blocker, words) => {
    expect(describeBlocker(blocker)).toBe(words);
  });

  it("a version may hold a slash", () => {
    expect(releaseOf("svc@release/1.2/production/3")).toBe("svc@release/1.2");
    expect(environmentOf("svc@release/1.2/production/3")).toBe("production");
    expect(environmentOf("not of a promotion")).toBe("");
  });
});

describe("what became of a promotion, in words", () => {
  const at = NOON - 4000;
  const operation = {
    key: "k",
    deployer: "d",
    params: {},
    startedAt: at,
    handle: null,
    url: null,
    detail: null,
  };
  const states: readonly (readonly [PromotionState, string])[] = [
    [{ kind: "requested" }, "it waits for approval"],
    [{ kind: "awaiting-approval", since: at, expiresAt: null }, "it waits for approval"],
    [{ kind: "rejected", by: SLIPWAY, at, reason: "no" }, "slipway rejected it 4 s ago: no"],
    [{ kind: "expired", at }, "its approval expired 4 s ago"],
    [{ kind: "superseded", by: "m@2", at }, "m@2 replaced it 4 s ago"],
    [{ kind: "cancelled", by: SLIPWAY, at, reason: "no" }, "slipway stopped it 4 s ago: no"],
    [{ kind: "failed", at, why: "no quota", known: true }, "it failed 4 s ago: no quota"],
    [{ kind: "rolling-back", since: at, to: "m@1" }, "it is being rolled back to m@1"],
    [
      { kind: "rolled-back", at, to: "m@1", trigger: "button" },
      "it was rolled back to m@1 4 s ago",
    ],
    [{ kind: "queued", since: at, blockers: [] }, "no approval is needed"],
    [{ kind: "deploying", operation }, "no approval is needed"],
    [{ kind: "verifying", step: 0, operation }, "no approval is needed"],
    [{ kind: "watching", from: at, until: at, checks: [] }, "no approval is needed"],
    [{ kind: "live", since: at }, "no approval is needed"],
  ];
  it.each(states)("%o", (state, words) => {
    const promotion = { ...storyAwaitingApproval().promotion("1", "production"), state };
    expect(describeDecision(promotion, NOON)).toBe(words);
  });
});

describe("gates", () => {
  const release = storyLive().release("1");
  const better = { ...release, build: aBuild({ metrics: { auc: 0.9 } }) };

  it.each([
    ["holds", aGate(), release, "pass", false, "holds"],
    [
      "a failure that only warns",
      aGate({ level: "warn", check: FAILS }),
      release,
      "warn",
      false,
      "does not hold: false",
    ],
    [
      "a metric the report lacks",
      aGate({ check: atLeast("metrics.recall", 1) }),
      release,
      "missing",
      true,
      "the report has no metrics.recall",
    ],
    [
      "the same where it only warns",
      aGate({ level: "warn", check: atLeast("metrics.recall", 1) }),
      release,
      "missing",
      false,
      "the report has no metrics.recall",
    ],
    [
      "tests the report lacks",
      aGate({ check: equals("tests.failed", 0) }),
      { ...release, build: aBuild({ tests: null, commit: null }) },
      "missing",
      true,
      "the report has no tests.failed",
    ],
    [
      "an error",
      aGate({ check: always({ kind: "error", why: "overflow" }) }),
      release,
      "missing",
      true,
      "it could not be evaluated: overflow",
    ],
    [
      "nothing live, pass",
      aGate({ check: noWorseThanLive("metrics.auc", 0) }),
      release,
      "pass",
      false,
      "nothing live to compare with",
    ],
    [
      "nothing live, warn",
      aGate({ check: noWorseThanLive("metrics.auc", 0), whenNoLive: "warn" }),
      release,
      "warn",
      false,
      "nothing live to compare with",
    ],
    [
      "nothing live, fail",
      aGate({ check: noWorseThanLive("metrics.auc", 0), whenNoLive: "fail" }),
      release,
      "fail",
      true,
      "nothing live to compare with",
    ],
  ] as const)("%s", (_name, gate, judged, verdict, blocks, sentence) => {
    expect(judgeGates([gate], judged, null)).toMatchObject([{ verdict, blocks, sentence }]);
  });

  it("show the champion's number beside the challenger's", () => {
    const [result] = judgeGates([aGate()], release, better);
    expect(result?.numbers).toEqual([
      { subject: "metrics.auc", operator: ">=", actual: 0.81, limit: 0.8, live: 0.9 },
    ]);
    expect(judgeGates([aGate()], release, null)[0]?.numbers).toMatchObject([{ live: null }]);
  });

  it("say what the live release lacks", () => {
    const bare = { ...release, build: aBuild({ metrics: {} }) };
    const gate = aGate({ check: noWorseThanLive("metrics.auc", 0) });
    expect(judgeGates([gate], better, bare)).toMatchObject([
      { verdict: "missing", sentence: "1 has no metrics.auc to compare with" },
    ]);
    const unread = aGate({ check: always({ kind: "missing", what: "live.tests" }) });
    expect(judgeGates([unread], better, null)[0]?.sentence).toBe(
      "the live release has no tests to compare with",
    );
  });

  it("have no champion's number where it cannot be evaluated for the champion", () => {
    const bare = { ...release, build: aBuild({ metrics: {} }) };
    expect(judgeGates([aGate()], release, bare)[0]?.numbers).toMatchObject([{ live: null }]);
  });

  it("block only where they fail or miss", () => {
    const results = judgeGates([aGate(), aGate({ check: FAILS })], release, null);
    expect(blockedBy(results)).toHaveLength(1);
  });

  it("read the whole of the evidence", () => {
    const build = aBuild({
      checks: [{ name: "c", status: "pass", expected: null, actual: null }],
      datasets: [{ name: "d", version: "1", digest: null, rows: 3 }],
    });
    expect(gateScope({ ...release, build }, { ...release, build })).toMatchObject({
      metrics: { auc: 0.81 },
      tests: { passed: 10 },
      checks: [{ name: "c" }],
      datasets: [{ name: "d" }],
      commit: { branch: "main" },
      release: { version: "1", trigger: "data" },
      live: { metrics: { auc: 0.81 } },
    });
  });
});

describe("the evidence digest", () => {
  const release = storyLive().release("1");
  const input = {
    release,
    live: "model-pymk@0",
    results: judgeGates([aGate()], release, null),
    environment: PRODUCTION,
    sha256: (text: string) => text,
  };
  const digest = evidenceDigest(input);

  it.each([
    ["the artifact", { release: { ...release, build: aBuild({ artifact: null }) } }],
    ["the commit", { release: { ...release, build: aBuild({ commit: null }) } }],
    [
      "the data",
      {
        release: {
          ...release,
          build: aBuild({ datasets: [{ name: "d", version: "1", digest: null, rows: null }] }),
        },
      },
    ],
    [
      "a gate's number",
      { results: judgeGates([aGate({ check: atLeast("metrics.auc", 0.7) })], release, null) },
    ],
    ["the policy", { environment: { ...PRODUCTION, source: { revision: 9 } } }],
    ["what is live", { live: null }],
  ])("changes with %s", (_what, change) => {
    expect(evidenceDigest({ ...input, ...change })).not.toBe(digest);
  });

  it("is taken of the canonical JSON of all of it", () => {
    const { build } = release;
    expect(digest).toBe(
      canonicalJson({
        release: release.id,
        artifact: { ...build.artifact },
        commit: {
          repository: build.commit?.repository,
          sha: build.commit?.sha,
          tag: build.commit?.tag,
        },
        lineage: build.datasets.map((dataset) => ({ ...dataset })),
        gates: input.results.map(({ sentence: _, numbers, ...result }) => ({
          ...result,
          numbers: numbers.map((number) => ({ ...number })),
        })),
        policy: PRODUCTION.source,
        live: "model-pymk@0",
      }),
    );
  });

  it("does not change with the words of a gate or the time", () => {
    const reworded = input.results.map((result) => ({ ...result, sentence: "other words" }));
    expect(evidenceDigest({ ...input, results: reworded })).toBe(digest);
  });
});

describe("the lineage of data", () => {
  const dataset = (name: string, version: string, rows: number | null = null) => ({
    name,
    version,
    digest: null,
    rows,
  });
  it("is compared by name", () => {
    const before = aBuild({
      datasets: [
        dataset("same", "1"),
        dataset("changed", "1", 10),
        dataset("unknown", "1"),
        dataset("gone", "1"),
      ],
    });
    const build = aBuild({
      datasets: [
        dataset("same", "1"),
        dataset("changed", "2", 12),
        dataset("unknown", "2", 5),
        dataset("new", "1"),
      ],
    });
    expect(datasetChanges(build, before)).toMatchObject([
      { kind: "same" },
      { kind: "changed", rows: 2 },
      { kind: "changed", rows: null },
      { kind: "added" },
      { kind: "removed", dataset: { name: "gone" } },
    ]);
    expect(datasetChanges(build, null).every(({ kind }) => kind === "added")).toBe(true);
  });
});
