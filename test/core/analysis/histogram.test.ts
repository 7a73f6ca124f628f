import { describe, expect, it } from "vitest";
import {
  boundNear,
  coarsened,
  commonBounds,
  slowShares,
} from "../../../src/core/analysis/histogram.ts";
import type { Histograms } from "../../../src/core/verdict.ts";

function histograms(
  bounds: readonly number[],
  ...points: (readonly number[] | null)[]
): Histograms {
  return { bounds, points: points.map((counts, at) => ({ at, counts })) };
}

describe("bounds of histograms", () => {
  it("in common are those of both, rising, with Infinity", () => {
    expect(commonBounds([0.1, 0.5, 1, Infinity], [1, 0.1, 2, Infinity])).toEqual([
      0.1,
      1,
      Infinity,
    ]);
    expect(commonBounds([0.1, Infinity], [0.2, Infinity])).toEqual([Infinity]);
  });

  it("are dropped by adding up the buckets between", () => {
    const fine = histograms([0.1, 0.5, 1, Infinity], [1, 2, 3, 4], null);
    expect(coarsened(fine, [0.5, Infinity])).toEqual(histograms([0.5, Infinity], [3, 7], null));
  });

  it("next to the 95th percentile is the one with about 5 % above", () => {
    expect(boundNear(histograms([0.1, 0.5, 1, Infinity], [50, 46, 3, 1], null))).toBe(0.5);
    expect(boundNear(histograms([0.1, 0.5, 1, Infinity], [50, 30, 15, 5]))).toBe(1);
    expect(boundNear(histograms([0.1, 0.5, 1, Infinity], [90, 0, 5, 5]))).toBe(1);
  });

  it("is none where no bound divides the events", () => {
    expect(boundNear(histograms([0.1, Infinity], [7, 0]))).toBeNull();
    expect(boundNear(histograms([0.1, Infinity], [0, 7]))).toBeNull();
    expect(boundNear(histograms([0.1, Infinity], [0, 0]))).toBeNull();
  });
});

describe("slow events", () => {
  const baseline = histograms([0.1, 0.5, 1, Infinity], [50, 45, 4, 1], [0, 0, 0, 0], null);

  it("are those above a bound that both have", () => {
    const release = histograms([0.5, 0.7, 1, Infinity], [80, 10, 5, 5]);
    expect(slowShares(release, baseline, null)).toEqual({
      kind: "shares",
      over: 0.5,
      release: [{ at: 0, bad: 20, total: 100 }],
      baseline: [{ at: 0, bad: 5, total: 100 }],
    });
  });

  it("are those above the next common bound, where a limit is configured", () => {
    const found = slowShares(baseline, baseline, 0.6);
    expect(found).toMatchObject({ kind: "shares", over: 1 });
    expect(found).toMatchObject({ release: [{ at: 0, bad: 1, total: 100 }] });
  });

  it("cannot be told where no bound serves", () => {
    expect(slowShares(histograms([3, Infinity], [1, 1]), baseline, null)).toEqual({
      kind: "none",
      why: "the two histograms have no bound in common",
    });
    expect(slowShares(baseline, baseline, 5)).toEqual({
      kind: "none",
      why: "no bound that both histograms have is at least 5",
    });
    expect(slowShares(baseline, histograms([0.1, 0.5, 1, Infinity], [9, 0, 0, 0]), null)).toEqual({
      kind: "none",
      why: "no bound that both histograms have divides the events of the baseline",
    });
  });
});
