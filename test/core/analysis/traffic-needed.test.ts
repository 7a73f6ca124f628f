import { describe, expect, it } from "vitest";
import { itemAt } from "../../../src/core/analysis/item.ts";
import { type TrafficQuestion, trafficNeeded } from "../../../src/core/analysis/traffic-needed.ts";
import { counts, EVERY, ratios, values } from "../../support/series.ts";

const MINUTES = 60_000;

function ask(overrides: Partial<TrafficQuestion>) {
  return trafficNeeded({
    design: { together: "beside", worse: "higher", effect: { unit: "value", least: 0.01 } },
    baseline: { kind: "ratio", points: ratios(0.05, 1_500, { points: 120 }) },
    share: 1,
    every: EVERY,
    window: 30 * MINUTES,
    ...overrides,
  });
}

describe("the traffic that a comparison needs", () => {
  it("is enough where the difference is found within the window, and says how soon", () => {
    expect(ask({})).toMatchObject({ kind: "enough", effect: 0.02 });
    const found = ask({});
    if (found.kind === "enough") expect(found.after).toBeLessThan(5 * MINUTES);
  });

  it("is too little of a canary with few requests, and says what would do", () => {
    const found = ask({ share: 0.01, window: 10 * MINUTES });
    expect(found.kind).toBe("too-little");
    if (found.kind !== "too-little") return;
    expect(found.finds).toBeGreaterThan(0.02);
    const time = found.time ?? 0;
    expect(time).toBeGreaterThan(10 * MINUTES);
    expect(Math.abs((found.traffic ?? 0) - time / (10 * MINUTES))).toBeLessThan(0.1);
    expect(ask({ share: 0.01, window: time }).kind).toBe("enough");
    expect(ask({ share: 0.01, window: time - EVERY }).kind).toBe("too-little");
  });

  it("is as much as time, whichever there is more of", () => {
    const found = ask({ share: 0.01, window: 10 * MINUTES });
    if (found.kind !== "too-little") throw new Error("it is too little");
    const points = ratios(0.05, 1_500 * (found.traffic ?? 1), { points: 120 });
    const more = ask({ share: 0.01, window: 10.5 * MINUTES, baseline: { kind: "ratio", points } });
    expect(more.kind).toBe("enough");
  });

  it("is reckoned for counts, and for what lies before", () => {
    const design = { together: "before-after", worse: "lower", effect: null } as const;
    const busy = { kind: "count", points: counts(5_000, { points: 120 }) } as const;
    const calm = { kind: "count", points: counts(2, { points: 120 }) } as const;
    expect(ask({ design, baseline: busy }).kind).toBe("enough");
    expect(ask({ design, baseline: calm, window: 5 * MINUTES }).kind).toBe("too-little");
  });

  it("does not help values: only time does", () => {
    const baseline = { kind: "value", points: values(100, 0.5, { points: 120 }) } as const;
    const design = { together: "beside", worse: "higher", effect: null } as const;
    expect(ask({ design, baseline, window: 5 * MINUTES })).toMatchObject({
      kind: "too-little",
      traffic: null,
    });
    const steady = { kind: "value", points: values(100, 0.01, { points: 120 }) } as const;
    expect(ask({ design, baseline: steady }).kind).toBe("enough");
    const after = { together: "before-after", worse: "lower", effect: null } as const;
    expect(ask({ design: after, baseline: steady }).kind).toBe("enough");
  });

  it("is of no use after a baseline whose level wanders by itself", () => {
    const design = { together: "before-after", worse: "higher", effect: null } as const;
    const points = ratios(0.05, 1_500, { points: 120 }).map((point, index) => ({
      ...point,
      bad: index % 40 < 20 ? 40 : 120,
    }));
    expect(ask({ design, baseline: { kind: "ratio", points } })).toMatchObject({
      kind: "too-little",
      time: null,
      traffic: null,
    });
  });

  it("is nothing to reckon where nothing ever happened", () => {
    const design = { together: "before-after", worse: "higher", effect: null } as const;
    const points = counts(0, { points: 120 });
    expect(ask({ design, baseline: { kind: "count", points } })).toMatchObject({
      kind: "too-little",
      effect: 0,
    });
  });

  it("is unknown without a baseline, and without traffic", () => {
    expect(ask({ baseline: { kind: "ratio", points: [] } })).toEqual({
      kind: "unknown",
      why: "the baseline has 0 of at least 2 points with data",
    });
    const design = { together: "before-after", worse: "higher", effect: null } as const;
    const few = { kind: "ratio", points: ratios(0.05, 1_500, { points: 39 }) } as const;
    expect(ask({ design, baseline: few })).toEqual({
      kind: "unknown",
      why: "the baseline has 39 of at least 40 points with data",
    });
    expect(ask({ share: 0 })).toEqual({ kind: "unknown", why: "the release takes no traffic" });
  });
});

describe("an item of a list", () => {
  it("must be there", () => {
    expect(itemAt(["a", "b"], 1)).toBe("b");
    expect(() => itemAt(["a"], 1)).toThrow("there is no item 1 of 1");
  });
});
