import { THRESHOLDS } from "./thresholds.ts";

/** How a series spreads, told from its steps, so that a level that moves once is no spread. */
export interface Spread {
  /** Variance of one point. */
  readonly variance: number;
  /** By how many times more the mean of many points varies than if each said something of its own. */
  readonly together: number;
}

/** From one point to the next, and to one further off: as far as windows of rates usually overlap. */
const NEAR = 1;
const FAR = 8;
/** Points say at least this share of what they would say by themselves. */
const LEAST_SHARE = 1 / 20;

/**
 * Of a series up to each of its points. Points that share part of their time (a rate over two minutes, asked
 * for every 15 seconds) step less from one to the next than further off, and their mean varies more than
 * their number says: of an autoregressive series with correlation r by (1 + r) / (1 - r). Half of the
 * squared steps is the variance less the covariance (Matheron's variogram); r is told from two distances.
 *
 * @param before what is known of the series before its first point, and counts as THRESHOLDS.priorOfValues points
 */
export function spreadUpTo(values: readonly number[], before: Spread | null): readonly Spread[] {
  const share = before === null ? 1 : shareOf(before.together);
  const near = new HalfSquares(before === null ? null : before.variance * share);
  const far = new HalfSquares(before === null ? null : before.variance);
  return values.map((value, index) => {
    near.add(value, values[index - NEAR]);
    far.add(value, values[index - FAR]);
    const variance = Math.max(near.mean(), far.mean());
    const seen = variance === 0 ? 1 : near.mean() / variance;
    return { variance, together: togetherOf(Math.max(LEAST_SHARE, seen)) };
  });
}

function togetherOf(share: number): number {
  return (2 - share) / share;
}

function shareOf(together: number): number {
  return 2 / (together + 1);
}

/** Their mean, in which one counts for no more than THRESHOLDS.step times the mean so far. */
class HalfSquares {
  private total: number;
  private weight: number;

  constructor(before: number | null) {
    this.weight = before === null ? 0 : THRESHOLDS.priorOfValues;
    this.total = this.weight * (before ?? 0);
  }

  add(value: number, earlier: number | undefined): void {
    if (earlier === undefined) return;
    const half = (value - earlier) ** 2 / 2;
    const most = this.total === 0 ? half : THRESHOLDS.step * this.mean();
    this.total += Math.min(half, most);
    this.weight += 1;
  }

  mean(): number {
    return this.weight === 0 ? 0 : this.total / this.weight;
  }
}
