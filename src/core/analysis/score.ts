import type { CheckVerdict } from "../verdict.ts";
import type { ScorePolicy, WatchCheck } from "../watch-policy.ts";
import { sum } from "./robust.ts";

export interface ScoredCheck extends Pick<WatchCheck, "weight" | "isKey"> {
  readonly verdict: CheckVerdict;
}

export interface Score {
  readonly outcome: "pending" | "success" | "warn" | "failure" | "inconclusive";
  /** What passed, in percent of what the checks with a verdict weigh; null: none has one. */
  readonly share: number | null;
  /** One sentence for people: what decided. */
  readonly sentence: string;
}

/** Kayenta's share of metrics without data at which nothing can be said any more. */
const MOST_WITHOUT = 0.5;

/**
 * What the checks of a watch say together, by weights as Kayenta's WeightedSumScorer counts them (commit
 * a69573b): checks without verdict are left out; where at least half of them have none, nobody can say.
 * A key check that fails fails the whole; one without verdict leaves it open (Kayenta fails it; here unknown
 * is no failure). While checks are pending only what they cannot change any more is said.
 */
export function score(checks: readonly ScoredCheck[], policy: ScorePolicy): Score {
  const passed = weightOf(checks, ["success"]);
  const failed = weightOf(checks, ["failure"]);
  const open = weightOf(checks, ["pending"]);
  const share = passed + failed === 0 ? null : (100 * passed) / (passed + failed);
  const result = (outcome: Score["outcome"], sentence: string) => ({ outcome, share, sentence });

  if (checks.some(({ isKey, verdict }) => isKey && verdict === "failure")) {
    return result("failure", "a key check failed");
  }
  const best = failed === 0 ? 100 : (100 * (passed + open)) / (passed + open + failed);
  if (open === 0 ? false : best < policy.warn) {
    return result(
      "failure",
      `at most ${percent(best)} can still be reached, less than ${policy.warn} %`,
    );
  }
  if (checks.some(({ verdict }) => verdict === "pending")) {
    return result("pending", "checks are still being measured");
  }
  if (checks.some(({ isKey, verdict }) => isKey && isWithout(verdict))) {
    return result("inconclusive", "a key check has no verdict");
  }
  const without = checks.filter(({ verdict }) => isWithout(verdict)).length;
  if (without > 0 && without >= MOST_WITHOUT * checks.length) {
    return result("inconclusive", `${without} of ${checks.length} checks have no verdict`);
  }
  if (share === null) return result("inconclusive", "no check that weighs anything has a verdict");
  if (share >= policy.pass)
    return result("success", `${percent(share)} of at least ${policy.pass} %`);
  if (share >= policy.warn) return result("warn", `${percent(share)}, less than ${policy.pass} %`);
  return result("failure", `${percent(share)}, less than ${policy.warn} %`);
}

function weightOf(checks: readonly ScoredCheck[], verdicts: readonly CheckVerdict[]): number {
  return sum(checks.map(({ verdict, weight }) => (verdicts.includes(verdict) ? weight : 0)));
}

function isWithout(verdict: CheckVerdict): boolean {
  return verdict === "inconclusive" || verdict === "error";
}

function percent(share: number): string {
  return `${Math.round(share * 10) / 10} %`;
}
