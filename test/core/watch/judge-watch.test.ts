import { describe, expect, it } from "vitest";
import { changedVerdicts } from "../../../src/core/decide/changed-verdicts.ts";
import type { CheckAssessment, CheckVerdict } from "../../../src/core/verdict.ts";
import { judgeWatch } from "../../../src/core/watch/judge-watch.ts";

function one(check: string, verdict: CheckVerdict, rest: Partial<CheckAssessment> = {}) {
  const counts = { passed: 0, failed: 0, noData: 0 };
  const plain = { check, verdict, sentence: `${verdict}!`, query: "q", condition: "c" };
  return { ...plain, samples: [], counts, ...rest };
}

function check(name: string, weight = 1, isKey = false) {
  return { name, weight, isKey };
}

describe("a watch without a score", () => {
  const policy = { checks: [check("a"), check("b")], score: null };

  it.each([
    [["success", "failure"], false, "failure", "b: failure!"],
    [["error", "pending"], false, "pending", "no check has failed"],
    [["success", "success"], true, "success", "all checks passed"],
    [["success", "inconclusive"], true, "inconclusive", "b: inconclusive!"],
    [["inconclusive", "error"], true, "error", "a: inconclusive!; b: error!"],
    [["success", "pending"], true, "inconclusive", "b: pending!"],
  ] as const)("%j, ended: %s -> %s", ([a, b], hasEnded, verdict, sentence) => {
    const judged = judgeWatch(policy, [one("a", a), one("b", b)], hasEnded);
    expect(judged).toMatchObject({ verdict, sentence, score: null, isDoubtful: false });
  });

  it("that has no checks any more has nothing to be judged by", () => {
    expect(judgeWatch(null, [], true)).toEqual({
      verdict: "inconclusive",
      checks: [],
      sentence: "there is no check to judge it by",
      score: null,
      isDoubtful: false,
    });
  });

  it("is doubtful if all that fails is", () => {
    const doubtful = one("a", "failure", { isDoubtful: true });
    expect(judgeWatch(policy, [doubtful], false).isDoubtful).toBe(true);
    expect(judgeWatch(policy, [doubtful, one("b", "failure")], false).isDoubtful).toBe(false);
  });
});

describe("a watch with a score", () => {
  const policy = {
    checks: [check("a", 3), check("b", 1), check("key", 0, true)],
    score: { pass: 90, warn: 70 },
  };
  const of = (a: CheckVerdict, b: CheckVerdict, key: CheckVerdict, hasEnded: boolean) =>
    judgeWatch(policy, [one("a", a), one("b", b), one("key", key)], hasEnded);

  it("passes with enough of the weight", () => {
    expect(of("success", "success", "success", true)).toMatchObject({
      verdict: "success",
      score: 100,
      checks: [],
    });
  });

  it("asks people between pass and warn, with what failed", () => {
    const judged = of("success", "failure", "success", true);
    expect(judged).toMatchObject({ verdict: "inconclusive", score: 75 });
    expect(judged.checks.map((failed) => failed.check)).toEqual(["b"]);
  });

  it("fails below, as soon as warn can no longer be reached", () => {
    expect(of("failure", "success", "success", true)).toMatchObject({
      verdict: "failure",
      score: 25,
    });
    expect(of("failure", "pending", "pending", false).verdict).toBe("failure");
    expect(of("pending", "failure", "pending", false).verdict).toBe("pending");
  });

  it("fails with a key check, and with an alert, whatever the score is", () => {
    expect(of("success", "success", "failure", false).verdict).toBe("failure");
    const alert = one("alert FeedErrors", "failure");
    const judged = judgeWatch(policy, [one("a", "success"), one("b", "success"), alert], false);
    expect(judged).toMatchObject({ verdict: "failure", checks: [{ check: "alert FeedErrors" }] });
  });

  it("waits for what cannot be measured now, and is undecided if that is so at the end", () => {
    expect(of("error", "success", "error", false).verdict).toBe("pending");
    expect(of("success", "success", "error", true)).toMatchObject({
      verdict: "error",
      checks: [{ check: "key" }],
    });
    expect(of("success", "success", "pending", true).verdict).toBe("inconclusive");
  });

  it("is undecided with nothing to be judged by", () => {
    expect(judgeWatch(policy, [], true)).toMatchObject({ verdict: "inconclusive", checks: [] });
  });
});

describe("an assessment is news", () => {
  it.each([
    ["of which nothing is recorded and that is pending", undefined, one("a", "pending"), false],
    ["with a first verdict", undefined, one("a", "error"), true],
    ["with another verdict", one("a", "pending"), one("a", "failure"), true],
    ["with the same verdict", one("a", "failure"), one("a", "failure"), false],
    [
      "that can never be decided",
      undefined,
      one("a", "pending", { shortfall: "too little" }),
      true,
    ],
    [
      "of which that is recorded",
      one("a", "pending", { shortfall: "too little" }),
      one("a", "pending", { shortfall: "too little still" }),
      false,
    ],
  ])("%s", (_name, recorded, assessment, expected) => {
    const known = recorded === undefined ? [] : [recorded];
    expect(changedVerdicts(known, [assessment])).toEqual(expected ? [assessment] : []);
  });
});
