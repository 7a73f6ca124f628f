import type { Guard, Phase } from "./guard.ts";
import { withoutOldAlerts } from "./heard-alerts.ts";
import type { Instant } from "./json.ts";
import type { Promotion } from "./promotion.ts";
import type { CheckAssessment } from "./verdict.ts";

/** What a new verdict on a check changes of the promotion that is measured. */
export function withVerdict(
  { state, guard, confirmation }: Promotion,
  { assessment, phase }: { readonly assessment: CheckAssessment; readonly phase?: Phase },
  at: Instant,
): Partial<Promotion> {
  if (phase === "guard") return guard ? { guard: looked(guard, assessment, at) } : {};
  if (phase === "confirmation") {
    if (confirmation === undefined) return {};
    const checks = withoutOldAlerts(withAssessment(confirmation.checks, assessment));
    return { confirmation: { ...confirmation, checks } };
  }
  if (state.kind !== "watching") return {};
  return { state: { ...state, checks: withAssessment(state.checks, assessment) } };
}

function looked(guard: Guard, assessment: CheckAssessment, at: Instant): Guard {
  const checks = withoutOldAlerts(withAssessment(guard.checks, assessment));
  const isUnsure = checks.some(({ verdict }) => verdict === "inconclusive" || verdict === "error");
  return { ...guard, checks, unsureSince: isUnsure ? (guard.unsureSince ?? at) : null };
}

function withAssessment(
  checks: readonly CheckAssessment[],
  assessment: CheckAssessment,
): readonly CheckAssessment[] {
  const others = checks.filter(
    ({ check, alert }) =>
      check !== assessment.check || alert?.fingerprint !== assessment.alert?.fingerprint,
  );
  return [...others, assessment];
}
