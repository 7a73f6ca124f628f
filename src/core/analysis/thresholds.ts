import { clamp } from "./robust.ts";

/**
 * The parameters of the sequential comparison. They were tuned on simulated releases, and are reported on
 * others (docs/benchmarks.md); the reasons are in docs/decisions/0004-sequential-comparison.md.
 */
export const THRESHOLDS = {
  /** Above these a window is a breach: one that begins with the release (`startLimit`), and any other. */
  beside: { few: { points: 6, limit: 4.8 }, many: { points: 10, limit: 4.35 }, sliding: 6 },
  /** The same of values: how they spread must be told from the values themselves. */
  valuesBeside: { start: 6, sliding: 7 },
  beforeAfter: { start: 6, sliding: 6 },
  /** No point counts for more standard deviations than this: it takes several to be a breach. */
  most: 2.5,
  /** What is usual is held to be at least so many bad events: among fewer, chance decides how many. */
  few: 3,
  /** The size of a difference is told from points that are held to this many smallest effects... */
  far: 4,
  /** ...and, of a baseline that lies before, to this many times what is clear. */
  farAfter: 2,
  /** Before samples have shown it, counts are held to spread this many times as much as they do by chance... */
  spread: 2,
  /** ...and that weighs as much as this many samples. */
  prior: 20,
  /** The same of values, of which the baseline's own steps say how they spread. */
  priorOfValues: 10,
  /** A release that is worse is not held to vary by itself more than this many times as one that is not. */
  own: 3,
  /** A step from one sample to the next counts for no more than this many variances. */
  step: 12,
  /** What is expected lies off a baseline that wanders by this many standard deviations of that... */
  wander: 3.5,
  /** ...and by this many before anything is done without a person. */
  wanderClear: 6,
  /** A baseline that lies before the release needs this many points: fewer do not show how it wanders. */
  leastBaseline: 40,
  /** Values beside one another are judged from this many points of the baseline on. */
  leastValues: 16,
} as const;

/**
 * Beside, of a window that begins with the release. Few points have hardly shown how they spread; after that
 * it may be lower, because windows that begin with the release have nearly all points in common.
 */
export function startLimit(points: number): number {
  const { few, many } = THRESHOLDS.beside;
  const way = clamp((points - few.points) / (many.points - few.points), 0, 1);
  return few.limit + way * (many.limit - few.limit);
}
