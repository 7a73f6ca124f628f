/**
 * The parameters of the sequential comparison. They were tuned on simulated releases, and are reported on
 * others (docs/benchmarks.md); the reasons are in docs/decisions/0004-sequential-comparison.md.
 */
export const THRESHOLDS = {
  /** Above these a window is a breach: one that begins with the release, and any other. */
  beside: { start: 4.4, sliding: 5.5 },
  beforeAfter: { start: 6, sliding: 6 },
  /** No point counts for more standard deviations than this: it takes several to be a breach. */
  most: 2.5,
  far: 4,
  farAfter: 2,
  byChance: 0,
  /** Before samples have shown it, they are held to spread this many times as much as counts do... */
  spread: 2,
  /** ...and that weighs as much as this many samples. */
  prior: 10,
  /** A step from one sample to the next counts for no more than this many variances. */
  step: 12,
  /** A baseline that wanders moves what is expected by this many of its standard deviations... */
  wander: 3,
  /** ...and by this many before anything is done without a person. */
  wanderClear: 5.5,
  /** A baseline that lies before the release needs this many points: fewer do not show how it wanders. */
  leastBaseline: 40,
};
