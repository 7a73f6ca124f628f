import type { CheckAssessment } from "../verdict.ts";

/**
 * Whether an assessment is worth recording after what is recorded of its check: another verdict, or that
 * the check can never come to one. A check of which nothing is recorded is as good as pending.
 */
export function isNews(
  recorded: CheckAssessment | undefined,
  { verdict, shortfall }: CheckAssessment,
): boolean {
  if ((recorded?.verdict ?? "pending") !== verdict) return true;
  return shortfall !== undefined && recorded?.shortfall === undefined;
}
