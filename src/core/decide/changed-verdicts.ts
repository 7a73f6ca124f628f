import type { CheckAssessment } from "../verdict.ts";

/**
 * What is worth recording of the checks: another verdict, or that a check can never come to one. One that
 * has not been recorded yet is as good as pending. Alerts tell of themselves.
 */
export function changedVerdicts(
  recorded: readonly CheckAssessment[],
  assessments: readonly CheckAssessment[],
): readonly CheckAssessment[] {
  const checks = recorded.filter(({ alert }) => alert === undefined);
  const known = new Map(checks.map((one) => [one.check, one]));
  return assessments.filter(({ check, verdict, shortfall }) => {
    const before = known.get(check);
    const isHopeless = shortfall !== undefined && before?.shortfall === undefined;
    return (before?.verdict ?? "pending") !== verdict || isHopeless;
  });
}
