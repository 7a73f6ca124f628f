import type { AlertSubject } from "../alert.ts";
import { openAlerts } from "../heard-alerts.ts";
import type { CheckAssessment } from "../verdict.ts";
import type { AlertRule } from "../watch-policy.ts";
import { whyUnasked } from "./hearing.ts";

/** What was recorded before a look, and what the look asked for. */
export interface Looked {
  readonly recorded: readonly CheckAssessment[];
  readonly measured: readonly CheckAssessment[];
  readonly rules: readonly AlertRule[];
  readonly subject: AlertSubject;
}

export interface StillAskedFor {
  /** Alerts that count beside what was measured. */
  readonly alerts: readonly CheckAssessment[];
  /**
   * Checks and alerts that nobody asks for any more: nothing is known of them from now on, so that what they
   * were like last is not taken for how things are.
   */
  readonly dropped: readonly CheckAssessment[];
}

/** What still counts of what is recorded, after the configuration has changed under a guard. */
export function stillAskedFor({ recorded, measured, rules, subject }: Looked): StillAskedFor {
  const names = new Set(measured.map(({ check }) => check));
  const checks = recorded.filter(
    ({ check, verdict, alert }) =>
      alert === undefined && verdict !== "pending" && verdict !== "success" && !names.has(check),
  );
  const open = openAlerts(recorded);
  const alerts = open.filter(
    ({ alert }) => alert !== undefined && whyUnasked(rules, alert, subject) === null,
  );
  const unasked = open.filter((one) => !alerts.includes(one));
  const dropped = [...checks, ...unasked].map(
    (one): CheckAssessment => ({
      ...one,
      verdict: "pending",
      sentence: "it is no longer configured",
    }),
  );
  return { alerts, dropped };
}
