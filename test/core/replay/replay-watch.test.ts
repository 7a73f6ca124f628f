import { describe, expect, it } from "vitest";
import { type JudgedPolicy, replayWatch } from "../../../src/core/replay/replay-watch.ts";
import type { Sample } from "../../../src/core/verdict.ts";
import type { WatchCheck } from "../../../src/core/watch-policy.ts";
import { aCheck, MINUTE } from "../../support/policies.ts";
import { NOON } from "../../support/story.ts";

const WINDOW = {
  deployedAt: NOON,
  from: NOON,
  until: NOON + 10 * MINUTE,
  every: MINUTE,
  warmUp: 0,
};
const ON = { failure: "rollback", inconclusive: "ask", error: "announce" } as const;

/** What was measured of each check, a number for each minute after noon. */
type Numbers = Readonly<Record<string, readonly (number | null)[]>>;

function replayOf(
  numbers: Numbers,
  options: {
    readonly checks?: Readonly<Record<string, Partial<WatchCheck>>>;
    readonly policy?: Partial<JudgedPolicy>;
    readonly end?: number;
  } = {},
) {
  const checks = Object.keys(numbers).map((name) =>
    aCheck({ name, consecutiveFailures: 2, ...options.checks?.[name] }),
  );
  const requests = checks.map((check) => ({
    check,
    query: "success_rate",
    url: null,
    measured: {
      release: {
        kind: "value",
        value: { kind: "samples", samples: samplesOf(numbers[check.name] ?? []) },
      },
      baselines: {},
    } as const,
    window: WINDOW,
  }));
  const policy = { checks, score: null, on: ON, ...options.policy };
  return replayWatch(policy, requests, options.end ?? WINDOW.until);
}

function samplesOf(values: readonly (number | null)[]): readonly Sample[] {
  return values.map((value, index) => ({ at: NOON + index * MINUTE, value }));
}

const GOOD = Array.from({ length: 11 }, () => 0.99);
const BAD = [0.99, 0.99, ...Array.from({ length: 9 }, () => 0.5)];
const SPARSE = GOOD.map((value, index) => (index < 3 ? value : null));

describe("what a watch would have done", () => {
  it("is a rollback when one of its checks trips, at the tick that would have seen it", () => {
    expect(replayOf({ a: GOOD, b: BAD })).toEqual({
      outcome: "rollback",
      at: NOON + 3 * MINUTE,
      sentence: "b: 2 failures in a row (limit 2)",
    });
  });

  it("is what its actions say", () => {
    const announcing = { ...ON, failure: "announce" } as const;
    expect(replayOf({ a: BAD }, { policy: { on: announcing } })).toMatchObject({
      outcome: "announce",
      at: NOON + 3 * MINUTE,
    });
    expect(replayOf({ a: SPARSE })).toMatchObject({ outcome: "ask", at: WINDOW.until });
  });

  it("is a pass when all are good at the end", () => {
    expect(replayOf({ a: GOOD, b: GOOD })).toEqual({
      outcome: "pass",
      at: WINDOW.until,
      sentence: "all checks passed",
    });
  });

  it("is a pass by the score although a check of little weight fails, and a question by less", () => {
    const checks = { a: { weight: 90 }, b: { weight: 10 } };
    const scored = (pass: number) =>
      replayOf({ a: GOOD, b: BAD }, { checks, policy: { score: { pass, warn: 50 } } });
    expect(scored(90)).toMatchObject({ outcome: "pass", at: WINDOW.until });
    expect(scored(95)).toMatchObject({ outcome: "ask", at: WINDOW.until });
  });

  it("is a rollback by a key check, whatever the score is", () => {
    const checks = { a: { weight: 99 }, b: { weight: 1, isKey: true } };
    const policy = { score: { pass: 90, warn: 50 } };
    expect(replayOf({ a: GOOD, b: BAD }, { checks, policy })).toMatchObject({
      outcome: "rollback",
      at: NOON + 3 * MINUTE,
    });
  });

  it("is nothing yet when the release stopped taking traffic before", () => {
    expect(replayOf({ a: GOOD }, { end: NOON + 5 * MINUTE })).toMatchObject({
      outcome: "quiet",
      at: null,
    });
  });

  it("stays a question where the numbers get better", () => {
    const asking = { ...ON, failure: "ask" } as const;
    const checks = { a: { consecutiveFailures: null, failureLimit: 1, minSamples: 1 } };
    const numbers = { a: [0.5, 0.5, ...GOOD.slice(2)] };
    expect(replayOf(numbers, { checks, policy: { on: asking } })).toMatchObject({
      outcome: "ask",
      at: NOON + MINUTE,
    });
  });

  it("cannot be said where what a check needs is gone, unless another one alone decides", () => {
    expect(replayOf({ a: [], b: [] }).outcome).toBe("no-data");
    expect(replayOf({}).outcome).toBe("no-data");
    expect(replayOf({ a: GOOD, b: [] })).toEqual({
      outcome: "no-data",
      at: null,
      sentence: "the source has nothing of this time for b",
    });
    expect(replayOf({ a: BAD, b: [] }).outcome).toBe("rollback");
  });
});
