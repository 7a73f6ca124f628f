import { describe, expect, it } from "vitest";
import { gateLine, verdictCounts, worstFirst } from "../../../src/cards/parts/gate-lines.ts";
import type { ComparisonOperator } from "../../../src/core/expression.ts";
import { aGateNumber, aGateResult } from "../../support/builders.ts";

describe("a gate's numbers", () => {
  const shown = (
    operator: ComparisonOperator,
    actual: number,
    limit: number,
    live: number | null,
  ) =>
    gateLine(
      aGateResult({ name: "g", numbers: [aGateNumber({ operator, actual, limit, live })] }),
      1,
    ).mrkdwn.replace("✅ Pass: *g* · ", "");

  it.each([
    [">=", 0.82, 0.8, 0.81, "*0.82* ≥ 0.8, live 0.81 (+0.01, better)"],
    [">", 0.82, 0.8, 0.83, "*0.82* &gt; 0.8, live 0.83 (−0.01, worse)"],
    ["<=", 20, 30, 21, "*20* ≤ 30, live 21 (−1, better)"],
    ["<", 22, 30, 21, "*22* &lt; 30, live 21 (+1, worse)"],
    ["==", 0, 0, 2, "*0* = 0, live 2 (−2)"],
    ["!=", 3, 0, 2, "*3* ≠ 0, live 2 (+1)"],
    [">=", 0.1 + 0.2, 0.25, 0.3, "*0.30000000000000004* ≥ 0.25, live 0.3 (the same)"],
    [">=", 0.79996, 0.8, null, "*0.79996*, must be ≥ 0.8"],
    [">=", 0.7, 0.8, 0.9, "*0.7*, must be ≥ 0.8, live 0.9 (−0.2, worse)"],
  ] as const)("%s: %d against %d, live %d", (operator, actual, limit, live, text) => {
    expect(shown(operator, actual, limit, live)).toBe(text);
  });
});

describe("a gate with many numbers", () => {
  const numbers = [0.9, 0.7, 0.85, 0.6].map((actual, index) =>
    aGateNumber({ subject: `slice_${index}`, actual, live: null }),
  );

  it("shows those that do not hold first, by name, and counts the others", () => {
    const result = aGateResult({ name: "slices", verdict: "fail", numbers });
    expect(gateLine(result, 2)).toEqual({
      mrkdwn:
        "❌ Fail: *slices* · `slice_1` *0.7*, must be ≥ 0.8; `slice_3` *0.6*, must be ≥ 0.8; 2 of 4 hold",
    });
  });

  it("says so when all of them hold", () => {
    const held = numbers.filter(({ actual }) => actual > 0.8);
    expect(gateLine(aGateResult({ name: "slices", numbers: held }), 1)).toEqual({
      mrkdwn: "✅ Pass: *slices* · `slice_0` *0.9* ≥ 0.8; all 2 hold",
    });
  });
});

describe("a gate without numbers", () => {
  it("is explained in words", () => {
    const result = aGateResult({
      name: "fairness",
      verdict: "missing",
      numbers: [],
      sentence: "the report has no metrics.fairness",
    });
    expect(gateLine(result, 1)).toEqual({
      mrkdwn: "❓ Missing: *fairness* · the report has no metrics.fairness",
    });
  });
});

describe("several gates", () => {
  const results = [
    aGateResult({ name: "a", verdict: "pass" }),
    aGateResult({ name: "b", verdict: "warn" }),
    aGateResult({ name: "c", verdict: "missing" }),
    aGateResult({ name: "d", verdict: "fail" }),
    aGateResult({ name: "e", verdict: "missing", blocks: true }),
    aGateResult({ name: "f", verdict: "pass" }),
  ];

  it("are in order from what blocks to what passes", () => {
    expect(worstFirst(results).map(({ name }) => name)).toEqual(["e", "d", "c", "b", "a", "f"]);
  });

  it("are counted in words", () => {
    expect(verdictCounts(results)).toBe("1 fails, 2 are missing, 1 warns, 2 pass");
  });
});
