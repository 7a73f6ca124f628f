import type { Histograms } from "../../../core/verdict.ts";
import type { Point } from "./counter-increase.ts";
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

/** One histogram: the points of each of its buckets, which count all events up to their bound. */
type Buckets = Map<number, readonly Point[]>;

/**
 * Sums classic histograms over all labels but `le`, and takes the buckets apart (Prometheus' buckets count
 * all events up to their bound). Each histogram is a counter for itself, as in `increasesOf`: a point at which
 * one of its buckets lacks is not there, and when one bucket fell all of them began at 0 again. Where
 * histograms have different bounds, those that all of them have are kept: what lies between is then one
 * bucket, and nothing is guessed.
 */
export function histogramCounts(series: readonly GridSeries[], points: number): HistogramCounts {
  const histograms = new Map<string, Buckets>();
  for (const { labels, values } of series) {
    const { le, ...others } = labels;
    const bound = boundOf(le);
    if (bound === null) return { kind: "error", why: whyNoBound(le, labels) };
    const key = JSON.stringify(Object.entries(others).toSorted());
    const buckets: Buckets = histograms.get(key) ?? new Map();
    histograms.set(key, buckets);
    if (buckets.has(bound)) {
      return { kind: "error", why: `two buckets have the same bound le="${le}"` };
    }
    buckets.set(bound, values);
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
  const gains = histograms.map((one) => gainsOf(one, bounds, points));
  return Array.from({ length: points }, (_none, index) => {
    const known = gains.flatMap((one) => one[index] ?? []);
    if (known.length === 0) return null;
    const sums = bounds.map((_bound, place) =>
      known.reduce((sum, gain) => sum + (gain[place] ?? 0), 0),
    );
    return sums.map((sum, place) => sum - (sums[place - 1] ?? 0));
  });
}

/** What a histogram gained up to each of its bounds, in a list of none or one for each point. */
function gainsOf(
  buckets: Buckets,
  bounds: readonly number[],
  points: number,
): readonly (readonly (readonly number[])[])[] {
  const all = [...buckets.keys()];
  let last = valuesAt(buckets, all, 0);
  return Array.from({ length: points }, (_none, index) => {
    const values = valuesAt(buckets, all, index + 1);
    if (values === null) return [];
    const before = last;
    last = values;
    const fell =
      before !== null && all.some((_bound, place) => (values[place] ?? 0) < (before[place] ?? 0));
    let least = 0;
    const gain = bounds.map((bound) => {
      const place = all.indexOf(bound);
      const from = before === null || fell ? 0 : (before[place] ?? 0);
      // Rising: what is rounded, as a rate, can differ a little, and no bucket holds less than nothing.
      least = Math.max(least, (values[place] ?? 0) - from);
      return least;
    });
    return [gain];
  });
}

/** null: one of them lacks. */
function valuesAt(
  buckets: Buckets,
  bounds: readonly number[],
  index: number,
): readonly number[] | null {
  const values = bounds.flatMap((bound) => buckets.get(bound)?.[index] ?? []);
  return values.length === bounds.length ? values : null;
}

function commonBounds(histograms: readonly Buckets[]): Histograms["bounds"] {
  const [first, ...others] = histograms;
  const bounds = [...(first?.keys() ?? [])];
  return bounds
    .filter((bound) => others.every((buckets) => buckets.has(bound)))
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
