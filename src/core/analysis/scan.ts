import type { Instant } from "../json.ts";

/** A series that is ready to be judged: what its windows say. */
export interface Scan {
  /** How many points there are. */
  readonly points: number;
  /** Above this a window is a breach. */
  readonly limit: number;
  /** What the window of `length` points that ends at point `end` says; null: not that it is worse. */
  readonly judge: (end: number, length: number) => Find | null;
}

/** What one window says. */
export interface Find {
  readonly since: Instant;
  readonly points: number;
  readonly score: number;
  readonly observed: number;
  readonly expected: number;
  /** More than twice the smallest difference that matters. */
  readonly isClear: boolean;
}

/**
 * Lengths of the windows, in points. Every length up to 8, and then ones so close to one another that the
 * score of a length between two of them is at most a few per cent higher than theirs.
 */
const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 28, 33, 40];

/**
 * The first point at which a window was clearly a breach; else the first at which one was; and how the
 * windows that end at the last point stand.
 */
export function scan({ points, limit, judge }: Scan): {
  readonly breach: Find | null;
  readonly last: Find | null;
} {
  let breach: Find | null = null;
  let last: Find | null = null;
  for (let end = 0; end < points; end += 1) {
    const finds = LENGTHS.filter((length) => length <= end + 1)
      .map((length) => judge(end, length))
      .filter((find) => find !== null);
    last = highest(finds);
    const breaches = finds.filter(({ score }) => score > limit);
    const clear = highest(breaches.filter(({ isClear }) => isClear));
    if (clear !== null) return { breach: clear, last };
    breach ??= highest(breaches);
  }
  return { breach, last };
}

function highest(finds: readonly Find[]): Find | null {
  return finds.reduce<Find | null>(
    (best, find) => (best === null || find.score > best.score ? find : best),
    null,
  );
}
