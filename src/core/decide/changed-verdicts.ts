import type { CheckAssessment } from "../verdict.ts";

/**
 * What is news of the checks: another verdict, or a failure of which there is no doubt any more. One that has
 * not been recorded yet is as good as pending. Alerts tell of themselves.
 */
export function changedVerdicts(
  recorded: readonly CheckAssessment[],
  assessments: readonly CheckAssessment[],
): readonly CheckAssessment[] {
  const checks = recorded.filter(({ alert }) => alert === undefined);
  const known = new Map(checks.map((one) => [one.check, one]));
  return assessments.filter(({ check, verdict, isDoubtful }) => {
    const before = known.get(check);
    const isCertain = before?.isDoubtful === true && isDoubtful !== true;
    return (before?.verdict ?? "pending") !== verdict || isCertain;
  });
}
