import { type Awaited, type Guarded, isAwaited, isGuarded, isLive } from "../after-watch.ts";
import { type AlertSubject, labelMismatch } from "../alert.ts";
import {
  type ComponentState,
  environmentState,
  findPromotion,
  findRelease,
  promotionById,
} from "../component.ts";
import type { Instant } from "../json.ts";
import type { EnvironmentPolicy } from "../policy.ts";
import type { Promotion } from "../promotion.ts";
import { livePromotion, returnedAt, runs } from "../settle-live.ts";
import type { CheckAssessment } from "../verdict.ts";
import type { AlertRule, ConfirmPolicy, GuardPolicy } from "../watch-policy.ts";
import type { Watched } from "./breach.ts";

/** What an alert about an environment is a failure of. */
export type Hearing =
  | { readonly kind: "watch"; readonly promotion: Watched }
  | { readonly kind: "guard"; readonly promotion: Guarded; readonly policy: GuardPolicy }
  /** Nothing guards what is live, and it is good provisionally only. */
  | {
      readonly kind: "confirmation";
      readonly promotion: Awaited;
      readonly policy: ConfirmPolicy;
    };

/** The watch of what is new there, else what goes on with what takes the traffic; null: nothing hears. */
export function hearingIn(state: ComponentState, place: EnvironmentPolicy): Hearing | null {
  const { active, live } = environmentState(state, place.name);
  const entering = findPromotion(state, active)?.promotion;
  if (entering?.state.kind === "watching") {
    return { kind: "watch", promotion: { ...entering, state: entering.state } };
  }
  const release = findRelease(state, live);
  const promotion = release === undefined ? undefined : livePromotion(release, place.name);
  if (promotion === undefined || !isLive(promotion) || !runs(state, promotion)) return null;
  const { guard = null, confirm = null } = place.watch ?? {};
  if (guard !== null && isGuarded(promotion)) return { kind: "guard", promotion, policy: guard };
  return confirm !== null && isAwaited(promotion)
    ? { kind: "confirmation", promotion, policy: confirm }
    : null;
}

/** When the release took the traffic that it has now: what began to fire before is not about it. */
export function heardFrom(state: ComponentState, hearing: Hearing): Instant {
  switch (hearing.kind) {
    case "watch":
      return hearing.promotion.state.from;
    case "guard":
      return hearing.promotion.guard.deployedAt;
    case "confirmation": {
      const { confirmation, environment } = hearing.promotion;
      return returnedAt(state, environment) ?? confirmation.from - hearing.policy.after;
    }
  }
}

/** The last verdicts on its checks, those of alerts among them. */
export function heardChecks(hearing: Hearing): readonly CheckAssessment[] {
  switch (hearing.kind) {
    case "watch":
      return hearing.promotion.state.checks;
    case "guard":
      return hearing.promotion.guard.checks;
    case "confirmation":
      return hearing.promotion.confirmation.checks;
  }
}

/** Why no rule asks for such an alert; null: one does. */
export function whyUnasked(
  rules: readonly AlertRule[],
  alert: { readonly source: string; readonly labels: Readonly<Record<string, string>> },
  subject: AlertSubject,
): string | null {
  const mismatches = rules
    .filter(({ source }) => source === alert.source)
    .map(({ match }) => labelMismatch(match, alert, subject));
  if (mismatches.includes(null)) return null;
  return mismatches.join("; or else ") || `its watch hears no alerts of ${alert.source}`;
}

/** What the alerts of a promotion must be about. */
export function alertSubject(state: ComponentState, { id, environment }: Promotion): AlertSubject {
  const { version } = promotionById(state, id).release;
  return { component: state.component, environment, version };
}
