import type { AlertSubject } from "../alert.ts";
import type { Draft } from "../draft.ts";
import { openAlerts } from "../heard-alerts.ts";
import type { Promotion } from "../promotion.ts";
import type { CheckAssessment } from "../verdict.ts";
import type { AlertRule } from "../watch-policy.ts";
import { changedVerdicts } from "./changed-verdicts.ts";
import { alertSubject, whyUnasked } from "./hearing.ts";

/** What was recorded before a look, and what the look asked for. */
interface Looked {
  readonly recorded: readonly CheckAssessment[];
  readonly measured: readonly CheckAssessment[];
  readonly rules: readonly AlertRule[];
  readonly subject: AlertSubject;
}

interface StillAskedFor {
  /** Alerts that count beside what was measured. */
  readonly alerts: readonly CheckAssessment[];
  /**
   * Checks and alerts that nobody asks for any more: nothing is known of them from now on, so that what they
   * were like last is not taken for how things are.
   */
  readonly dropped: readonly CheckAssessment[];
}

/**
 * Records what a look at what is live has changed: verdicts that are others now, and those that nobody asks
 * for any more.
 */
export function recordLook(
  draft: Draft,
  promotion: Promotion,
  look: Omit<Looked, "subject"> & { readonly phase: "guard" | "confirmation" },
): {
  /** The verdicts that were measured and have changed. */
  readonly news: readonly CheckAssessment[];
  /** All that what is live is judged by: what was measured, and the alerts that count beside it. */
  readonly judged: readonly CheckAssessment[];
} {
  const { recorded, measured, phase } = look;
  const news = changedVerdicts(recorded, measured);
  const subject = alertSubject(draft.state(), promotion);
  const { alerts, dropped } = stillAskedFor({ ...look, subject });
  for (const assessment of [...news, ...dropped]) {
    draft.emit({ type: "VerdictChanged", promotion: promotion.id, assessment, phase });
  }
  return { news, judged: [...measured, ...alerts] };
}

/** What still counts of what is recorded, after the configuration has changed under a guard. */
function stillAskedFor({ recorded, measured, rules, subject }: Looked): StillAskedFor {
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
