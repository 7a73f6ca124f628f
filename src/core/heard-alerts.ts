import type { CheckAssessment } from "./verdict.ts";

/** Alerts that are kept beside the checks: a storm of them says no more than its beginning. */
export const MOST_ALERTS = 20;

/** It fires, or its system cannot measure; not so once it is over, or is asked for no longer. */
function isOpenAlert({ alert, verdict }: CheckAssessment): boolean {
  return alert !== undefined && (verdict === "failure" || verdict === "error");
}

/**
 * The alerts that count beside what is measured. In a first watch one that failed it counts to its end, as
 * a limit that has tripped does; after it, until the alert is resolved.
 */
export function openAlerts(checks: readonly CheckAssessment[]): readonly CheckAssessment[] {
  return checks.filter(isOpenAlert);
}

/** Alerts come and go for as long as a release is live: of those that are over only the last are kept. */
export function withoutOldAlerts(checks: readonly CheckAssessment[]): readonly CheckAssessment[] {
  const alerts = checks.filter(({ alert }) => alert !== undefined);
  const tooMany = Math.max(0, alerts.length - MOST_ALERTS);
  const gone = new Set(alerts.filter((one) => !isOpenAlert(one)).slice(0, tooMany));
  return checks.filter((one) => !gone.has(one));
}
