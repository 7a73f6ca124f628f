import type { CheckAssessment } from "../verdict.ts";

/**
 * What is worth recording of the checks: another verdict, a failure of which there is no doubt any more, or
 * that a check can never come to a verdict. One that has not been recorded yet is as good as pending. Alerts
 * tell of themselves.
 */
export function changedVerdicts(
  recorded: readonly CheckAssessment[],
  assessments: readonly CheckAssessment[],
): readonly CheckAssessment[] {
  const checks = recorded.filter(({ alert }) => alert === undefined);
  const known = new Map(checks.map((one) => [one.check, one]));
  return assessments.filter(({ check, verdict, isDoubtful, shortfall }) => {
    const before = known.get(check);
    const isCertain = before?.isDoubtful === true && isDoubtful !== true;
    const isHopeless = shortfall !== undefined && before?.shortfall === undefined;
    return (before?.verdict ?? "pending") !== verdict || isCertain || isHopeless;
  });
}
