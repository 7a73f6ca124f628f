import { alertKey } from "./after-watch.ts";
import { hasCard, messageName } from "./card-place.ts";
import type { Change } from "./change.ts";
import { type ComponentState, environmentState, findPromotion } from "./component.ts";
import { releaseOf } from "./describe.ts";
import type { ComponentEvent } from "./event.ts";
import { job, type NewJob } from "./job.ts";
import { placed } from "./placed.ts";
import type { Promotion } from "./promotion.ts";
import type { MessageKey, Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";

/** Every message that may look different now is drawn again; a job of the same key is one job. */
export function messageJobs(change: Change): readonly NewJob[] {
  const { at, after } = change;
  const touched = new Set<ReleaseId>();
  const alerts = new Map<string, ReleaseId>();
  for (const event of change.events) {
    for (const release of touchedBy(change, event)) touched.add(release);
  }
  for (const release of placed(change)) touched.add(release);
  for (const id of touched) {
    for (const promotion of after.releases[id]?.promotions ?? []) {
      for (const key of alertsOf(change, promotion)) alerts.set(key, id);
    }
  }
  const drawn = (name: string, release: ReleaseId, key: string): NewJob =>
    job(`message:${name}:${key}`, at, {
      kind: "message",
      component: after.component,
      release,
      key,
    });
  return [
    ...[...touched].flatMap((id) => {
      const release = after.releases[id];
      return release === undefined || !hasCard(release)
        ? []
        : [drawn(messageName(release, "card"), id, "card")];
    }),
    ...[...alerts].map(([key, release]) => drawn(release, release, key)),
  ];
}

/** The announcement of what is wrong now, and of what was and no longer is. */
function alertsOf({ before }: Change, promotion: Promotion): readonly MessageKey[] {
  const incidents = [findPromotion(before, promotion.id)?.promotion.incident, promotion.incident];
  return incidents.flatMap((one) => (one ? [alertKey(promotion, one)] : []));
}

/** Releases whose messages show what an event changed. */
function touchedBy(change: Change, event: ComponentEvent): readonly ReleaseId[] {
  const { before, after } = change;
  switch (event.type) {
    case "ReleaseRestored":
    case "ReleaseRetired":
    case "MessagePosted":
      return [];
    case "CardMoved":
    case "RollbackStarted":
      return [event.from, event.to];
    case "RollbackAccepted":
    case "RollbackProgressed":
    case "RollbackFailed":
    case "RollbackRetried":
    case "RolledBack": {
      const { rollback } = environmentState(after, event.environment);
      return rollback === null ? [] : [rollback.from, rollback.to];
    }
    case "PromotionCompleted": {
      const release = releaseOf(event.promotion);
      const replaced = Object.values(before.environments).flatMap(({ live }) => live ?? []);
      return [release, ...replaced];
    }
    case "HoldPlaced":
    case "HoldLifted":
    case "FreezePlaced":
    case "FreezeLifted":
    case "RunReported":
    case "RunEnded":
    case "RunForgotten":
    case "GatheringOpened":
    case "PartReported":
    case "GatheringClosed":
    case "GatheringForgotten":
      return [];
    default:
      return "release" in event ? [event.release] : [releaseOf(event.promotion)];
  }
}

/** Candidates that neither run anywhere nor are kept to roll back to. */
export function openReleases(state: ComponentState): readonly Release[] {
  return Object.values(state.releases).filter(
    (release) =>
      release.status.kind === "candidate" &&
      Object.values(state.environments).every(
        ({ live, good }) => live !== release.id && !good.includes(release.id),
      ),
  );
}
