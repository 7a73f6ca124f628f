import type { CheckAssessment } from "../verdict.ts";

/** What is news of the checks; one that has not been recorded yet is as good as pending. Alerts tell of themselves. */
export function changedVerdicts(
  recorded: readonly CheckAssessment[],
  assessments: readonly CheckAssessment[],
): readonly CheckAssessment[] {
  const checks = recorded.filter(({ alert }) => alert === undefined);
  const verdicts = new Map(checks.map(({ check, verdict }) => [check, verdict]));
  return assessments.filter(({ check, verdict }) => (verdicts.get(check) ?? "pending") !== verdict);
}
