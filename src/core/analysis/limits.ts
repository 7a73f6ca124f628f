/** What a condition says about one measurement; null: there is no such condition. */
export type ConditionAnswer = boolean | "error" | null;

/** What one measurement is found to be. */
export type MeasurementResult = "success" | "failure" | "inconclusive" | "error";

/** Of a row of measurements: `pending` before the first one, `running` while no limit has decided. */
export type LimitsPhase = "pending" | "running" | MeasurementResult;

/** All are of measurements. null: there is no such limit. */
export interface Limits {
  /** More failures than this in total: failure. */
  readonly failures: number | null;
  /** More inconclusive ones than this in total: inconclusive. */
  readonly inconclusive: number | null;
  /** More errors in a row than this: error. */
  readonly consecutiveErrors: number | null;
  /** This many successes in a row: success before the end. */
  readonly consecutiveSuccesses: number | null;
  /** After this many measurements without error it is over; null: it runs until it is ended. */
  readonly count: number | null;
}

/** What Argo Rollouts takes where an analysis says nothing. */
export const ARGO_LIMITS: Limits = {
  failures: 0,
  inconclusive: 0,
  consecutiveErrors: 4,
  consecutiveSuccesses: null,
  count: null,
};

/** What was measured so far. */
export interface MeasuredCounts {
  readonly failures: number;
  readonly inconclusive: number;
  /** At the end of the row; a measurement that is no error ends them. */
  readonly consecutiveErrors: number;
  /** The same of successes. */
  readonly consecutiveSuccesses: number;
  /** All measurements but errors. */
  readonly count: number;
  /** Of the newest one; `running`: its answer has not come; null: there is none yet. */
  readonly last: MeasurementResult | "running" | null;
}

/**
 * One measurement by its conditions, as Argo Rollouts judges it (utils/evaluate, commit 9f8d111): a failure
 * condition that holds wins; where both are given and neither holds nobody can say; without a failure
 * condition what is no success is a failure; without any condition all that has a value is a success.
 */
export function resultOf(pass: ConditionAnswer, fail: ConditionAnswer): MeasurementResult {
  if (pass === "error" || fail === "error") return "error";
  if (fail === true) return "failure";
  if (pass === false) return fail === null ? "failure" : "inconclusive";
  return "success";
}

/**
 * Where a row of measurements stands by its limits, as Argo Rollouts finds it (assessMetricStatus of
 * analysis/analysis.go, commit 9f8d111). A limit is exceeded by more than it says, never by as many. Where
 * several are, error goes before inconclusive, and that before failure. At the end of the count a row that
 * has a limit on failures and another one on successes, and met neither, is inconclusive.
 *
 * @param isEnding it is being stopped: what no limit has decided is a success
 */
export function phaseOf(limits: Limits, counts: MeasuredCounts, isEnding: boolean): LimitsPhase {
  if (counts.last === null) return isEnding ? "success" : "pending";
  if (counts.last === "running") return "running";
  const exceeded = exceededOf(limits, counts);
  if (exceeded !== null) return exceeded;
  const { consecutiveSuccesses } = limits;
  if (consecutiveSuccesses !== null && counts.consecutiveSuccesses >= consecutiveSuccesses) {
    return "success";
  }
  if (limits.count !== null && counts.count >= limits.count) {
    if (consecutiveSuccesses === null) return "success";
    return limits.failures === null ? "failure" : "inconclusive";
  }
  return isEnding ? "success" : "running";
}

function exceededOf(limits: Limits, counts: MeasuredCounts): MeasurementResult | null {
  if (isOver(counts.consecutiveErrors, limits.consecutiveErrors)) return "error";
  if (isOver(counts.inconclusive, limits.inconclusive)) return "inconclusive";
  return isOver(counts.failures, limits.failures) ? "failure" : null;
}

function isOver(value: number, limit: number | null): boolean {
  return limit !== null && value > limit;
}
