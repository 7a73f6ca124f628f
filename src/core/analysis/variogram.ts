import { median } from "./robust.ts";

/** Half of the squared steps of a series, from a point to the next one and to the fifth after it. */
export interface Steps {
  readonly near: number;
  readonly far: number;
  /** How many there are. */
  readonly steps: number;
}

const FAR = 5;
/** Only so many of the last points: a series may be long. */
const KEPT = 120;
/** The median of the square of a standard normal variable. */
const MEDIAN_OF_SQUARE = 0.4549364;
/** Points that hang together this much hide what they say: a window has at least this share of them. */
const MOST_TOGETHER = 20;

/** Robust: half of the steps may be anything. Of fewer than two points all is 0. */
export function stepsOf(values: readonly number[]): Steps {
  const kept = values.slice(-KEPT);
  const near = halfSquare(kept, 1);
  return { near, far: Math.max(near, halfSquare(kept, FAR)), steps: Math.max(0, kept.length - 1) };
}

/** The same of a series as far as each of its points. */
export function stepsUpTo(values: readonly number[]): readonly Steps[] {
  return values.map((_, index) => stepsOf(values.slice(Math.max(0, index + 1 - KEPT), index + 1)));
}

function halfSquare(values: readonly number[], distance: number): number {
  const squares = values
    .slice(distance)
    .map((value, index) => (value - (values[index] ?? value)) ** 2);
  return squares.length === 0 ? 0 : median(squares) / MEDIAN_OF_SQUARE / 2;
}

/**
 * The variance of a mean times the number of its points. Points that share part of their time (a rate over
 * two minutes, asked for every 15 seconds) step less from one to the next than further off, and their mean
 * varies more than their number says: of an autoregressive series with correlation r = 1 - near / far by
 * (1 + r) / (1 - r).
 */
export function longRunVariance({ near, far }: Steps): number {
  if (far === 0) return 0;
  const share = Math.max(near / far, 2 / (MOST_TOGETHER + 1));
  return (far * (2 - share)) / share;
}
