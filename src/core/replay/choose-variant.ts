import type { ReplayResult } from "./replay-check.ts";
import type { Variant } from "./variants.ts";

/** A change of a check that would have spared a false alarm. */
export interface CheckProposal {
  readonly check: string;
  readonly diff: readonly string[];
  /** One sentence for people: what it would have done with what is known to be bad. */
  readonly sentence: string;
}

/** What one variant gives on the window of the false alarm, and on bad releases that the check found. */
export interface VariantResult {
  readonly variant: Variant;
  readonly result: ReplayResult;
  readonly bad: readonly ReplayResult[];
}

/** What other limits of one check would have done. */
export interface CheckReplay {
  readonly check: string;
  readonly results: readonly VariantResult[];
  /** The smallest change that is quiet and still finds what is bad; null: there is none. */
  readonly proposal: CheckProposal | null;
}

/** What other limits would have done, of each check that failed. */
export interface FalseAlarmReplay {
  readonly checks: readonly CheckReplay[];
  /** What is missing, and why; empty: nothing. */
  readonly notes: readonly string[];
}

/** Whether a check would have let a healthy release be. */
export function isQuiet(result: ReplayResult): boolean {
  return result === "passed" || result === "quiet";
}

/** The first that is quiet on the window, and fails every bad release; they stand in the order of their size. */
export function chooseVariant(
  check: string,
  results: readonly VariantResult[],
): CheckProposal | null {
  const chosen = results.find(
    ({ result, bad }) => isQuiet(result) && bad.every((one) => one === "failed"),
  );
  if (chosen === undefined) return null;
  const { variant, bad } = chosen;
  const found =
    bad.length === 0
      ? "no bad release is known that it could be tried on"
      : `it still finds ${bad.length === 1 ? "the one bad release" : `all ${bad.length} bad releases`} that it was tried on`;
  return {
    check,
    diff: variant.diff,
    sentence: `With ${variant.words} it would have stayed quiet, and ${found}.`,
  };
}
