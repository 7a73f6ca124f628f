import { describe, expect, it } from "vitest";
import { createSeriesStore, firstAfter } from "../../../src/demo/metrics-server/series-store.ts";

const everything = () => true;

describe("the series store", () => {
  it("keeps series apart by their labels, in whatever order they come", () => {
    const store = createSeriesStore(1000);
    store.append({ a: "1", b: "2" }, { at: 1, value: 1 });
    store.append({ b: "2", a: "1" }, { at: 2, value: 2 });
    store.append({ a: "1" }, { at: 2, value: 3 });
    expect(store.select(everything).map(({ points }) => points.length)).toEqual([2, 1]);
    expect(store.select(({ b }) => b === undefined)).toEqual([
      { labels: { a: "1" }, points: [{ at: 2, value: 3 }] },
    ]);
  });

  it("leaves out a point that is not newer than the last", () => {
    const store = createSeriesStore(1000);
    store.append({ a: "1" }, { at: 5, value: 1 });
    store.append({ a: "1" }, { at: 5, value: 2 });
    store.append({ a: "1" }, { at: 4, value: 3 });
    expect(store.select(everything)).toEqual([
      { labels: { a: "1" }, points: [{ at: 5, value: 1 }] },
    ]);
  });

  it("forgets points older than its retention, and a series of which none is left", () => {
    const store = createSeriesStore(1000);
    store.append({ a: "gone" }, { at: 0, value: 1 });
    for (let at = 0; at <= 5000; at += 100) store.append({ a: "kept" }, { at, value: at });
    const series = store.select(everything);
    expect(series.map(({ labels }) => labels)).toEqual([{ a: "kept" }]);
    const points = series[0]?.points ?? [];
    expect(points.at(-1)).toEqual({ at: 5000, value: 5000 });
    expect(points.length).toBeLessThanOrEqual(11);
    expect(points.length).toBeGreaterThanOrEqual(10);
  });

  it("finds the first point after a time", () => {
    const points = [10, 20, 30].map((at) => ({ at, value: at }));
    expect([5, 10, 15, 30, 99].map((at) => firstAfter(points, at))).toEqual([0, 1, 1, 3, 3]);
  });
});
