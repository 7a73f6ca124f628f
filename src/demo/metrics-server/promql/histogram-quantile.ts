/** One bucket of a histogram: how many observations were at most this bound. */
export interface Bucket {
  readonly upperBound: number;
  readonly count: number;
}

/** Relative difference below which two counts are taken as the same; rates of equal counters differ so. */
const SMALL_DELTA = 1e-12;

/**
 * The value below which this share of the observations lies, taking them as spread evenly in each bucket.
 * Source: `BucketQuantile` in `promql/quantile.go` of Prometheus 3.14.
 * @returns NaN when nothing was observed, when there is no `+Inf` bucket, or only one bucket
 */
export function histogramQuantile(quantile: number, buckets: readonly Bucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const rising = monotonic(coalesced(buckets));
  const last = rising.at(-1);
  if (last?.upperBound !== Number.POSITIVE_INFINITY || rising.length < 2 || last.count === 0) {
    return Number.NaN;
  }
  const rank = quantile * last.count;
  const index = rising.findIndex(({ count }, at) => at === rising.length - 1 || count >= rank);
  const found = rising[index];
  const below = rising[index - 1];
  if (found === undefined) return Number.NaN;
  if (index === rising.length - 1) return below?.upperBound ?? Number.NaN;
  if (below === undefined && found.upperBound <= 0) return found.upperBound;
  const start = below?.upperBound ?? 0;
  const countBelow = below?.count ?? 0;
  const share = (rank - countBelow) / (found.count - countBelow);
  return start + (found.upperBound - start) * share;
}

/** By bound, the counts of equal bounds (`1` and `1.0`) added. */
function coalesced(buckets: readonly Bucket[]): readonly Bucket[] {
  const counts = new Map<number, number>();
  for (const { upperBound, count } of buckets) {
    counts.set(upperBound, (counts.get(upperBound) ?? 0) + count);
  }
  return [...counts]
    .map(([upperBound, count]) => ({ upperBound, count }))
    .toSorted((left, right) => left.upperBound - right.upperBound);
}

/** Buckets of one histogram can be scraped or extrapolated unevenly; a count never falls. */
function monotonic(buckets: readonly Bucket[]): readonly Bucket[] {
  let highest = buckets[0]?.count ?? 0;
  return buckets.map(({ upperBound, count }) => {
    if (!almostEqual(highest, count) && count > highest) highest = count;
    return { upperBound, count: highest };
  });
}

function almostEqual(left: number, right: number): boolean {
  return (
    left === right || Math.abs(left - right) / (Math.abs(left) + Math.abs(right)) < SMALL_DELTA
  );
}
