/**
 * The parameters of the sequential comparison. They were tuned on simulated releases, and are reported on
 * others (docs/benchmarks.md); the reasons are in docs/decisions/0004-sequential-comparison.md.
 */
export const THRESHOLDS = {
  /** Above these a window is a breach: one that begins with the release, and any other. */
  beside: { start: 4.8, sliding: 6 },
  /** The same of values: how they spread must be told from the values themselves. */
  valuesBeside: { start: 6, sliding: 7 },
  beforeAfter: { start: 6, sliding: 6 },
  /** No point counts for more standard deviations than this: it takes several to be a breach. */
  most: 2.5,
  /** The size of a difference is told from points that are held to this many smallest effects... */
  far: 4,
  /** ...and, of a baseline that lies before, to this many times what is clear. */
  farAfter: 2,
  /** Before samples have shown it, counts are held to spread this many times as much as they do by chance... */
  spread: 2,
  /** ...and that weighs as much as this many samples. */
  prior: 10,
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
