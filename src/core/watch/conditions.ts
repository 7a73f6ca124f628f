import {
  type ConditionAnswer,
  type Limits,
  type MeasurementResult,
  phaseOf,
  resultOf,
} from "../analysis/limits.ts";
import type { Expression, Scope } from "../expression.ts";
import type { CheckAssessment, Sample } from "../verdict.ts";
import type { WatchCheck } from "../watch-policy.ts";

/** Where a check stands by its conditions and limits alone. */
export interface ConditionsResult {
  /** `open`: no limit has decided. */
  readonly kind: "failure" | "success" | "inconclusive" | "error" | "open";
  /** What decided; "" while open. */
  readonly sentence: string;
  /** Up to the one that decided. */
  readonly samples: readonly Sample[];
  readonly counts: CheckAssessment["counts"];
  /** Points without data after the last one with data. */
  readonly trailingGap: number;
}

/** The baseline's median; `unknown`: there is no data; `nothing-live`: no version was live before. */
export type BaselineValue = number | "unknown" | "nothing-live";

/** How many values `samples` has in a condition: the newest, with that of the point itself as the last. */
export const SAMPLES_IN_SCOPE = 100;

type Result = Exclude<MeasurementResult, "error"> | "noData";

/**
 * Judges the points one after the other, until a limit decides. Limits as in Argo Rollouts' analysis, and
 * beside them failures in a row. A point without data neither continues nor ends a row of failures; it
 * ends one of successes, and counts as inconclusive only against `inconclusiveLimit`.
 */
export function judgeConditions(
  check: WatchCheck,
  samples: readonly Sample[],
  baseline: BaselineValue,
): ConditionsResult {
  const limits = limitsOf(check);
  const values: number[] = [];
  const counts = { success: 0, failure: 0, inconclusive: 0, noData: 0 };
  const rows = { successes: 0, failures: 0, gap: 0 };

  const result = (kind: ConditionsResult["kind"], sentence: string, upTo: number) => ({
    kind,
    sentence,
    samples: samples.slice(0, upTo),
    counts: {
      passed: counts.success,
      failed: counts.failure,
      noData: counts.noData,
      ...(counts.inconclusive > 0 ? { inconclusive: counts.inconclusive } : {}),
    },
    trailingGap: rows.gap,
  });

  for (const [index, { value }] of samples.entries()) {
    if (value !== null) values.push(value);
    const scope = { value, baseline, samples: values.slice(-SAMPLES_IN_SCOPE) };
    const judged = judgePoint(check, scope);
    if (typeof judged !== "string") return result("error", judged.why, index + 1);
    counts[judged] += 1;
    rows.gap = judged === "noData" ? rows.gap + 1 : 0;
    rows.successes = judged === "success" ? rows.successes + 1 : 0;
    if (judged !== "noData") rows.failures = judged === "failure" ? rows.failures + 1 : 0;

    const { consecutiveFailures } = check;
    if (consecutiveFailures !== null && rows.failures >= consecutiveFailures) {
      const sentence = `${failures(rows.failures)} in a row (limit ${consecutiveFailures})`;
      return result("failure", sentence, index + 1);
    }
    const inconclusive = counts.inconclusive + counts.noData;
    const phase = phaseOf(
      limits,
      {
        failures: counts.failure,
        inconclusive,
        consecutiveErrors: 0,
        consecutiveSuccesses: rows.successes,
        count: index + 1,
        last: judged === "noData" ? "inconclusive" : judged,
      },
      false,
    );
    if (phase === "failure") {
      const sentence = `${failures(counts.failure)} (more than ${check.failureLimit} allowed)`;
      return result("failure", sentence, index + 1);
    }
    if (phase === "inconclusive") {
      const sentence = `${inconclusive} inconclusive samples (more than ${check.inconclusiveLimit} allowed)`;
      return result("inconclusive", sentence, index + 1);
    }
    if (phase === "success" && counts.success + counts.failure >= check.minSamples) {
      return result("success", `${rows.successes} successes in a row`, index + 1);
    }
  }
  return result("open", "", samples.length);
}

function limitsOf(check: WatchCheck): Limits {
  return {
    failures: check.failureLimit,
    inconclusive: check.inconclusiveLimit,
    consecutiveErrors: null,
    consecutiveSuccesses: check.consecutiveSuccesses,
    count: null,
  };
}

interface PointScope {
  readonly value: number | null;
  readonly baseline: BaselineValue;
  readonly samples: readonly number[];
}

function judgePoint(
  check: WatchCheck,
  { value, baseline, samples }: PointScope,
): Result | { readonly why: string } {
  if (value === null) {
    const results = { inconclusive: "noData", fail: "failure", pass: "success" } as const;
    return results[check.noData];
  }
  const scope: Scope = { value, samples, ...(typeof baseline === "number" ? { baseline } : {}) };
  const pass = answerOf("pass", check.pass, scope);
  const fail = answerOf("fail", check.fail, scope);
  if (pass.lacksBaseline || fail.lacksBaseline) {
    // As for a gate that reads what is live where nothing is.
    return baseline === "nothing-live" ? "success" : "noData";
  }
  const result = resultOf(pass.answer, fail.answer);
  return result === "error" ? { why: pass.why || fail.why } : result;
}

interface Answer {
  readonly answer: ConditionAnswer;
  /** Of an error. */
  readonly why: string;
  readonly lacksBaseline: boolean;
}

function answerOf(name: "pass" | "fail", condition: Expression | null, scope: Scope): Answer {
  const answer = { answer: null, why: "", lacksBaseline: false };
  if (condition === null) return answer;
  const evaluation = condition.evaluate(scope);
  switch (evaluation.kind) {
    case "value":
      return { ...answer, answer: evaluation.value };
    case "missing": {
      const why = `the ${name} condition reads ${evaluation.what}, which is not there`;
      return { answer: "error", why, lacksBaseline: evaluation.what === "baseline" };
    }
    case "error": {
      const why = `the ${name} condition cannot be evaluated: ${evaluation.why}`;
      return { ...answer, answer: "error", why };
    }
  }
}

function failures(number: number): string {
  return number === 1 ? "1 failure" : `${number} failures`;
}
