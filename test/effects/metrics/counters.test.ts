import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  increasesOf,
  type Point,
  sumOf,
} from "../../../src/effects/metrics/prometheus/counter-increase.ts";
import { histogramCounts } from "../../../src/effects/metrics/prometheus/histogram-counts.ts";

describe("what a counter gained up to each point", () => {
  it.each<readonly [string, readonly Point[], readonly Point[]]>([
    ["is the difference", [10, 12, 12, 17], [2, 0, 5]],
    ["after a restart is what it has now", [10, 12, 3, 4], [2, 3, 1]],
    ["after a restart to more than before is too little", [10, 12, 13], [2, 1]],
    ["of a late scrape is 0, and then both steps", [10, 10, 14], [0, 4]],
    ["over a gap comes with the point after it", [10, null, null, 16], [null, null, 6]],
    ["over a gap with a restart is what it has now", [10, null, 4], [null, 4]],
    ["of a process that starts later is counted from 0", [null, null, 5, 7], [null, 5, 2]],
    ["of a process that ends is unknown", [10, 12, null], [2, null]],
    ["of nothing is nothing", [null, null], [null]],
    ["needs a point before the first", [10], []],
  ])("%s", (_name, points, increases) => {
    expect(increasesOf(points)).toEqual(increases);
  });

  it("together is all that was counted, whatever was scraped and however often it restarted", () => {
    const step = fc.record({
      events: fc.integer({ min: 0, max: 1_000 }),
      scraped: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.array(step), (start, steps) => {
        let value = start;
        const points: Point[] = [value];
        let counted = 0;
        for (const { events, scraped } of steps) {
          value += events;
          points.push(scraped ? value : null);
          if (scraped) counted = value - start;
        }
        const sum = increasesOf(points).reduce<number>((all, one) => all + (one ?? 0), 0);
        expect(sum).toBe(counted);
      }),
    );
  });

  it("is never less than nothing", () => {
    const point = fc.option(fc.integer({ min: 0, max: 1e6 }));
    fc.assert(
      fc.property(fc.array(point), (points) => {
        expect(increasesOf(points).every((one) => one === null || one >= 0)).toBe(true);
      }),
    );
  });
});

describe("the sum of counters", () => {
  it("is of those that are known, and null where none is", () => {
    expect(
      sumOf(
        [
          [1, null, null],
          [2, 3, null],
        ],
        3,
      ),
    ).toEqual([3, 3, null]);
    expect(sumOf([], 2)).toEqual([null, null]);
  });

  it("of processes that come and go misses none and counts none twice", () => {
    const old = increasesOf([100, 110, 120, null, null]);
    const young = increasesOf([null, null, 3, 13, 23]);
    expect(sumOf([old, young], 4)).toEqual([10, 13, 10, 10]);
  });
});

describe("the buckets of histograms", () => {
  const series = (le: string | undefined, values: readonly Point[], pod = "a") => ({
    labels: { __name__: "seconds_bucket", pod, ...(le === undefined ? {} : { le }) },
    values,
  });

  it("hold what they gained themselves, rising, whatever order they come in", () => {
    const counted = histogramCounts(
      [series("+Inf", [10, 20]), series("0.5", [6, 13]), series("0.1", [5, 9])],
      1,
    );
    expect(counted).toEqual({
      kind: "counts",
      bounds: [0.1, 0.5, Number.POSITIVE_INFINITY],
      counts: [[4, 3, 3]],
    });
  });

  it("are summed over all other labels, each counter for itself", () => {
    const counted = histogramCounts(
      [
        ...[series("1", [10, 2]), series("+Inf", [10, 3])],
        ...[series("1", [null, 4], "b"), series("+Inf", [null, 5], "b")],
      ],
      1,
    );
    expect(counted).toMatchObject({ counts: [[6, 2]] });
  });

  it("that differ keep the bounds that all have", () => {
    const counted = histogramCounts(
      [
        ...[series("0.1", [0, 1]), series("0.5", [0, 3]), series("+Inf", [0, 4])],
        ...[series("0.2", [0, 1], "b"), series("0.5", [0, 1], "b"), series("+Inf", [0, 2], "b")],
      ],
      1,
    );
    expect(counted).toEqual({
      kind: "counts",
      bounds: [0.5, Number.POSITIVE_INFINITY],
      counts: [[4, 2]],
    });
  });

  it("of which one is missing at a point have no data there", () => {
    const counted = histogramCounts([series("1", [0, null, 3]), series("+Inf", [0, 2, 4])], 2);
    expect(counted).toMatchObject({ counts: [null, [3, 1]] });
  });

  it("all began again when one of them fell", () => {
    const counted = histogramCounts([series("1", [2, 5]), series("+Inf", [100, 50])], 1);
    expect(counted).toMatchObject({ counts: [[5, 45]] });
  });

  it("never hold less than nothing", () => {
    const counted = histogramCounts([series("1", [0, 5]), series("+Inf", [0, 4])], 1);
    expect(counted).toMatchObject({ counts: [[5, 0]] });
  });

  it("of nothing are no data", () => {
    expect(histogramCounts([], 2)).toEqual({
      kind: "counts",
      bounds: [Number.POSITIVE_INFINITY],
      counts: [null, null],
    });
  });

  it.each([
    {
      name: "no label le",
      given: [series(undefined, [0, 1])],
      why: "seconds_bucket has no label le: ask for the …_bucket series of a histogram, without sum(…) over it",
    },
    {
      name: "a bound that is no number",
      given: [series("fast", [0, 1])],
      why: 'a bucket has the bound le="fast", which is no number',
    },
    {
      name: "an empty bound",
      given: [series("", [0, 1])],
      why: 'a bucket has the bound le="", which is no number',
    },
    {
      name: "no +Inf",
      given: [series("1", [0, 1])],
      why: 'a histogram has no bucket le="+Inf", so it is not known how many events there were: select all buckets',
    },
    {
      name: "nothing in common",
      given: [
        ...[series("1", [0, 1]), series("+Inf", [0, 1])],
        ...[series("2", [0, 1], "b"), series("+Inf", [0, 1], "b")],
      ],
      why: 'the histograms have no bound in common but le="+Inf": select those with the same buckets, e.g. by version',
    },
    {
      name: "the same bound twice",
      given: [series("1", [0, 1]), series("1.0", [0, 1]), series("+Inf", [0, 1])],
      why: 'two buckets have the same bound le="1.0"',
    },
  ])("with $name are an error", ({ given, why }) => {
    expect(histogramCounts(given, 1)).toEqual({ kind: "error", why });
  });
});
