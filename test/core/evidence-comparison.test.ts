import { describe, expect, it } from "vitest";
import type { Build } from "../../src/core/build.ts";
import {
  betterBy,
  compareEvidence,
  metricOf,
  type Quantity,
  trendOf,
} from "../../src/core/evidence-comparison.ts";
import type { ComparisonOperator } from "../../src/core/expression.ts";
import { aBuild, aGateJudgement, aGateNumber, aGateResult, NOW } from "../support/builders.ts";

function judgedBy(...numbers: readonly (readonly [string, ComparisonOperator])[]) {
  const results = numbers.map(([subject, operator]) =>
    aGateResult({ numbers: [aGateNumber({ subject, operator })] }),
  );
  return { production: aGateJudgement({ results }) };
}

const AUC_HIGHER = judgedBy(["metrics.auc", ">="]);

function compared(now: Partial<Build>, live: Partial<Build> | null, gates = AUC_HIGHER) {
  const before = live === null ? null : aBuild(live);
  return compareEvidence({ build: aBuild(now), gates }, before);
}

const namesOf = (quantities: readonly { readonly name: string }[]) =>
  quantities.map(({ name }) => name);

describe("the metrics of a release beside those of the live one", () => {
  it("begin with what got worse, the most first, then what is gone, what gates read, and the rest", () => {
    const gates = judgedBy(["metrics.auc", ">="], ["metrics.loss", "<"], ["metrics.f1", ">"]);
    const { metrics } = compared(
      { metrics: { plain: 1, f1: 0.7, loss: 0.22, auc: 0.5, fresh: 3 } },
      { metrics: { plain: 2, f1: 0.6, loss: 0.2, auc: 0.8, recall: 0.4 } },
      gates,
    );
    expect(metrics).toEqual([
      { name: "auc", better: "higher", value: 0.5, live: 0.8 },
      { name: "loss", better: "lower", value: 0.22, live: 0.2 },
      { name: "recall", better: null, value: null, live: 0.4 },
      { name: "f1", better: "higher", value: 0.7, live: 0.6 },
      { name: "plain", better: null, value: 1, live: 2 },
      { name: "fresh", better: null, value: 3, live: null },
    ]);
  });

  it("stand alone where nothing is live", () => {
    expect(compared({ metrics: { auc: 0.8 } }, null).metrics).toEqual([
      { name: "auc", better: "higher", value: 0.8, live: null },
    ]);
  });

  it("may be called as a member of every object is", () => {
    const { metrics } = compared({ metrics: { constructor: 1 } }, { metrics: {} });
    expect(metrics).toEqual([{ name: "constructor", better: null, value: 1, live: null }]);
  });

  it("have no direction where gates ask for both, as the ends of a band do", () => {
    const gates = judgedBy(["metrics.auc", ">="], ["metrics.auc", "<="], ["metrics.auc", ">"]);
    const [auc] = compared({ metrics: { auc: 1 } }, { metrics: { auc: 2 } }, gates).metrics;
    expect(auc?.better).toBe(null);
  });

  it("have no direction where a gate reads something else, or asks for one value", () => {
    const gates = judgedBy(["datasets.size()", ">="], ["metrics.auc", "=="]);
    const [auc] = compared({ metrics: { auc: 1 } }, { metrics: { auc: 2 } }, gates).metrics;
    expect(auc?.better).toBe(null);
  });

  it("take their direction from the latest judgement", () => {
    const gates = {
      production: { ...judgedBy(["metrics.auc", "<="]).production, judgedAt: NOW },
      staging: { ...judgedBy(["metrics.auc", ">="]).production, judgedAt: NOW - 1 },
    };
    const [auc] = compared({ metrics: { auc: 1 } }, null, gates as never).metrics;
    expect(auc?.better).toBe("lower");
  });

  it("have no direction before they were judged", () => {
    const { metrics } = compareEvidence({ build: aBuild(), gates: {} }, null);
    expect(metrics).toEqual([{ name: "auc", better: null, value: 0.8132, live: null }]);
  });
});

describe("the slices of a release", () => {
  it("come the worst first, by the worst of their directed numbers", () => {
    const { slices } = compared(
      { slices: { same: { auc: 0.8 }, up: { auc: 0.9 }, down: { auc: 0.7 }, fresh: { auc: 0.1 } } },
      { slices: { same: { auc: 0.8 }, up: { auc: 0.8 }, down: { auc: 0.8 } } },
    );
    expect(namesOf(slices)).toEqual(["down", "same", "fresh", "up"]);
    expect(slices[0]?.quantities).toEqual([
      { name: "auc", better: "higher", value: 0.7, live: 0.8 },
    ]);
  });

  it.each([
    { operator: ">=", order: ["low", "mid", "high"] },
    { operator: "<=", order: ["high", "mid", "low"] },
  ] as const)("come the worst value first where nothing is live ($operator)", (one) => {
    const slices = { mid: { auc: 0.5 }, low: { auc: 0.1 }, high: { auc: 0.9 } };
    const gates = judgedBy([`slices["low"].auc`, one.operator]);
    expect(namesOf(compared({ slices }, null, gates).slices)).toEqual(one.order);
  });

  it("come by how much they moved where no gate says what is better", () => {
    const { slices } = compared(
      { slices: { little: { f1: 1.1 }, much: { f1: 2 }, zero: { f1: 0 } } },
      { slices: { little: { f1: 1 }, much: { f1: 1 }, zero: { f1: 0 } } },
    );
    expect(namesOf(slices)).toEqual(["much", "little", "zero"]);
  });

  it("keep what a slice no longer reports, before the rest of it", () => {
    const { slices } = compared(
      { slices: { a: { f1: 1 } } },
      { slices: { a: { f1: 1, auc: 0.8 } } },
    );
    expect(slices).toEqual([
      {
        name: "a",
        quantities: [
          { name: "auc", better: "higher", value: null, live: 0.8 },
          { name: "f1", better: null, value: 1, live: 1 },
        ],
      },
    ]);
  });

  it("name those that only the live one has, and leave out those without numbers", () => {
    const { slices, slicesGone } = compared(
      { slices: { empty: {}, kept: { auc: 1 } } },
      { slices: { gone: { auc: 1 }, kept: { auc: 1 } } },
    );
    expect([namesOf(slices), slicesGone]).toEqual([["kept"], ["gone"]]);
  });
});

describe("the tests of a release", () => {
  it("are compared like its metrics", () => {
    const { tests } = compared(
      { tests: { passed: 12, failed: 1, skipped: 0 } },
      { tests: { passed: 10, failed: 0, skipped: 0 } },
      judgedBy(["tests.failed", "<="]),
    );
    expect(tests).toEqual([
      { name: "passed", better: null, value: 12, live: 10 },
      { name: "failed", better: "lower", value: 1, live: 0 },
      { name: "skipped", better: null, value: 0, live: 0 },
    ]);
  });

  it("are not there where neither reports any", () => {
    expect(compared({}, {}).tests).toEqual([]);
  });

  it("are gone where only the live one reports them", () => {
    const { tests } = compared({}, { tests: { passed: 1, failed: 0, skipped: 0 } });
    expect(tests.map(({ value, live }) => [value, live])).toEqual([
      [null, 1],
      [null, 0],
      [null, 0],
    ]);
  });
});

describe("the trend of a number", () => {
  it.each([
    { value: 0.9, live: 0.8, better: "higher", trend: "better" },
    { value: 0.7, live: 0.8, better: "higher", trend: "worse" },
    { value: 0.7, live: 0.8, better: "lower", trend: "better" },
    { value: 0.9, live: 0.8, better: "lower", trend: "worse" },
    { value: 0.9, live: 0.8, better: null, trend: "changed" },
    { value: 0.1 + 0.2, live: 0.3, better: "higher", trend: "same" },
    { value: 0.9, live: null, better: "higher", trend: "new" },
    { value: null, live: 0.8, better: "higher", trend: "gone" },
  ] as const)("is $trend from $live to $value ($better is better)", ({ trend, ...numbers }) => {
    expect(trendOf({ name: "auc", ...numbers } as Quantity)).toBe(trend);
  });
});

describe("the direction of a comparison", () => {
  it.each([
    [">=", "higher"],
    [">", "higher"],
    ["<=", "lower"],
    ["<", "lower"],
    ["==", null],
    ["!=", null],
  ] as const)("of %s is %s", (operator, better) => {
    expect(betterBy(operator)).toBe(better);
  });
});

describe("the metric of a subject", () => {
  it.each([
    ["metrics.auc", "auc"],
    ['metrics["p95/ms \\"x\\" \\u00e9"]', 'p95/ms "x" é'],
    ['slices["country=BR"].auc', "auc"],
    ['slices["country=BR"]["a.b"]', "a.b"],
    ["slices.all.auc", "auc"],
    ["live.metrics.auc", null],
    ["metrics.auc - live.metrics.auc", null],
    ["tests.failed", null],
    ['metrics["\\x"]', null],
    ["metrics", null],
  ])("%s is %s", (subject, metric) => {
    expect(metricOf(subject)).toBe(metric);
  });
});
