import type { CheckAssessment } from "../verdict.ts";
import { isNews } from "../watch/is-news.ts";

/** What is news of the checks. Alerts that were sent tell of themselves. */
export function changedVerdicts(
  recorded: readonly CheckAssessment[],
  assessments: readonly CheckAssessment[],
): readonly CheckAssessment[] {
  const checks = recorded.filter(({ alert }) => alert === undefined);
  const known = new Map(checks.map((assessment) => [assessment.check, assessment]));
  return assessments.filter((assessment) => isNews(known.get(assessment.check), assessment));
}
