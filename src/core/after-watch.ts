import type { Confirmation, Guard } from "./guard.ts";
import type { Instant } from "./json.ts";
import type { Incident, Promotion } from "./promotion.ts";
import type { Release } from "./release.ts";

/** What goes on with a release after its first watch, and what people are asked about it. */

export type Live = Promotion & {
  readonly state: Extract<Promotion["state"], { readonly kind: "live" }>;
};

export type Guarded = Live & { readonly guard: Guard };

export type Awaited = Live & { readonly confirmation: Confirmation & { readonly outcome: null } };

export function isLive(promotion: Promotion): promotion is Live {
  return promotion.state.kind === "live";
}

export function isGuarded(promotion: Promotion): promotion is Guarded {
  return isLive(promotion) && (promotion.guard ?? null) !== null;
}

/** Good provisionally: what comes later has still to be measured. */
export function isAwaited(promotion: Promotion): promotion is Awaited {
  return isLive(promotion) && promotion.confirmation?.outcome === null;
}

/** The incident of what is live that nobody has answered and nothing has ended; null: there is none. */
export function openIncident(promotion: Promotion): Incident | null {
  const { incident } = promotion;
  return isLive(promotion) && incident?.phase !== undefined && incident.closed === undefined
    ? incident
    : null;
}

/**
 * When people heard of what somebody kept it for, in its watch or later: what has been so since then asks
 * nobody again. null: nobody kept it, or something else has happened since.
 */
export function keptFor({ incident, overridden }: Promotion): Instant | null {
  if (incident?.closed === "kept") return incident.at;
  return incident?.phase === undefined ? (overridden?.at ?? null) : null;
}

/** True when the release was live there the last time it was, and labels have shown that it was bad. */
export function isRevoked({ promotions }: Release, environment: string): boolean {
  const latest = promotions.findLast((one) => one.environment === environment && isLive(one));
  return latest?.confirmation?.outcome?.kind === "revoked";
}

/** The number of the next incident of what is live: one that is still open goes on under its own. */
export function nextNumber(promotion: Promotion): number {
  const number = promotion.incident?.number ?? 0;
  return openIncident(promotion) === null ? number + 1 : number;
}

/** What the announcement of an incident is called among the messages of its release. */
export function alertKey({ id }: Promotion, incident: Incident | null): string {
  return incident?.number === undefined ? `alert:${id}` : `alert:${id}#${incident.number}`;
}
