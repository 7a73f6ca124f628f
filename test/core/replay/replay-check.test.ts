import { describe, expect, it } from "vitest";
import type { MeasuredCheck } from "../../../src/core/measured.ts";
import { replayCheck } from "../../../src/core/replay/replay-check.ts";
import { hasData, upTo } from "../../../src/core/replay/up-to.ts";
import type { Reading } from "../../../src/core/verdict.ts";
import { aCheck, MINUTE } from "../../support/policies.ts";
import { NOON } from "../../support/story.ts";

const WINDOW = {
  deployedAt: NOON,
  from: NOON,
  until: NOON + 10 * MINUTE,
  every: MINUTE,
  warmUp: 0,
};

/** A number for each minute after noon. */
function samples(...values: readonly (number | null)[]): Reading {
  return {
    kind: "samples",
    samples: values.map((value, index) => ({ at: NOON + index * MINUTE, value })),
  };
}

function replayOf(value: Reading, end?: number) {
  const measured: MeasuredCheck = { release: { kind: "value", value }, baselines: {} };
  const check = aCheck({ consecutiveFailures: 2 });
  return replayCheck({ check, query: "success_rate", url: null, measured, window: WINDOW }, end);
}

const GOOD = Array.from({ length: 11 }, () => 0.99);

describe("a replayed check", () => {
  it("fails when its limit trips, at the tick that would have seen it", () => {
    const replay = replayOf(samples(0.99, 0.99, 0.5, 0.5, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99));
    expect(replay).toEqual({
      result: "failed",
      foundAt: NOON + 3 * MINUTE,
      sentence: "2 failures in a row (limit 2)",
    });
  });

  it("passes a window in which all was well", () => {
    expect(replayOf(samples(...GOOD))).toMatchObject({ result: "passed", foundAt: null });
  });

  it("is undecided where most is missing", () => {
    expect(replayOf(samples(0.99, 0.99, 0.99, ...GOOD.slice(3).map(() => null))).result).toBe(
      "undecided",
    );
  });

  it("is undecided where the source could not answer", () => {
    const replay = replayOf({ kind: "error", why: "it is down" });
    expect(replay).toEqual({ result: "undecided", foundAt: null, sentence: "it is down" });
  });

  it.each([
    { what: "no points", reading: samples() },
    { what: "points without numbers", reading: samples(null, null, null) },
  ])("has no data, and has not passed, where there are $what", ({ reading }) => {
    expect(replayOf(reading)).toEqual({
      result: "no-data",
      foundAt: null,
      sentence: "the source has nothing of this time",
    });
  });

  it("was quiet when the release stopped taking traffic before the end", () => {
    expect(replayOf(samples(...GOOD), NOON + 4 * MINUTE).result).toBe("quiet");
  });

  it("does not see what came after the release had stopped taking traffic", () => {
    const replay = replayOf(samples(0.99, 0.99, 0.99, 0.1, 0.1, 0.1), NOON + 2.5 * MINUTE);
    expect(replay.result).toBe("quiet");
  });

  it("is undecided when it took no traffic at all", () => {
    expect(replayOf(samples(...GOOD), NOON).sentence).toBe("it took traffic for no time at all");
  });
});

describe("what was known at a moment", () => {
  const histograms = {
    bounds: [1, Number.POSITIVE_INFINITY],
    points: [
      { at: NOON, counts: [1, 0] },
      { at: NOON + MINUTE, counts: null },
    ],
  };
  const alerts: Reading = { kind: "alerts", alerts: [] };

  it("has the points of both sides up to then", () => {
    const cut = upTo(
      {
        release: { kind: "ratio", bad: samples(1, 2, 3), total: samples(4, 5, 6) },
        baselines: { stable: { kind: "histogram", buckets: { kind: "buckets", histograms } } },
      },
      NOON,
    );
    expect(cut).toEqual({
      release: { kind: "ratio", bad: samples(1), total: samples(4) },
      baselines: {
        stable: {
          kind: "histogram",
          buckets: {
            kind: "buckets",
            histograms: { bounds: histograms.bounds, points: [{ at: NOON, counts: [1, 0] }] },
          },
        },
      },
    });
  });

  it("is the same of what has no times", () => {
    const measured: MeasuredCheck = { release: { kind: "alerts", alerts }, baselines: {} };
    expect(upTo(measured, 0)).toEqual(measured);
  });

  it.each<{ readonly what: string; readonly reading: Reading; readonly known: boolean }>([
    { what: "a bucket with counts", reading: { kind: "buckets", histograms }, known: true },
    {
      what: "buckets without counts",
      reading: { kind: "buckets", histograms: { bounds: [], points: [{ at: 0, counts: null }] } },
      known: false,
    },
    {
      what: "a pattern",
      reading: { kind: "patterns", patterns: [{ pattern: "x", lines: 1 }] },
      known: true,
    },
    { what: "no pattern", reading: { kind: "patterns", patterns: [] }, known: false },
    { what: "alerts, which are of now", reading: alerts, known: false },
    { what: "an incomplete answer", reading: { kind: "partial", why: "" }, known: true },
  ])("is data or none: $what", ({ reading, known }) => {
    expect(hasData({ kind: "histogram", buckets: reading })).toBe(known);
  });
});
