import { normalQuantile } from "../distribution.ts";
import { sum } from "../robust.ts";
import { ranksOf } from "./ranks.ts";
import { rootBetween } from "./root.ts";

export interface MannWhitneyTest {
  /** Of how much higher the first sample lies, in its unit. */
  readonly interval: readonly [number, number];
  /** The Hodges-Lehmann estimate of the same: the median of all differences, found as a root. */
  readonly estimate: number;
}

/**
 * The Mann-Whitney U test of Kayenta (MannWhitney.scala, commit a69573b): the normal approximation with
 * corrections for ties and continuity, and the interval of shifts at which it does not reject, as
 * `wilcox.test(conf.int = TRUE)` of R finds it.
 *
 * @throws Error when all values are equal: there is no interval then
 */
export function mannWhitney(
  x: readonly number[],
  y: readonly number[],
  confidence: number,
): MannWhitneyTest {
  const lowest = least(x) - most(y);
  const highest = most(x) - least(y);
  const z = normalQuantile((1 - confidence) / 2);
  const rootAt = (quantile: number) => {
    if (shiftScore(lowest, quantile, x, y) <= 0) return lowest;
    if (shiftScore(highest, quantile, x, y) >= 0) return highest;
    return rootBetween(lowest, highest, (shift) => shiftScore(shift, quantile, x, y));
  };
  return {
    interval: [rootAt(-z), rootAt(z)],
    estimate: rootBetween(lowest, highest, (shift) => shiftScore(shift, 0, x, y)),
  };
}

/** The statistic of the test that `x` lies higher than `y` by `shift`, less `quantile`. */
export function shiftScore(
  shift: number,
  quantile: number,
  x: readonly number[],
  y: readonly number[],
): number {
  const [n, m] = [x.length, y.length];
  const { ranks, ties } = ranksOf([...x.map((value) => value - shift), ...y]);
  const distance = sum(ranks.slice(0, n)) - (n * (n + 1)) / 2 - (n * m) / 2;
  const tied = sum(ties.map((count) => count ** 3 - count)) / ((n + m) * (n + m - 1));
  const sd = Math.sqrt(((n * m) / 12) * (n + m + 1 - tied));
  if (sd === 0) throw new Error("no confidence interval: all values are equal");
  return (distance - Math.sign(distance) * 0.5) / sd - quantile;
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}
