import type { Change } from "./change.ts";
import { environmentState, findPromotion, findRelease } from "./component.ts";
import { nameOf } from "./describe.ts";
import type { ComponentEvent } from "./event.ts";
import { job, type NewJob } from "./job.ts";
import type { Promotion, PromotionId } from "./promotion.ts";
import type { Release } from "./release.ts";
import type { SinkApproval, SinkEvent } from "./sink-event.ts";

/**
 * What other systems are told. Those of one environment go to one sink in the order in which they happened;
 * a sink that does not take them holds up nothing but itself.
 */
export function sinkJobs(change: Change): readonly NewJob[] {
  if (change.sinks.length === 0) return [];
  const told = change.events.flatMap((event) => tellOf(change, event));
  return told.flatMap((event) =>
    change.sinks
      .filter(({ events }) => events.includes(event.type))
      .map(({ name }) =>
        job(
          `sink:${name}:${event.id}`,
          change.at,
          { kind: "sink", sink: name, event },
          `sink:${name}:${event.component}/${event.environment}`,
        ),
      ),
  );
}

function tellOf(change: Change, event: ComponentEvent): readonly SinkEvent[] {
  const { before, after } = change;
  switch (event.type) {
    case "DeploySucceeded":
      return ofPromotion(change, event.promotion, ({ environment }) => {
        const { serving } = environmentState(before, environment);
        return { type: serving === null ? "service.deployed" : "service.upgraded" };
      });
    case "PromotionCompleted":
      return ofPromotion(change, event.promotion, () => ({ type: "environment.modified" }));
    case "RolledBack": {
      const { environment, rollback: about } = event;
      const release = findRelease(after, environmentState(after, environment).rollback?.to ?? null);
      if (release === undefined) return [];
      const where = { environment, release, about };
      return [
        eventOf(change, where, { type: "service.rolledback" }),
        eventOf(change, where, { type: "environment.modified" }),
      ];
    }
    case "ApprovalRequested":
      return approval(change, event.promotion, "approval.created", "open");
    case "ApprovalGiven":
      return approval(change, event.promotion, "approval.updated", "open");
    case "PromotionApproved":
      return approval(change, event.promotion, "approval.closed", "approved");
    case "PromotionRejected":
      return approval(change, event.promotion, "approval.closed", "rejected");
    case "PromotionExpired":
      return approval(change, event.promotion, "approval.closed", "expired");
    case "PromotionCancelled":
    case "PromotionSuperseded":
      return findPromotion(before, event.promotion)?.promotion.state.kind === "awaiting-approval"
        ? approval(change, event.promotion, "approval.closed", "cancelled")
        : [];
    default:
      return [];
  }
}

type Told = Pick<SinkEvent, "type"> & { readonly approval?: SinkApproval };

function ofPromotion(
  change: Change,
  id: PromotionId,
  tell: (promotion: Promotion, release: Release) => Told,
): readonly SinkEvent[] {
  const found = findPromotion(change.after, id);
  if (found === undefined) return [];
  const { release, promotion } = found;
  const where = { environment: promotion.environment, release, about: id };
  return [eventOf(change, where, tell(promotion, release))];
}

function approval(
  change: Change,
  promotion: PromotionId,
  type: SinkEvent["type"],
  outcome: SinkApproval["outcome"],
): readonly SinkEvent[] {
  return ofPromotion(change, promotion, (_promotion, { messages }) => ({
    type,
    approval: { promotion, card: messages.card ?? null, outcome },
  }));
}

function eventOf(
  { at, by, after }: Change,
  where: { readonly environment: string; readonly release: Release; readonly about: string },
  { type, approval: asked }: Told,
): SinkEvent {
  const { environment, release, about } = where;
  const { run, artifact } = release.build;
  return {
    id: `${type}:${about}:${at}:${nameOf(by)}`,
    type,
    at,
    by,
    component: after.component,
    environment,
    release: release.id,
    version: release.version,
    artifact,
    chain: run?.id ?? release.id,
    page: run?.url ?? null,
    approval: asked ?? null,
  };
}
