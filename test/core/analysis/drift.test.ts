import { describe, expect, it } from "vitest";
import { drift } from "../../../src/core/analysis/drift.ts";
import type { Histograms } from "../../../src/core/verdict.ts";

const BOUNDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, Infinity];

function scores(counts: readonly number[], bounds: readonly number[] = BOUNDS): Histograms {
  return {
    bounds,
    points: [
      { at: 0, counts },
      { at: 1, counts: null },
    ],
  };
}

const EVEN = scores(BOUNDS.map(() => 1_000));
const MOVED = scores([2_000, 2_000, 1_500, 1_000, 1_000, 500, 500, 500, 500, 500]);

describe.each(["psi", "kolmogorov-smirnov"] as const)("drift by %s", (statistic) => {
  it("is none of the same distribution", () => {
    const found = drift(statistic, scores(BOUNDS.map((_, index) => 100 + (index % 3))), EVEN, null);
    expect(found).toMatchObject({ kind: "same", events: { release: 1_009, baseline: 10_000 } });
  });

  it("is found of a distribution that moved", () => {
    expect(drift(statistic, MOVED, EVEN, null).kind).toBe("drift");
  });

  it("is none where it is less than what matters", () => {
    expect(drift(statistic, MOVED, EVEN, 0.9)).toMatchObject({ kind: "same", limit: 0.9 });
  });

  it("cannot be told of few events, and says how many times as many it takes", () => {
    const found = drift(statistic, scores([2, 1, 2, 1, 2, 1, 2, 1, 2, 1]), EVEN, null);
    expect(found.kind).toBe("too-little");
    expect(found).toMatchObject({
      why: expect.stringMatching(/^15 events against 10000 are too few: about \d+ times/),
    });
  });

  it("is found of few events where all lie elsewhere", () => {
    expect(drift(statistic, scores([0, 0, 0, 0, 0, 0, 0, 0, 0, 60]), EVEN, null).kind).toBe(
      "drift",
    );
  });

  it("is told by the bounds that both have", () => {
    const coarse = scores([4_000, 6_000], [0.4, Infinity]);
    expect(drift(statistic, coarse, EVEN, null)).toMatchObject({ kind: "same" });
    const moved = scores([8_000, 2_000], [0.4, Infinity]);
    expect(drift(statistic, moved, EVEN, null)).toMatchObject({ kind: "drift" });
  });

  it("cannot be told without events on either side", () => {
    const none = scores(BOUNDS.map(() => 0));
    expect(drift(statistic, none, EVEN, null)).toEqual({
      kind: "too-little",
      why: "the release has no events",
    });
    expect(drift(statistic, EVEN, none, null)).toEqual({
      kind: "too-little",
      why: "the baseline has no events",
    });
  });

  it("cannot be told from one bucket", () => {
    const one = scores([5_000], [Infinity]);
    expect(drift(statistic, EVEN, one, null)).toEqual({
      kind: "too-little",
      why: "all events of the baseline lie in one bucket that both have",
    });
  });
});

describe("the population stability index", () => {
  it("puts small buckets together, so that a handful of events is no drift", () => {
    const peaked = scores([9_000, 900, 60, 20, 10, 5, 3, 1, 1, 0]);
    const other = scores([900, 90, 0, 3, 3, 2, 1, 0, 0, 1]);
    expect(drift("psi", other, peaked, null).kind).toBe("same");
  });

  it("is the sum of (p - q) ln(p / q)", () => {
    const found = drift(
      "psi",
      scores([70_000, 30_000], [1, Infinity]),
      scores([50_000, 50_000], [1, Infinity]),
      null,
    );
    const expected = 0.2 * Math.log(0.7 / 0.5) - 0.2 * Math.log(0.3 / 0.5);
    expect(found.kind === "same" ? found.statistic : Number.NaN).toBeCloseTo(expected, 4);
  });
});
