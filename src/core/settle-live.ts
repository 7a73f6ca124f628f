import { isLive, openIncident } from "./after-watch.ts";
import { type ComponentState, environmentState, findRelease } from "./component.ts";
import type { Draft } from "./draft.ts";
import type { Closing } from "./guard.ts";
import type { Instant } from "./json.ts";
import { type EnvironmentPolicy, environmentPolicy } from "./policy.ts";
import type { Incident, Promotion } from "./promotion.ts";
import type { Release } from "./release.ts";

/**
 * Brings what is measured of live releases in line with what runs, and with what is configured: what takes
 * the traffic is guarded, and what belongs to a release that gave way ends.
 */
export function settleLive(draft: Draft): void {
  for (const release of Object.values(draft.state().releases)) {
    for (const promotion of release.promotions) settle(draft, release, promotion);
  }
  for (const { name } of Object.values(draft.state().environments)) startGuard(draft, name);
}

/** An environment as it is configured now; undefined: it is not. */
export function placeOf({ policy }: Draft, environment: string): EnvironmentPolicy | undefined {
  return policy === undefined ? undefined : environmentPolicy(policy, environment);
}

function settle(draft: Draft, release: Release, promotion: Promotion): void {
  const { id } = promotion;
  const unguarded = whyUnguarded(draft, release, promotion);
  if ((promotion.guard ?? null) !== null && unguarded !== null) {
    draft.emit({ type: "GuardEnded", promotion: id, why: unguarded });
  }
  const unconfirmed = whyUnconfirmed(draft, release, promotion);
  if (promotion.confirmation?.outcome === null && unconfirmed !== null) {
    draft.emit({ type: "ConfirmationDropped", promotion: id, why: unconfirmed });
  }
  const open = openIncident(promotion);
  const how = open === null ? null : howClosed(draft, promotion, open);
  if (how !== null) draft.emit({ type: "IncidentClosed", promotion: id, how });
}

const PROMOTED_AGAIN = "it was promoted again";
const NOT_CONFIGURED = "it is no longer configured";

function whyUnguarded(draft: Draft, release: Release, promotion: Promotion): string | null {
  if (!isLive(promotion)) return "it is being rolled back";
  if (!runs(draft.state(), promotion)) return "something else takes the traffic";
  if (isLiveAgain(release, promotion)) return PROMOTED_AGAIN;
  return (placeOf(draft, promotion.environment)?.watch?.guard ?? null) === null
    ? NOT_CONFIGURED
    : null;
}

function whyUnconfirmed(draft: Draft, release: Release, promotion: Promotion): string | null {
  if (!isLive(promotion)) return "it was rolled back";
  if (isLiveAgain(release, promotion)) return PROMOTED_AGAIN;
  return (placeOf(draft, promotion.environment)?.watch?.confirm ?? null) === null
    ? NOT_CONFIGURED
    : null;
}

/** By a later promotion of the same release. */
function isLiveAgain({ promotions }: Release, { environment, attempt }: Promotion): boolean {
  return promotions.some(
    (one) => one.environment === environment && one.attempt > attempt && isLive(one),
  );
}

/** null: it goes on. What failed is for people to answer, whether it is still measured or not. */
function howClosed(
  draft: Draft,
  promotion: Promotion,
  { kind, phase }: Incident,
): Exclude<Closing, "kept" | "recovered"> | null {
  const { live } = environmentState(draft.state(), promotion.environment);
  const stays = phase === "guard" ? runs(draft.state(), promotion) : live === promotion.release;
  if (!stays) return "replaced";
  if (kind !== "undecided") return null;
  const { guard = null, confirm = null } = placeOf(draft, promotion.environment)?.watch ?? {};
  return (phase === "guard" ? guard : confirm) === null ? "dropped" : null;
}

/** True while it takes the traffic, as far as anybody knows. */
export function runs(state: ComponentState, { environment, release }: Promotion): boolean {
  const { live, serving, rollback } = environmentState(state, environment);
  return live === release && serving === release && rollback?.state.kind !== "running";
}

/** The promotion by which a release is live in an environment, or was; undefined: it never was. */
export function livePromotion({ promotions }: Release, environment: string) {
  return promotions.findLast((one) => one.environment === environment && isLive(one));
}

function startGuard(draft: Draft, name: string): void {
  const { live } = environmentState(draft.state(), name);
  const release = findRelease(draft.state(), live);
  if (release === undefined) return;
  const promotion = livePromotion(release, name);
  if (promotion === undefined || !isLive(promotion) || (promotion.guard ?? null) !== null) return;
  if (whyUnguarded(draft, release, promotion) !== null) return;
  const deployedAt = returnedAt(draft.state(), name) ?? promotion.state.since;
  draft.emit({ type: "GuardStarted", promotion: promotion.id, deployedAt });
}

/** When a rollback gave an environment back to what is live there; null: it is there by its own promotion. */
export function returnedAt(state: ComponentState, environment: string): Instant | null {
  const { rollback, rolledBack } = environmentState(state, environment);
  return rolledBack && rollback?.state.kind === "done" ? rollback.state.at : null;
}
