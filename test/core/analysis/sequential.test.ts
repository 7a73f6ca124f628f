import { describe, expect, it } from "vitest";
import type { Pair, RatioPoint } from "../../../src/core/analysis/points.ts";
import { sequential } from "../../../src/core/analysis/sequential.ts";
import type { SequentialDesign } from "../../../src/core/analysis/sequential-design.ts";
import { smallestEffect } from "../../../src/core/analysis/smallest-effect.ts";
import { counts, EVERY, ratios, values } from "../../support/series.ts";

const BESIDE: SequentialDesign = { together: "beside", worse: "higher", effect: null };
const AFTER: SequentialDesign = { together: "before-after", worse: "higher", effect: null };

function ratioPair(release: readonly RatioPoint[], baseline: readonly RatioPoint[]): Pair {
  return { kind: "ratio", release, baseline };
}

const STABLE = ratios(0.05, 1_500, { points: 120, seed: 1 });
const BEFORE = ratios(0.05, 1_500, { points: 120, from: -120, seed: 2 });

describe("a release beside its baseline", () => {
  it("is quiet where both are as good", () => {
    const release = ratios(0.05, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(release, STABLE), BESIDE)).toMatchObject({
      kind: "quiet",
    });
  });

  it("is a breach where twice as much fails, found within some samples, and says since when", () => {
    const release = ratios(0.1, 1_500, { points: 120, seed: 3 });
    const found = sequential(ratioPair(release, STABLE), BESIDE);
    expect(found).toMatchObject({ kind: "breach", since: 0, points: 5, isClear: true, limit: 4.8 });
    expect(found).toMatchObject({ at: 4 * EVERY });
  });

  it("stays a breach when good samples follow", () => {
    const bad = ratios(0.1, 1_500, { points: 20, seed: 3 });
    const good = ratios(0.05, 1_500, { points: 100, from: 20, seed: 3 });
    const early = sequential(ratioPair(bad, STABLE), BESIDE);
    expect(early.kind).toBe("breach");
    expect(sequential(ratioPair([...bad, ...good], STABLE), BESIDE)).toEqual(early);
  });

  it("finds one that becomes worse later, and says since when", () => {
    const good = ratios(0.05, 1_500, { points: 60, seed: 3 });
    const bad = ratios(0.1, 1_500, { points: 60, from: 60, seed: 3 });
    const found = sequential(ratioPair([...good, ...bad], STABLE), BESIDE);
    expect(found).toMatchObject({ kind: "breach", isClear: true });
    if (found.kind !== "breach") return;
    expect(found.since / EVERY).toBeGreaterThanOrEqual(58);
    expect(found.at / EVERY).toBeLessThan(70);
  });

  it("is a breach that is not clear where the difference is less than twice what matters", () => {
    const release = ratios(0.0585, 60_000, { points: 120, seed: 3 });
    const stable = ratios(0.05, 60_000, { points: 120, seed: 1 });
    expect(sequential(ratioPair(release, stable), BESIDE)).toMatchObject({
      kind: "breach",
      isClear: false,
    });
  });

  it("is quiet where a difference is certain and does not matter", () => {
    const release = ratios(0.053, 1_000_000, { points: 120, seed: 3 });
    const stable = ratios(0.05, 1_000_000, { points: 120, seed: 1 });
    expect(sequential(ratioPair(release, stable), BESIDE).kind).toBe("quiet");
  });

  it("finds a difference that matters in any amount of traffic", () => {
    const release = ratios(0.08, 10_000_000, { points: 20, seed: 3 });
    const stable = ratios(0.05, 10_000_000, { points: 20, seed: 1 });
    const found = sequential(ratioPair(release, stable), BESIDE);
    expect(found).toMatchObject({ kind: "breach", isClear: true });
  });

  it.each([1, 2, 3])("does not trip on a glitch of %i sample(s) of the release", (length) => {
    const release = ratios(0.05, 1_500, { points: 120, seed: 3 }).map((point, index) =>
      index >= 60 && index < 60 + length ? { ...point, bad: 1_500 } : point,
    );
    expect(sequential(ratioPair(release, STABLE), BESIDE).kind).toBe("quiet");
  });

  it("does not trip on a burst that hits both, whatever traffic each has", () => {
    const burst = (points: readonly RatioPoint[]) =>
      points.map((point, index) =>
        index % 20 < 5 ? { ...point, bad: Math.round(0.4 * point.total) } : point,
      );
    const canary = burst(ratios(0.05, 75, { points: 120, seed: 3 }));
    const stable = burst(ratios(0.05, 1_425, { points: 120, seed: 1 })).map((point, index) =>
      index === 22 ? { ...point, bad: 40, total: 100 } : point,
    );
    expect(sequential(ratioPair(canary, stable), BESIDE).kind).toBe("quiet");
  });

  it("finds what is wrong with a canary of 5 % of the traffic", () => {
    const canary = ratios(0.2, 75, { points: 120, seed: 3 });
    const stable = ratios(0.05, 1_425, { points: 120, seed: 1 });
    const found = sequential(ratioPair(canary, stable), BESIDE);
    expect(found).toMatchObject({ kind: "breach", isClear: true });
    if (found.kind !== "breach") return;
    expect(found.expected).toBeCloseTo(0.05, 1);
    expect(found.observed).toBeGreaterThan(found.expected + 0.1);
  });

  it("finds within five minutes that a canary of 5 % of the traffic fails twice as often", () => {
    const canary = ratios(0.1, 75, { points: 120, seed: 3 });
    const stable = ratios(0.05, 1_425, { points: 120, seed: 1 });
    const found = sequential(ratioPair(canary, stable), BESIDE);
    expect(found).toMatchObject({ kind: "breach", since: 0, isClear: true });
    if (found.kind !== "breach") return;
    expect(found.points).toBeLessThanOrEqual(20);
  });

  it("is as sure where moments at which much is bad for both lie between", () => {
    const burst = (points: readonly RatioPoint[], share: number) =>
      points.map((point, index) =>
        index % 4 === 1 ? { ...point, bad: Math.round(share * point.total) } : point,
      );
    const release = ratios(0.065, 1_500, { points: 120, seed: 3 });
    const found = sequential(ratioPair(burst(release, 0.38), burst(STABLE, 0.4)), BESIDE);
    expect(found).toMatchObject({ kind: "breach", since: 0 });
    expect(sequential(ratioPair(burst(STABLE, 0.42), burst(STABLE, 0.4)), BESIDE).kind).toBe(
      "quiet",
    );
  });

  it("is a breach by a lower score where more samples since the release began have it", () => {
    const release = ratios(0.0575, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(release, STABLE), BESIDE)).toMatchObject({
      kind: "breach",
      since: 0,
      limit: 4.35,
    });
  });

  it("finds errors that most samples have none of", () => {
    const stable = ratios(0.0002, 1_500, { points: 120, seed: 1 });
    const release = ratios(0.004, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(release, stable), BESIDE).kind).toBe("breach");
    const asGood = ratios(0.0002, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(asGood, stable), BESIDE).kind).toBe("quiet");
  });

  it("goes on where all events of both were bad at first", () => {
    const down = (points: readonly RatioPoint[]) =>
      points.map((point, index) => (index < 2 ? { ...point, bad: point.total } : point));
    const release = ratios(0.05, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(down(release), down(STABLE)), BESIDE).kind).toBe("quiet");
    const worse = ratios(0.1, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(down(worse), down(STABLE)), BESIDE).kind).toBe("breach");
  });

  it("says nothing where there are no errors at all", () => {
    const none = ratios(0, 1_500, { points: 120 });
    expect(sequential(ratioPair(none, none), { ...BESIDE, worse: "either" })).toEqual({
      kind: "quiet",
      since: null,
      points: 0,
      score: null,
      limit: 4.35,
      observed: null,
      expected: null,
    });
  });

  it("finds errors where the baseline has none at all, and not one single error", () => {
    const none = ratios(0, 1_500, { points: 120 });
    const some = ratios(0.02, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(some, none), BESIDE)).toMatchObject({
      kind: "breach",
      expected: 0,
      isClear: true,
    });
    const one = none.map((point, index) => (index === 7 ? { ...point, bad: 1 } : point));
    expect(sequential(ratioPair(one, none), BESIDE).kind).toBe("quiet");
  });

  it("leaves out what only one of them has, and steps without events", () => {
    const release = ratios(0.05, 1_500, { points: 120, seed: 3 }).map((point, index) =>
      index < 50 ? { ...point, at: point.at + 1, bad: 1_500 } : point,
    );
    const stable = STABLE.map((point, index) =>
      index === 60 ? { ...point, bad: 0, total: 0 } : point,
    );
    expect(sequential(ratioPair(release, stable), BESIDE).kind).toBe("quiet");
    expect(sequential(ratioPair(release.slice(0, 50), stable), BESIDE)).toEqual({
      kind: "too-little",
      why: "the two have no point with data in common",
    });
  });

  it("is not more easily a breach where samples spread more than counts do", () => {
    const spreadOut = (points: readonly RatioPoint[], seed: number) =>
      ratios(0.5, 40, { points: points.length, seed }).map(({ bad }, index) => ({
        at: index * EVERY,
        bad: Math.round((1_500 * 0.05 * bad) / 20),
        total: 1_500,
      }));
    const pair = ratioPair(spreadOut(STABLE, 8), spreadOut(STABLE, 9));
    expect(sequential(pair, BESIDE).kind).toBe("quiet");
  });

  it("counts the good events where most are bad, and shows the share as it was asked for", () => {
    const release = ratios(0.8, 1_500, { points: 120, seed: 3 });
    const stable = ratios(0.95, 1_500, { points: 120, seed: 1 });
    const found = sequential(ratioPair(release, stable), { ...BESIDE, worse: "lower" });
    expect(found).toMatchObject({ kind: "breach", isClear: true });
    if (found.kind !== "breach") return;
    expect(found.observed).toBeCloseTo(0.8, 1);
    expect(found.expected).toBeCloseTo(0.95, 2);
    expect(sequential(ratioPair(release, stable), BESIDE).kind).toBe("quiet");
  });

  it("finds either direction where both are worse, and shows the one that it is", () => {
    const either: SequentialDesign = { ...BESIDE, worse: "either" };
    const higher = ratios(0.1, 1_500, { points: 120, seed: 3 });
    const lower = ratios(0.02, 1_500, { points: 120, seed: 3 });
    const up = sequential(ratioPair(higher, STABLE), either);
    const down = sequential(ratioPair(lower, STABLE), either);
    expect(up).toMatchObject({ kind: "breach" });
    expect(down).toMatchObject({ kind: "breach" });
    if (up.kind !== "breach" || down.kind !== "breach") return;
    expect(up.observed).toBeGreaterThan(up.expected);
    expect(down.observed).toBeLessThan(down.expected);
  });

  it("says of two directions the one that is clear", () => {
    const up = ratios(0.0585, 60_000, { points: 120, seed: 3 });
    const down = ratios(0.02, 60_000, { points: 60, from: 120, seed: 3 });
    const stable = ratios(0.05, 60_000, { points: 180, seed: 1 });
    const either: SequentialDesign = { ...BESIDE, worse: "either" };
    const found = sequential(ratioPair([...up, ...down], stable), either);
    expect(found).toMatchObject({ kind: "breach", isClear: true });
    if (found.kind === "breach") expect(found.observed).toBeLessThan(found.expected);
  });
});

describe("a release after its baseline", () => {
  it("is quiet where it is as good, and says how it stands", () => {
    const release = ratios(0.052, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(release, BEFORE), AFTER)).toMatchObject({
      kind: "quiet",
      limit: 6,
    });
  });

  it("is a breach where twice as much fails", () => {
    const release = ratios(0.1, 1_500, { points: 120, seed: 3 });
    const found = sequential(ratioPair(release, BEFORE), AFTER);
    expect(found).toMatchObject({ kind: "breach", since: 0, isClear: true, limit: 6 });
    if (found.kind === "breach") expect(found.at).toBeLessThan(15 * EVERY);
  });

  it("finds a share that is lower where that is worse", () => {
    const release = ratios(0.01, 1_500, { points: 120, seed: 3 });
    const lower: SequentialDesign = { ...AFTER, worse: "lower" };
    expect(sequential(ratioPair(release, BEFORE), lower).kind).toBe("breach");
    expect(sequential(ratioPair(release, BEFORE), AFTER).kind).toBe("quiet");
  });

  it("expects as much as the baseline wandered by itself", () => {
    const waves = (from: number, at: number) =>
      Array.from({ length: 120 }, (_, index) => {
        const share = at + 0.02 * Math.sin((from + index) / 9);
        return { at: (from + index) * EVERY, bad: Math.round(1_500 * share), total: 1_500 };
      });
    const pair = ratioPair(waves(0, 0.06), waves(-120, 0.05));
    expect(sequential(pair, AFTER).kind).toBe("quiet");
    expect(sequential(ratioPair(waves(0, 0.06), BEFORE), AFTER).kind).toBe("breach");
  });

  it("asks people only, where it is not further off than the baseline may wander", () => {
    const waves = Array.from({ length: 120 }, (_, index) => {
      const share = 0.05 + 0.012 * Math.sin(index / 9);
      return { at: (index - 120) * EVERY, bad: Math.round(1_500 * share), total: 1_500 };
    });
    const release = ratios(0.1, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(release, waves), AFTER)).toMatchObject({
      kind: "breach",
      isClear: false,
    });
  });

  it("is not thrown by glitches, neither of its own nor of the baseline", () => {
    const glitched = (points: readonly RatioPoint[]) =>
      points.map((point, index) => (index % 40 === 30 ? { ...point, bad: 900 } : point));
    const good = glitched(ratios(0.05, 1_500, { points: 120, seed: 3 }));
    const bad = ratios(0.15, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(good, glitched(BEFORE)), AFTER).kind).toBe("quiet");
    expect(sequential(ratioPair(bad, glitched(BEFORE)), AFTER).kind).toBe("breach");
  });

  it("judges a release that has some samples only", () => {
    const bad = ratios(0.3, 1_500, { points: 8, seed: 3 });
    expect(sequential(ratioPair(bad, BEFORE), AFTER).kind).toBe("breach");
    expect(sequential(ratioPair(bad.slice(0, 2), BEFORE), AFTER).kind).toBe("quiet");
  });

  it("says that there is too little of either", () => {
    const release = ratios(0.1, 1_500, { points: 5, seed: 3 });
    expect(sequential(ratioPair(release, BEFORE.slice(0, 39)), AFTER)).toEqual({
      kind: "too-little",
      why: "the baseline has 39 of at least 40 points with data",
    });
    expect(sequential(ratioPair([], BEFORE), { ...AFTER, worse: "either" })).toEqual({
      kind: "too-little",
      why: "the release has no point with data",
    });
  });

  it("does not mind baselines without any errors, and finds errors after one", () => {
    const none = ratios(0, 1_500, { points: 120, from: -120 });
    const release = ratios(0.02, 1_500, { points: 120, seed: 3 });
    expect(sequential(ratioPair(release, none), AFTER)).toMatchObject({ kind: "breach" });
    expect(sequential(ratioPair(ratios(0, 1_500, { points: 120 }), none), AFTER).kind).toBe(
      "quiet",
    );
  });
});

describe("counts of events", () => {
  it("are shown as events in one step", () => {
    const release = counts(40, { points: 120, seed: 3 });
    const baseline = counts(10, { points: 120, seed: 1 });
    const found = sequential({ kind: "count", release, baseline }, BESIDE);
    expect(found).toMatchObject({ kind: "breach", isClear: true });
    if (found.kind !== "breach") return;
    expect(found.expected).toBeGreaterThan(5);
    expect(found.observed).toBeGreaterThan(20);
  });

  it("are as good in a step of double length with twice as many", () => {
    const release = counts(20, { points: 120, seed: 3 }).map((point) => ({
      ...point,
      time: 2 * EVERY,
    }));
    const baseline = counts(10, { points: 120, seed: 1 });
    expect(sequential({ kind: "count", release, baseline }, BESIDE).kind).toBe("quiet");
  });

  it("are found to have fallen, where that is worse", () => {
    const release = counts(50, { points: 120, seed: 3 });
    const baseline = counts(200, { points: 120, from: -120, seed: 1 });
    const lower: SequentialDesign = { ...AFTER, worse: "lower" };
    expect(sequential({ kind: "count", release, baseline }, lower).kind).toBe("breach");
  });

  it("are quiet where nothing ever happens, and too little where there are none", () => {
    const none = counts(0, { points: 120 });
    expect(sequential({ kind: "count", release: none, baseline: none }, BESIDE).kind).toBe("quiet");
    expect(sequential({ kind: "count", release: none, baseline: none }, AFTER).kind).toBe("quiet");
    const nothing: Pair = { kind: "count", release: [], baseline: [] };
    expect(sequential(nothing, BESIDE).kind).toBe("too-little");
  });
});

describe("values", () => {
  const stable = values(100, 0.05, { points: 120, seed: 1 });
  const before = values(100, 0.05, { points: 120, from: -120, seed: 2 });
  const pair = (release: Extract<Pair, { kind: "value" }>["release"], baseline = stable): Pair => ({
    kind: "value",
    release,
    baseline,
  });

  it("are quiet beside a baseline that is as high, and after one", () => {
    const release = values(101, 0.05, { points: 120, seed: 3 });
    expect(sequential(pair(release), BESIDE).kind).toBe("quiet");
    expect(sequential(pair(release, before), AFTER).kind).toBe("quiet");
  });

  it("are a breach where they lie a fifth higher", () => {
    const release = values(120, 0.05, { points: 120, seed: 3 });
    const beside = sequential(pair(release), BESIDE);
    const after = sequential(pair(release, before), AFTER);
    expect(beside).toMatchObject({ kind: "breach", isClear: true });
    expect(after).toMatchObject({ kind: "breach", isClear: true });
    if (beside.kind === "breach") expect(beside.observed).toBeCloseTo(120, -1);
  });

  it("are a breach where they lie lower and that is worse", () => {
    const lower: SequentialDesign = { ...BESIDE, worse: "lower" };
    const release = values(60, 0.05, { points: 120, seed: 3 });
    expect(sequential(pair(release), lower)).toMatchObject({ kind: "breach", isClear: true });
    expect(sequential(pair(release), BESIDE).kind).toBe("quiet");
  });

  it("are judged as they are where some are not above 0", () => {
    const shifted = (by: number, seed: number) =>
      values(100, 0.05, { points: 120, seed }).map(({ at, value }) => ({
        at,
        value: value - 100 + by,
      }));
    const effect = { unit: "value", least: 5 } as const;
    const found = sequential(pair(shifted(30, 3), shifted(0, 1)), { ...BESIDE, effect });
    expect(found).toMatchObject({ kind: "breach", isClear: true });
    const same = sequential(pair(shifted(2, 3), shifted(0, 1)), { ...BESIDE, effect });
    expect(same.kind).toBe("quiet");
  });

  it("take an effect in their own unit, also one that would lead below 0", () => {
    const effect = { unit: "value", least: 150 } as const;
    const release = values(30, 0.05, { points: 120, seed: 3 });
    const lower: SequentialDesign = { ...BESIDE, worse: "lower", effect };
    expect(sequential(pair(release), lower).kind).toBe("breach");
    expect(sequential(pair(values(60, 0.05, { points: 120, seed: 3 })), lower).kind).toBe("quiet");
  });

  it("are quiet where both are constant, and a breach where one constant is higher", () => {
    const constant = (value: number) => values(value, 0, { points: 120 });
    expect(sequential(pair(constant(5), constant(5)), BESIDE).kind).toBe("quiet");
    expect(sequential(pair(constant(6), constant(5)), BESIDE)).toMatchObject({
      kind: "breach",
      isClear: true,
    });
    const effect = { unit: "value", least: 0.1 } as const;
    expect(sequential(pair(constant(1), constant(0)), { ...AFTER, effect }).kind).toBe("breach");
  });

  it("never act on a constant 0 without an effect that is configured", () => {
    const zero = values(0, 0, { points: 120 });
    const tiny = zero.map(({ at }) => ({ at, value: 1e-9 }));
    expect(sequential(pair(tiny, zero), AFTER)).toMatchObject({ kind: "breach", isClear: false });
  });

  it("do not trip on a glitch", () => {
    const release = values(100, 0.05, { points: 120, seed: 3 }).map((point, index) =>
      index === 70 || index === 71 ? { ...point, value: 5_000 } : point,
    );
    expect(sequential(pair(release), BESIDE).kind).toBe("quiet");
    expect(sequential(pair(release, before), AFTER).kind).toBe("quiet");
  });

  it("of windows that overlap prove no more than windows that do not", () => {
    const rolled = (seed: number, level: number) =>
      values(level, 0.3, { points: 130, seed }).map(({ at }, index, all) => {
        const window = all.slice(Math.max(0, index - 7), index + 1);
        return { at, value: window.reduce((sum, { value }) => sum + value, 0) / window.length };
      });
    for (const seed of [3, 4, 5, 6, 7]) {
      expect(sequential(pair(rolled(seed, 100), rolled(seed + 20, 100)), BESIDE).kind).toBe(
        "quiet",
      );
    }
    expect(sequential(pair(rolled(3, 200), rolled(1, 100)), BESIDE).kind).toBe("breach");
  });

  it("say that there is too little", () => {
    const release = values(120, 0.05, { points: 120, seed: 3 });
    expect(sequential(pair(release, stable.slice(0, 15)), BESIDE)).toEqual({
      kind: "too-little",
      why: "the baseline has 15 of at least 16 points with data",
    });
    expect(sequential(pair([], stable), BESIDE)).toEqual({
      kind: "too-little",
      why: "the two have no point with data in common",
    });
    expect(sequential(pair(release, stable.slice(0, 39)), AFTER).kind).toBe("too-little");
    expect(sequential(pair([], stable), AFTER).kind).toBe("too-little");
  });
});

describe("the smallest difference that matters", () => {
  it.each([
    ["ratio", null, 0.05, 0.005],
    ["ratio", null, 0.006, 0.003],
    ["ratio", null, 0.0001, 0.002],
    ["ratio", null, 0.994, 0.003],
    ["count", null, 40, 10],
    ["value", null, -200, 6],
    ["value", { unit: "share", least: 0.1 }, 200, 20],
    ["ratio", { unit: "share", least: 0.5 }, 0.04, 0.02],
    ["count", { unit: "value", least: 3 }, 40, 3],
  ] as const)("of a %s with %j at %f is %f", (kind, effect, expected, least) => {
    expect(smallestEffect(kind, effect, expected)).toBeCloseTo(least, 10);
  });
});
