import { describe, expect, it } from "vitest";
import { chooseVariant, type VariantResult } from "../../../src/core/replay/choose-variant.ts";
import type { ReplayResult } from "../../../src/core/replay/replay-check.ts";
import { type Variant, variantsOf } from "../../../src/core/replay/variants.ts";
import type { ComparisonPolicy, Measure, WatchCheck } from "../../../src/core/watch-policy.ts";
import { aCheck } from "../../support/policies.ts";

const COMPARED: ComparisonPolicy = {
  with: "auto",
  method: "sequential",
  worse: "higher",
  effect: null,
  measure: null,
};
const RATIO: Measure = { kind: "ratio", bad: "bad", total: "total" };

const diffsOf = (overrides: Partial<WatchCheck>) =>
  variantsOf(aCheck(overrides)).map(({ diff }) => diff);

describe("other limits of a check", () => {
  it("let it fail more often in a row before it fails, the smallest change first", () => {
    const check = aCheck({ consecutiveFailures: 3 });
    const variants = variantsOf(check);
    expect(variants.map(({ words }) => words)).toEqual([
      "4 failures in a row instead of 3",
      "5 failures in a row instead of 3",
      "7 failures in a row instead of 3",
    ]);
    expect(variants[0]?.check).toEqual({ ...check, consecutiveFailures: 4 });
    expect(variants[0]?.diff).toEqual(["- consecutiveFailures: 3", "+ consecutiveFailures: 4"]);
  });

  it("let it fail more often in all", () => {
    expect(diffsOf({ consecutiveFailures: null, failureLimit: 2 })).toEqual([
      ["- failureLimit: 2", "+ failureLimit: 3"],
      ["- failureLimit: 2", "+ failureLimit: 5"],
    ]);
  });

  it("are those of a fail condition too", () => {
    const { pass: fail } = aCheck();
    expect(diffsOf({ pass: null, fail })).toHaveLength(3);
  });

  it.each<{ readonly measure: Measure; readonly effects: readonly string[] }>([
    { measure: { kind: "value", query: "q" }, effects: ["4.5%", "6%", "9%"] },
    { measure: { kind: "count", events: "e" }, effects: ["37.5%", "50%", "75%"] },
    { measure: RATIO, effects: ["0.0075", "0.01", "0.015"] },
    {
      measure: { kind: "histogram", buckets: "b", over: null },
      effects: ["0.0075", "0.01", "0.015"],
    },
  ])("are wider effects than the usual one of a $measure.kind", ({ measure, effects }) => {
    expect(diffsOf({ measure, pass: null, comparison: COMPARED })).toEqual(
      effects.map((effect) => [`+ compare: { effect: ${effect} }`]),
    );
  });

  it("are wider effects than a configured one", () => {
    const comparison = { ...COMPARED, effect: { unit: "share", least: 0.1 } } as const;
    const [first] = variantsOf(aCheck({ measure: RATIO, pass: null, comparison }));
    expect(first?.words).toBe("a smallest effect of 15% instead of 10%");
    expect(first?.diff).toEqual(["- compare: { effect: 10% }", "+ compare: { effect: 15% }"]);
  });

  it("are a comparison instead of a fixed limit where events are counted", () => {
    const good: Measure = { kind: "ratio", good: "good", total: "total" };
    const last = variantsOf(aCheck({ measure: good })).at(-1);
    expect(last?.diff).toEqual(["- pass: value >= 0.97", "+ compare: auto"]);
    expect(last?.check).toMatchObject({ pass: null, comparison: { ...COMPARED, worse: "lower" } });
    expect(variantsOf(aCheck({ measure: RATIO })).at(-1)?.check.comparison).toEqual(COMPARED);
  });

  it.each<{ readonly what: string; readonly overrides: Partial<WatchCheck> }>([
    {
      what: "compared as Kayenta does",
      overrides: { pass: null, comparison: { ...COMPARED, method: "mann-whitney" } },
    },
    {
      what: "of patterns",
      overrides: {
        pass: null,
        measure: { kind: "patterns", query: "q", least: 5 },
        comparison: COMPARED,
      },
    },
    { what: "without any limit", overrides: { pass: null } },
  ])("are none of a check $what", ({ overrides }) => {
    expect(diffsOf(overrides)).toEqual([]);
  });
});

describe("the change that is proposed", () => {
  const variant = (words: string): Variant => ({ check: aCheck(), words, diff: [`+ ${words}`] });
  const results = (
    ...all: readonly (readonly [string, ReplayResult, ...ReplayResult[]])[]
  ): readonly VariantResult[] =>
    all.map(([words, result, ...bad]) => ({ variant: variant(words), result, bad }));

  it("is the smallest one that stays quiet and still finds what is bad", () => {
    const proposal = chooseVariant(
      "errors",
      results(
        ["one", "failed"],
        ["two", "passed", "failed", "passed"],
        ["three", "quiet", "failed", "failed"],
        ["four", "passed", "failed", "failed"],
      ),
    );
    expect(proposal).toEqual({
      check: "errors",
      diff: ["+ three"],
      sentence:
        "With three it would have stayed quiet, and it still finds all 2 bad releases that it was tried on.",
    });
  });

  it.each([
    { bad: [] as const, words: "no bad release is known that it could be tried on" },
    { bad: ["failed"] as const, words: "it still finds the one bad release that it was tried on" },
  ])("says on what it was tried: $words", ({ bad, words }) => {
    expect(chooseVariant("errors", results(["one", "passed", ...bad]))?.sentence).toContain(words);
  });

  it("is none where all fail, or none can be judged", () => {
    expect(chooseVariant("errors", results(["one", "failed"], ["two", "undecided"]))).toBeNull();
  });
});
