import { describe, expect, it } from "vitest";
import { type ScoredCheck, score } from "../../../src/core/analysis/score.ts";

const POLICY = { pass: 90, warn: 60 };

/** `s` passes, `f` fails, `i` is inconclusive, `e` an error, `p` pending; in capitals a key check. */
function checks(pattern: string, weights: readonly number[] = []): readonly ScoredCheck[] {
  const verdicts = {
    s: "success",
    f: "failure",
    i: "inconclusive",
    e: "error",
    p: "pending",
  } as const;
  return [...pattern].map((letter, index) => ({
    verdict: verdicts[letter.toLowerCase() as keyof typeof verdicts],
    weight: weights[index] ?? 1,
    isKey: letter !== letter.toLowerCase(),
  }));
}

describe("the score of a watch", () => {
  it.each([
    ["ssss", [], "success", 100, "100 % of at least 90 %"],
    ["sssf", [], "warn", 75, "75 %, less than 90 %"],
    ["ssff", [], "failure", 50, "50 %, less than 60 %"],
    ["sf", [19, 1], "success", 95, "95 % of at least 90 %"],
    ["sf", [1, 2], "failure", 100 / 3, "33.3 %, less than 60 %"],
    ["ssssssssssF", [], "failure", (100 * 10) / 11, "a key check failed"],
    ["Fppp", [], "failure", 0, "a key check failed"],
    ["sssi", [], "success", 100, "100 % of at least 90 %"],
    ["ssie", [], "inconclusive", 100, "2 of 4 checks have no verdict"],
    ["sssI", [], "inconclusive", 100, "a key check has no verdict"],
    ["spp", [], "pending", 100, "checks are still being measured"],
    ["ffp", [], "failure", 0, "at most 33.3 % can still be reached, less than 60 %"],
    ["pf", [3, 1], "pending", 0, "checks are still being measured"],
    ["ss", [0, 0], "inconclusive", null, "no check that weighs anything has a verdict"],
    ["", [], "inconclusive", null, "no check that weighs anything has a verdict"],
  ] as const)(
    "of checks %s with weights %j is %s",
    (pattern, weights, outcome, share, sentence) => {
      expect(score(checks(pattern, weights), POLICY)).toEqual({ outcome, share, sentence });
    },
  );

  it("does not count a pending check of no weight as a way to pass", () => {
    expect(score(checks("ffp", [1, 1, 0]), POLICY).outcome).toBe("pending");
  });
});
