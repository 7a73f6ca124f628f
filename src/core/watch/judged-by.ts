import type { WatchCheck } from "../watch-policy.ts";

/**
 * True when the conditions of a check, as it is configured now, are those that an assessment's `condition`
 * names: only then may what was measured be judged by them again. False for a check without conditions.
 */
export function isJudgedBy({ pass, fail }: WatchCheck, condition: string): boolean {
  const texts = [
    ...(pass === null ? [] : [pass.source]),
    ...(fail === null ? [] : [`not (${fail.source})`]),
  ];
  if (texts.length === 0) return false;
  const text = texts.join(", and ");
  return condition === text || condition.startsWith(`${text}, and not worse than `);
}
