/** A value that was really scraped: no staleness marker. */
export interface Reading {
  readonly at: number;
  readonly value: number;
}

export interface RateWindow {
  /** What was scraped inside the window, oldest first. */
  readonly readings: readonly Reading[];
  /** Milliseconds since the Unix epoch; the window is open at its start and closed at its end. */
  readonly start: number;
  readonly end: number;
}

/**
 * How much a counter grew over the window, estimated beyond its first and last reading.
 *
 * A reading below the one before it is a reset: what was lost is added back. The growth between the first
 * and the last reading is extended to each end of the window that is nearer than 1.1 mean intervals, else
 * by half an interval, and at the start never to before the counter was zero.
 * Source: `extrapolatedRate` in `promql/functions.go` of Prometheus 3.14. Prometheus 2 differs where a
 * series begins inside the window between 0.5 and 1.1 intervals after its zero point.
 * @returns null with fewer than two readings: nothing can be said
 */
export function extrapolatedIncrease({ readings, start, end }: RateWindow): number | null {
  const first = readings.at(0);
  const last = readings.at(-1);
  if (first === undefined || last === undefined || readings.length < 2) return null;
  const growth = last.value - first.value + lostInResets(readings);
  const sampled = last.at - first.at;
  const interval = sampled / (readings.length - 1);
  const threshold = interval * 1.1;
  const toStart = first.at - start < threshold ? first.at - start : interval / 2;
  const toEnd = end - last.at < threshold ? end - last.at : interval / 2;
  const toZero =
    growth > 0 && first.value >= 0 ? sampled * (first.value / growth) : Number.POSITIVE_INFINITY;
  return growth * ((sampled + Math.min(toStart, toZero) + toEnd) / sampled);
}

function lostInResets(readings: readonly Reading[]): number {
  return readings.reduce((lost, { value }, index) => {
    const before = readings[index - 1]?.value ?? value;
    return value < before ? lost + before : lost;
  }, 0);
}
