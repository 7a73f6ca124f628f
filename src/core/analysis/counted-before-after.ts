import type { CountedPair } from "./counted-pair.ts";
import { itemAt } from "./item.ts";
import type { RatioPoint } from "./points.ts";
import { poissonRoot } from "./poisson.ts";
import { clamp, mean, sum } from "./robust.ts";
import { type Find, type Scan, windowOf } from "./scan.ts";
import { THRESHOLDS } from "./thresholds.ts";

type Counts = Pick<RatioPoint, "bad" | "total">;

/** Of all points up to one: the bad events as far as they are believed, and as far as they are counted. */
interface Sum extends Counts {
  readonly counted: number;
  /** All of them, for people. */
  readonly raw: number;
}

const NOTHING: Sum = { bad: 0, counted: 0, raw: 0, total: 0 };

const ROUNDS = 5;
/** Points of the baseline are moved in to so many standard deviations. */
const OUTLIER = 4;
/** Points in one block of the baseline, by which it is seen how it wanders. */
const BLOCK = 10;

/**
 * A release after its baseline, ready for `scan`. What happens in the time between cannot be told from what
 * the release does; so what is expected lies as much higher as the baseline wandered by itself, and the
 * whole is held to spread as much as the baseline did.
 */
export function countedBeforeAfter({
  release,
  baseline,
  sign,
  effectAt,
  shown,
}: CountedPair): Scan | string {
  const { leastBaseline, most, beforeAfter } = THRESHOLDS;
  if (baseline.length < leastBaseline) {
    return `the baseline has ${baseline.length} of at least ${leastBaseline} points with data`;
  }
  if (release.length === 0) return "the release has no point with data";
  const { share, total, spread, bound, clear } = expectedOf(baseline, sign, effectAt);
  const sums = [NOTHING];
  for (const [index, point] of release.entries()) {
    const expected = bound * point.total;
    const reach = most * Math.sqrt(spread * expected * (1 - bound));
    const far = Math.max(reach, THRESHOLDS.farAfter * clear * point.total);
    const before = itemAt(sums, index);
    sums.push({
      bad: before.bad + expected + clamp(point.bad - expected, -reach, reach),
      counted: before.counted + expected + clamp(point.bad - expected, -far, far),
      raw: before.raw + point.bad,
      total: before.total + point.total,
    });
  }
  return {
    points: release.length,
    limit: beforeAfter.start,
    judge: (end, length): Find | null => {
      const window = between(sums, end, length);
      const excess = sign * (window.counted / window.total - share);
      const expected = bound * window.total;
      if (sign * (window.bad - expected) <= 0) return null;
      const variance = (1 - bound) * (1 + window.total / total) * spread;
      return {
        ...windowOf(release, end, length),
        score: (sign * poissonRoot(window.bad, expected)) / Math.sqrt(variance),
        limit: beforeAfter[length === end + 1 ? "start" : "sliding"],
        observed: shown(window.raw / window.total),
        expected: shown(share),
        isClear: excess > clear,
      };
    },
  };
}

/** What a baseline lets expect of a release that is as good. */
export function expectedOf(
  baseline: readonly RatioPoint[],
  sign: 1 | -1,
  effectAt: CountedPair["effectAt"],
) {
  const { wander, wanderClear } = THRESHOLDS;
  const { share, odds, ...rest } = learned(baseline);
  const effect = sign * effectAt(share);
  return {
    ...rest,
    share,
    odds,
    /** A share this far off is none that matters. */
    bound: clamp(moved(share, sign * wander * odds, effect), 0, 1),
    /** The difference from which on it is acted without a person. */
    clear: sign * (moved(share, sign * wanderClear * odds, 2 * effect) - share),
  };
}

/** The share moved on the logarithm of the odds, but at least by `least`. */
function moved(share: number, odds: number, least: number): number {
  const ratio = (share / (1 - share)) * Math.exp(odds);
  const by = ratio / (1 + ratio) - share;
  return share + (Math.abs(by) > Math.abs(least) ? by : least);
}

function between(sums: readonly Sum[], end: number, length: number): Sum {
  const upTo = itemAt(sums, end + 1);
  const from = itemAt(sums, end + 1 - length);
  return {
    bad: upTo.bad - from.bad,
    counted: upTo.counted - from.counted,
    raw: upTo.raw - from.raw,
    total: upTo.total - from.total,
  };
}

/**
 * Of a baseline: its share of bad events, how many times more it spreads than counts do, and the standard
 * deviation of how its level wanders, on the logarithm of the odds. Points that lie far out are moved in.
 */
function learned(points: readonly RatioPoint[]) {
  const total = sum(points.map((point) => point.total));
  let kept: readonly Counts[] = points;
  let share = 0;
  let spread = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    share = (sum(kept.map(({ bad }) => bad)) + 0.5) / (total + 1);
    const sdOf = (point: RatioPoint) => Math.sqrt(point.total * share * (1 - share));
    const reach = OUTLIER * Math.sqrt(spread);
    const scores = points.map((point) =>
      clamp((point.bad - share * point.total) / sdOf(point), -reach, reach),
    );
    kept = points.map((point, index) => ({
      bad: share * point.total + itemAt(scores, index) * sdOf(point),
      total: point.total,
    }));
    spread = Math.max(1, mean(scores.map((score) => score ** 2)));
  }
  return { share, total, spread, odds: wanderOf(kept, share) / (share * (1 - share)) };
}

/** From the shares of blocks. What they differ by chance is not taken off: that would make some look calm. */
function wanderOf(points: readonly Counts[], share: number): number {
  const squares: number[] = [];
  for (let from = 0; from + BLOCK <= points.length; from += BLOCK) {
    const block = points.slice(from, from + BLOCK);
    const of = sum(block.map(({ bad }) => bad)) / sum(block.map(({ total }) => total));
    squares.push((of - share) ** 2);
  }
  const between = sum(squares) / (squares.length - 1);
  return Math.sqrt(between);
}
