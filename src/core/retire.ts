import { isAwaited } from "./after-watch.ts";
import type { ComponentState } from "./component.ts";
import type { Draft } from "./draft.ts";
import { isActive, isWaiting } from "./promotion.ts";
import { isNewer, type Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";

/** Closed releases that stay in the state, so that their cards and the history are at hand. */
const KEPT_CLOSED = 20;
/** Closed releases beyond these that are kept because their labels are still to come. */
const KEPT_AWAITED = 50;
/** Open releases without a part to play beyond this number are closed, the oldest first. */
const KEPT_OPEN = 20;

/** Closes candidates that something newer has replaced, so that nobody is offered them any more. */
export function supersedeReplaced(draft: Draft): void {
  const releases = newestFirst(draft.state());
  const live = releases.find(({ id }) => isLive(draft.state(), id));
  const idle = releases.filter(
    (release) => release.status.kind === "candidate" && !hasPart(draft.state(), release),
  );
  for (const [position, release] of idle.entries()) {
    const replaced = live !== undefined && isNewer(live, release) ? live : undefined;
    const crowdedOut = position >= KEPT_OPEN ? releases[0] : undefined;
    const by = replaced ?? crowdedOut;
    if (by !== undefined && by.id !== release.id) {
      draft.emit({ type: "ReleaseSuperseded", release: release.id, supersededBy: by.id });
    }
  }
}

/**
 * Sends the oldest closed releases to the archive: the state stays small however long the history is. Those
 * whose labels are still to come wait for them, as long as there are not too many.
 */
export function retire(draft: Draft): void {
  const closed = newestFirst(draft.state()).filter(
    (release) => release.status.kind !== "candidate" && !hasPart(draft.state(), release),
  );
  const awaited = closed.filter((release) => release.promotions.some(isAwaited));
  const kept = new Set(awaited.slice(0, KEPT_AWAITED));
  for (const release of closed.slice(KEPT_CLOSED)) {
    if (kept.has(release)) continue;
    for (const { id } of release.promotions.filter(isAwaited)) {
      const why = "too many newer ones are to be confirmed";
      draft.emit({ type: "ConfirmationDropped", promotion: id, why });
    }
    draft.emit({ type: "ReleaseRetired", release: release.id });
  }
}

function newestFirst(state: ComponentState): readonly Release[] {
  return Object.values(state.releases).sort((a, b) => (isNewer(a, b) ? -1 : 1));
}

function isLive(state: ComponentState, id: ReleaseId): boolean {
  return Object.values(state.environments).some(({ live }) => live === id);
}

/** An environment, a promotion or a rollback still refers to it. */
function hasPart(state: ComponentState, release: Release): boolean {
  const referred = Object.values(state.environments).some(
    ({ live, serving, good, rollback }) =>
      live === release.id ||
      serving === release.id ||
      good.includes(release.id) ||
      (rollback !== null &&
        rollback.state.kind !== "done" &&
        (rollback.from === release.id || rollback.to === release.id)),
  );
  return referred || release.promotions.some((one) => isActive(one) || isWaiting(one));
}
