import type { Instant } from "../json.ts";
import { itemAt } from "./item.ts";

/** A series that is ready to be judged: what its windows say. */
export interface Scan {
  /** How many points there are. */
  readonly points: number;
  /** Of windows that begin anywhere. */
  readonly limit: number;
  /** What the window of `length` points that ends at point `end` says; null: not that it is worse. */
  readonly judge: (end: number, length: number) => Find | null;
}

/** What one window says. */
export interface Find {
  /** The first and the last point of the window. */
  readonly since: Instant;
  readonly at: Instant;
  readonly points: number;
  readonly score: number;
  /** Above this it is a breach. */
  readonly limit: number;
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

/** The first point at which a window was a breach, and at which one clearly was; how it stands at the last. */
export interface Scanned {
  readonly breach: Find | null;
  readonly clear: Find | null;
  readonly last: Find | null;
}

/** Looks at all windows as if the samples came one by one, up to the first clear breach. */
export function scan({ points, judge }: Scan): Scanned {
  let breach: Find | null = null;
  let last: Find | null = null;
  for (let end = 0; end < points; end += 1) {
    const finds = lengthsAt(end)
      .map((length) => judge(end, length))
      .filter((find) => find !== null);
    last = highest(finds);
    const breaches = finds.filter(({ score, limit }) => score > limit);
    breach ??= highest(breaches);
    const clear = highest(breaches.filter(({ isClear }) => isClear));
    if (clear !== null) return { breach, clear, last };
  }
  return { breach, clear: null, last };
}

/** And the one that has all points since the release began, when most regressions do. */
function lengthsAt(end: number): readonly number[] {
  const lengths = LENGTHS.filter((length) => length < end + 1);
  return [...lengths, end + 1];
}

function highest(finds: readonly Find[]): Find | null {
  return finds.reduce<Find | null>(
    (best, find) =>
      best === null || find.score / find.limit > best.score / best.limit ? find : best,
    null,
  );
}

export function windowOf(
  points: readonly { readonly at: Instant }[],
  end: number,
  length: number,
): Pick<Find, "since" | "at" | "points"> {
  return {
    since: itemAt(points, end - length + 1).at,
    at: itemAt(points, end).at,
    points: length,
  };
}
