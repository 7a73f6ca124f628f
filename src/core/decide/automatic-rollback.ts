import { advance } from "../advance.ts";
import type { Draft } from "../draft.ts";
import { unmetDependents } from "../need.ts";
import type { EnvironmentPolicy } from "../policy.ts";
import type { Incident, Promotion } from "../promotion.ts";
import type { Release } from "../release.ts";
import { startRollback } from "../rollback.ts";

/** What a breach would undo, and what it would return to. */
export interface Breached {
  readonly promotion: Promotion;
  readonly incident: Incident;
  readonly place: EnvironmentPolicy;
  /** The last release that finished its watch there; undefined: there is none. */
  readonly target: Release | undefined;
}

/** The only way to an automatic rollback: to a release that finished its watch, once, and then a hold. */
export function rollBackByItself(draft: Draft, breached: Breached): void {
  const { promotion, incident, place, target } = breached;
  const { environment } = promotion;
  if (target === undefined) {
    const why = `no release has finished its watch in ${environment} before, so there is nothing to return to`;
    cannotRollBack(draft, breached, why);
    return;
  }
  const unmet = unmetDependents(draft.context, draft.component, environment, target.version);
  if (unmet !== null) {
    cannotRollBack(draft, breached, unmet.sentence);
    return;
  }

  draft.emit({ type: "WatchBreached", promotion: promotion.id, incident });
  startRollback(draft, {
    environment: place,
    from: promotion.release,
    promotion: promotion.id,
    to: target.id,
    trigger: "automatic",
    reason: incident.sentence,
  });
  draft.emit({
    type: "HoldPlaced",
    environment,
    reason: `${promotion.release} was rolled back automatically: ${incident.sentence}`,
    automatic: true,
  });
  advance(draft);
}

/** It should go back and cannot: nothing is done, and people are told. */
function cannotRollBack(draft: Draft, { promotion, incident: found }: Breached, why: string): void {
  const { id, environment } = promotion;
  const incident: Incident = { ...asking(found, why), kind: "no-target" };
  draft.emit({ type: "WatchBreached", promotion: id, incident });
  draft.emit({ type: "RollbackImpossible", environment, promotion: id, why });
}

/** The same, with the reason for which people decide. */
export function asking(incident: Incident, why: string): Incident {
  return {
    ...incident,
    action: "ask",
    sentence: `${incident.sentence}; it was not rolled back: ${why}`,
  };
}
