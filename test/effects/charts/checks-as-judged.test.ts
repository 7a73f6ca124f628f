import { describe, expect, it } from "vitest";
import type { ComparisonSummary } from "../../../src/core/verdict.ts";
import { checksAsJudged } from "../../../src/effects/charts/checks-as-judged.ts";
import { anAssessment, aWatchCheck, NOW } from "../../support/builders.ts";

const COMPARED: ComparisonSummary = {
  with: "stable",
  method: "sequential",
  observed: 0.5,
  expected: 0,
  since: NOW,
  points: 7,
  score: 5,
  limit: 4.8,
  baseline: [],
};

const AUTO = aWatchCheck({
  name: "failed",
  comparison: { with: "auto", method: "sequential", worse: "higher", effect: null, measure: null },
});

describe("the checks behind a verdict", () => {
  it("are compared with what they were compared with then", () => {
    const judged = [anAssessment({ check: "failed", comparison: COMPARED })];
    expect(checksAsJudged([AUTO], judged)).toEqual([
      { ...AUTO, comparison: { ...AUTO.comparison, with: "stable" } },
    ]);
  });

  it("stay as they are where there was nothing to compare with, or nothing is compared", () => {
    const fixed = aWatchCheck({ name: "limit" });
    const judged = [anAssessment({ check: "failed" }), anAssessment({ check: "limit" })];
    expect(checksAsJudged([AUTO, fixed], judged)).toEqual([AUTO, fixed]);
  });

  it("are none of those that had nothing to do with it", () => {
    expect(checksAsJudged([AUTO], [anAssessment({ check: "another" })])).toEqual([]);
  });
});
