import { type Labels, labelsKey } from "./labels.ts";

/** One scraped value. `null` is a staleness marker: the series ended here until its next value. */
export interface Point {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly value: number | null;
}

export interface Series {
  readonly labels: Labels;
  /** Oldest first, no two at the same time. */
  readonly points: readonly Point[];
}

/** Keeps what was scraped for a bounded time. In memory only: it is empty after a restart. */
export interface SeriesStore {
  /** A point that is not newer than the last of its series is left out, as Prometheus refuses it. */
  append(labels: Labels, point: Point): void;
  select(matches: (labels: Labels) => boolean): readonly Series[];
}

interface KeptSeries {
  readonly labels: Labels;
  readonly points: Point[];
}

/** @param retention milliseconds that a point is kept, counted back from the newest point of all */
export function createSeriesStore(retention: number): SeriesStore {
  const kept = new Map<string, KeptSeries>();
  let newest = Number.NEGATIVE_INFINITY;
  let swept = Number.NEGATIVE_INFINITY;

  function append(labels: Labels, point: Point): void {
    const key = labelsKey(labels);
    const series = kept.get(key) ?? { labels, points: [] };
    if (point.at <= (series.points.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return;
    series.points.push(point);
    kept.set(key, series);
    newest = Math.max(newest, point.at);
    sweep();
  }

  /** Drops what is too old; looks at every series, so only once per tenth of the retention. */
  function sweep(): void {
    if (newest - swept < retention / 10) return;
    swept = newest;
    for (const [key, { points }] of kept) {
      points.splice(0, firstAfter(points, newest - retention));
      if (points.length === 0) kept.delete(key);
    }
  }

  return {
    append,
    select: (matches) => [...kept.values()].filter(({ labels }) => matches(labels)),
  };
}

/** The index of the first point later than `at`; the number of points when there is none. */
export function firstAfter(points: readonly Point[], at: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.at ?? Number.POSITIVE_INFINITY) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
