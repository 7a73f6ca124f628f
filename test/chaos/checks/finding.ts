/** One thing that must always hold, and what was found of it. */
export interface Finding {
  /** As a sentence that is true when nothing is wrong. */
  readonly rule: string;
  /** How many things it was held against. */
  readonly lookedAt: number;
  /** Each as a sentence for whoever mends it. */
  readonly violations: readonly string[];
}
