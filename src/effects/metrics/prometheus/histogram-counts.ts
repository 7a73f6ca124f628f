import type { Histograms } from "../../../core/verdict.ts";
import { increasesOf, type Point } from "./counter-increase.ts";
import type { GridSeries } from "./raw-series.ts";

/** What the buckets of all histograms together gained, or why that cannot be said. */
export type HistogramCounts =
  | {
      readonly kind: "counts";
      readonly bounds: readonly number[];
      /** Of each bucket alone, for each point; null: no histogram has data there. */
      readonly counts: readonly (readonly number[] | null)[];
    }
  | { readonly kind: "error"; readonly why: string };

/** The buckets of one histogram: series that differ in `le` only. */
interface Buckets {
  readonly byBound: Map<number, readonly Point[]>;
}

/**
 * Sums classic histograms over all labels but `le`, and takes the buckets apart (Prometheus' buckets count
 * all events up to their bound). Each series is a counter for itself, as in `increasesOf`. Where histograms
 * have different bounds, those that all of them have are kept: what lies between is then one bucket, and
 * nothing is guessed. A histogram of which a bucket is missing at a point has no data there.
 */
export function histogramCounts(series: readonly GridSeries[], points: number): HistogramCounts {
  const histograms = new Map<string, Buckets>();
  for (const { labels, values } of series) {
    const { le, ...others } = labels;
    const bound = boundOf(le);
    if (bound === null) return { kind: "error", why: whyNoBound(le, labels) };
    const key = JSON.stringify(Object.entries(others).toSorted());
    const buckets = histograms.get(key) ?? { byBound: new Map() };
    histograms.set(key, buckets);
    if (buckets.byBound.has(bound)) {
      return { kind: "error", why: `two buckets have the same bound le="${le}"` };
    }
    buckets.byBound.set(bound, increasesOf(values));
  }
  const all = [...histograms.values()];
  if (all.length === 0) return nothing(points);
  const bounds = commonBounds(all);
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) {
    return {
      kind: "error",
      why: 'a histogram has no bucket le="+Inf", so it is not known how many events there were: select all buckets',
    };
  }
  if (bounds.length === 1) {
    return {
      kind: "error",
      why: 'the histograms have no bound in common but le="+Inf": select those with the same buckets, e.g. by version',
    };
  }
  return { kind: "counts", bounds, counts: countsOf(all, bounds, points) };
}

function nothing(points: number): HistogramCounts {
  return {
    kind: "counts",
    bounds: [Number.POSITIVE_INFINITY],
    counts: new Array<null>(points).fill(null),
  };
}

function countsOf(
  histograms: readonly Buckets[],
  bounds: readonly number[],
  points: number,
): readonly (readonly number[] | null)[] {
  return Array.from({ length: points }, (_none, index) => {
    const known = histograms.flatMap((one) => {
      const cumulative = cumulativeAt(one, bounds, index);
      return cumulative === null ? [] : [cumulative];
    });
    if (known.length === 0) return null;
    const sums = bounds.map((_bound, place) =>
      known.reduce((sum, cumulative) => sum + (cumulative[place] ?? 0), 0),
    );
    return sums.map((sum, place) => sum - (sums[place - 1] ?? 0));
  });
}

/** Rising: buckets of one scrape can differ by the rounding of rates, and no bucket holds less than nothing. */
function cumulativeAt(
  { byBound }: Buckets,
  bounds: readonly number[],
  index: number,
): readonly number[] | null {
  for (const points of byBound.values()) if ((points[index] ?? null) === null) return null;
  let least = 0;
  return bounds.map((bound) => {
    least = Math.max(least, byBound.get(bound)?.[index] ?? 0);
    return least;
  });
}

function commonBounds(histograms: readonly Buckets[]): Histograms["bounds"] {
  const [first, ...others] = histograms;
  const bounds = [...(first?.byBound.keys() ?? [])];
  return bounds
    .filter((bound) => others.every(({ byBound }) => byBound.has(bound)))
    .toSorted((a, b) => a - b);
}

function boundOf(le: string | undefined): number | null {
  if (le === "+Inf" || le === "Inf") return Number.POSITIVE_INFINITY;
  if (le === undefined || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(le)) return null;
  return Number(le);
}

function whyNoBound(le: string | undefined, labels: Readonly<Record<string, string>>): string {
  if (le !== undefined) return `a bucket has the bound le="${le}", which is no number`;
  const { __name__: name = "a series" } = labels;
  return `${name} has no label le: ask for the …_bucket series of a histogram, without sum(…) over it`;
}
