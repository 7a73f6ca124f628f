import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Scope } from "../../../src/core/expression.ts";
import { KEPT_SAMPLES, type Reading, type Sample } from "../../../src/core/verdict.ts";
import { assess } from "../../../src/core/watch/assess.ts";
import { SAMPLES_IN_SCOPE } from "../../../src/core/watch/conditions.ts";
import type { WatchWindow } from "../../../src/core/watch/watch-window.ts";
import type { WatchCheck } from "../../../src/core/watch-policy.ts";
import { always, atLeast, FAILS } from "../../support/expressions.ts";
import { aCheck, MINUTE } from "../../support/policies.ts";

const WINDOW: WatchWindow = {
  deployedAt: 0,
  from: 0,
  until: 10 * MINUTE,
  every: MINUTE,
  warmUp: 0,
};
const END = 10 * MINUTE;

/** One sample a minute from the first on: `.` passes, `x` fails, `-` has no data. */
function samples(pattern: string): readonly Sample[] {
  return [...pattern].map((point, index) => ({
    at: (index + 1) * MINUTE,
    value: point === "-" ? null : point === "x" ? 0.5 : 0.99,
  }));
}

function assessReading(value: Reading, now: number, check = aCheck(), window = WINDOW) {
  const measured = { release: { kind: "value", value }, baselines: {} } as const;
  return assess({ check, query: "q", url: null, measured, window, now });
}

function judge(
  pattern: string,
  overrides: {
    readonly check?: Partial<WatchCheck>;
    readonly window?: Partial<WatchWindow>;
    readonly now?: number;
  } = {},
) {
  const reading: Reading = { kind: "samples", samples: samples(pattern) };
  return assessReading(reading, overrides.now ?? END + MINUTE, aCheck(overrides.check), {
    ...WINDOW,
    ...overrides.window,
  });
}

describe("the verdict on a check", () => {
  it.each([
    ["..........", {}, "success", "10 of 10 samples passed"],
    ["...x..x...", {}, "success", "8 of 10 samples passed"],
    ["....xxx...", {}, "failure", "3 failures in a row (limit 3)"],
    ["....xx-x..", {}, "failure", "3 failures in a row (limit 3)"],
    ["....xx.x..", {}, "success", "7 of 10 samples passed"],
    [
      "..x.x.x...",
      { check: { failureLimit: 2, consecutiveFailures: null } },
      "failure",
      "3 failures (more than 2 allowed)",
    ],
    [
      "..x.x.....",
      { check: { failureLimit: 2, consecutiveFailures: null } },
      "success",
      "8 of 10 samples passed",
    ],
    ["....x.....", { check: { failureLimit: 0 } }, "failure", "1 failure (more than 0 allowed)"],
    ["----------", {}, "inconclusive", "only 0 of at least 3 samples have data"],
    ["", {}, "inconclusive", "only 0 of at least 3 samples have data"],
    ["..-.-.-.-.", {}, "success", "6 of 6 samples passed, 4 without data"],
    ["...----.--", {}, "inconclusive", "6 of 10 points have no data"],
    [".....-----", {}, "inconclusive", "the last 5 points have no data"],
    ["......----", {}, "success", "6 of 6 samples passed, 4 without data"],
    [
      "..-.......",
      { check: { noData: "fail", consecutiveFailures: 1 } },
      "failure",
      "1 failure in a row (limit 1)",
    ],
    ["----------", { check: { noData: "pass" } }, "success", "10 of 10 samples passed"],
    ["xxx.......", { window: { warmUp: 4 * MINUTE } }, "success", "7 of 7 samples passed"],
    ["....", { now: 4 * MINUTE }, "pending", "no limit has tripped"],
    ["..xxx", { now: 5 * MINUTE }, "failure", "3 failures in a row (limit 3)"],
    [
      "xxxxxxxxxx",
      { check: { failureLimit: null, consecutiveFailures: null } },
      "success",
      "0 of 10 samples passed",
    ],
  ] as const)("%s is judged: %o -> %s", (pattern, overrides, verdict, sentence) => {
    const assessment = judge(pattern, overrides);
    expect({ verdict: assessment.verdict, sentence: assessment.sentence }).toEqual({
      verdict,
      sentence,
    });
  });

  it.each([
    ["....x.....", { consecutiveSuccesses: 4 }, "success", "4 successes in a row"],
    ["..-..x-..", { consecutiveSuccesses: 3 }, "pending", "no limit has tripped"],
    [".", { consecutiveSuccesses: 1 }, "pending", "no limit has tripped"],
    ["...", { consecutiveSuccesses: 1 }, "success", "3 successes in a row"],
    [
      "--.",
      { inconclusiveLimit: 1 },
      "inconclusive",
      "2 inconclusive samples (more than 1 allowed)",
    ],
    ["-..", { inconclusiveLimit: 1 }, "pending", "no limit has tripped"],
  ] as const)("%s with %o is decided before the end: %s", (pattern, check, verdict, sentence) => {
    expect(judge(pattern, { check, now: 9 * MINUTE })).toMatchObject({ verdict, sentence });
  });

  it("is neither good nor bad where neither condition holds, and inconclusive where most is", () => {
    const check = { pass: atLeast("value", 0.999), fail: FAILS };
    expect(judge("..........", { check })).toMatchObject({
      verdict: "inconclusive",
      sentence: "10 of 10 samples neither pass nor fail",
      condition: "value >= 0.999, and not (false)",
      counts: { passed: 0, failed: 0, noData: 0, inconclusive: 10 },
    });
    const limited = { ...check, inconclusiveLimit: 4 };
    expect(judge("..........", { check: limited })).toMatchObject({
      sentence: "5 inconclusive samples (more than 4 allowed)",
    });
  });

  it("fails where the fail condition holds, whatever the pass condition says", () => {
    const holds = always({ kind: "value", value: true, comparisons: [] });
    expect(judge("...", { check: { fail: holds } }).verdict).toBe("failure");
    expect(judge("..........", { check: { pass: null, fail: FAILS } }).verdict).toBe("success");
  });

  it("is an error where the fail condition cannot be evaluated", () => {
    const fail = always({ kind: "error", why: "no such overload" });
    expect(judge("...", { check: { fail } })).toMatchObject({
      verdict: "error",
      sentence: "the fail condition cannot be evaluated: no such overload",
    });
  });

  it("that was a success before the end stays one, whatever came later", () => {
    const found = judge("....xxxxxx", { check: { consecutiveSuccesses: 4 } });
    expect(found).toMatchObject({ verdict: "success", sentence: "4 of 4 samples passed" });
  });

  it("has the newest values in reach of its conditions", () => {
    const seen: (readonly unknown[])[] = [];
    const pass = {
      source: "samples",
      readsLive: false,
      evaluate: (scope: Scope) => {
        seen.push(scope.samples as readonly unknown[]);
        return { kind: "value", value: true, comparisons: [] } as const;
      },
    };
    judge(`-${".".repeat(104)}`, { check: { pass }, now: 200 * MINUTE });
    expect([seen[0], seen[1]]).toEqual([[0.99], [0.99, 0.99]]);
    expect(seen.at(-1)).toHaveLength(SAMPLES_IN_SCOPE);
  });

  it("carries the page that shows its query, where there is one", () => {
    const measured = {
      release: { kind: "value", value: { kind: "samples", samples: [] } },
      baselines: {},
    } as const;
    const request = { check: aCheck(), query: "q", measured, window: WINDOW, now: END };
    expect(assess({ ...request, url: "https://prom.example" }).url).toBe("https://prom.example");
    expect(assess({ ...request, url: null }).url).toBeUndefined();
  });

  it("does not hold the newest point against the source: it may not have been scraped yet", () => {
    const check = { noData: "fail", consecutiveFailures: 1 } as const;
    expect(judge("...-", { check, now: 4 * MINUTE + 1000 }).verdict).toBe("pending");
    expect(judge("...-", { check, now: 5 * MINUTE }).verdict).toBe("failure");
  });

  it("carries the samples that led to it, and the query and condition", () => {
    expect(judge("....xxx...")).toMatchObject({
      check: "success rate",
      query: "q",
      condition: "value >= 0.97",
      counts: { passed: 4, failed: 3, noData: 0 },
      samples: samples("....xxx"),
    });
    expect(judge(".".repeat(40)).samples).toHaveLength(KEPT_SAMPLES);
  });

  it.each([
    [
      "an error of the source",
      { kind: "error", why: "connection refused" },
      "error",
      "connection refused",
    ],
    [
      "a partial answer",
      { kind: "partial", why: "2 stores did not answer" },
      "inconclusive",
      "the answer may be incomplete: 2 stores did not answer",
    ],
  ] as const)("is never a success on %s", (_name, reading, verdict, sentence) => {
    expect(assessReading(reading, END)).toMatchObject({
      verdict,
      sentence,
      samples: [],
    });
  });

  it.each([
    [
      "reads what is not there",
      always({ kind: "missing", what: "other" }),
      "the pass condition reads other, which is not there",
    ],
    [
      "cannot be evaluated",
      always({ kind: "error", why: "division by zero" }),
      "the pass condition cannot be evaluated: division by zero",
    ],
  ])("is an error when the pass condition %s", (_name, pass, sentence) => {
    expect(judge("...", { check: { pass } })).toMatchObject({ verdict: "error", sentence });
  });
});

describe("whatever a source answers", () => {
  const sample = fc.record({
    at: fc.integer({ min: -5, max: 20 }).map((minute) => minute * MINUTE),
    value: fc.option(fc.constantFrom(0, 0.5, 0.97, 1)),
  });
  const reading = fc.oneof(
    fc.record({ kind: fc.constant("samples" as const), samples: fc.array(sample) }),
    fc.record({ kind: fc.constantFrom("partial" as const, "error" as const), why: fc.string() }),
  );

  it("no data, an outage and a partial answer are never a success and never a failure", () => {
    fc.assert(
      fc.property(reading, fc.integer({ min: 0, max: 30 }), (answer, minute) => {
        const { verdict } = assessReading(answer, minute * MINUTE);
        const measured =
          answer.kind === "samples" ? answer.samples.filter(({ value }) => value !== null) : [];
        if (verdict === "success") expect(measured.length).toBeGreaterThanOrEqual(3);
        if (verdict === "failure") expect(measured.length).toBeGreaterThanOrEqual(3);
        if (answer.kind !== "samples") expect(["error", "inconclusive"]).toContain(verdict);
      }),
    );
  });

  it("the verdict depends on nothing but the answer and the time", () => {
    fc.assert(
      fc.property(reading, fc.integer({ min: 0, max: 30 }), (answer, minute) => {
        const once = assessReading(answer, minute * MINUTE);
        expect(assessReading(answer, minute * MINUTE)).toEqual(once);
      }),
    );
  });
});
