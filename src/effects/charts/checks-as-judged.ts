import type { CheckAssessment } from "../../core/verdict.ts";
import type { WatchCheck } from "../../core/watch-policy.ts";

/**
 * The checks behind a verdict, each compared with what it was compared with then: after a rollback the
 * release takes no traffic, and nothing runs beside it any more.
 */
export function checksAsJudged(
  checks: readonly WatchCheck[],
  judged: readonly CheckAssessment[],
): readonly WatchCheck[] {
  return checks.flatMap((check) => {
    const assessment = judged.find((one) => one.check === check.name);
    if (assessment === undefined) return [];
    const { comparison } = check;
    return comparison === null || assessment.comparison === undefined
      ? [check]
      : [{ ...check, comparison: { ...comparison, with: assessment.comparison.with } }];
  });
}
