import type { DomainEvent, Fact } from "../event.ts";
import type { Incident, PromotionId } from "../promotion.ts";
import type { Episode } from "./episode.ts";
import { type Confirmed, truthOf } from "./truth.ts";

type Open = Omit<Episode, "truth" | "from"> & {
  /** null: it has not taken traffic. */
  readonly from: number | null;
  readonly confirmed: Confirmed;
};

/**
 * The promotions of one component that took traffic, in the order of their deployments, out of the facts of
 * its stream in their order. What began before the first fact is left out.
 */
export function episodesOf(
  component: string,
  facts: readonly Fact<DomainEvent>[],
): readonly Episode[] {
  const open = new Map<PromotionId, Open>();
  for (const fact of facts) {
    const { event } = fact;
    if (event.type === "DeployStarted") {
      open.set(event.promotion, begun(component, event.promotion, event.previous));
      continue;
    }
    if (!("promotion" in event)) continue;
    const before = open.get(event.promotion);
    if (before !== undefined) open.set(event.promotion, { ...before, ...changed(before, fact) });
  }
  return [...open.values()].flatMap(({ from, confirmed, ...rest }) => {
    if (from === null) return [];
    const episode = { ...rest, from };
    return [{ ...episode, truth: truthOf(episode, confirmed) }];
  });
}

function begun(component: string, promotion: PromotionId, previous: string | null): Open {
  // `<release id>/<environment>/<attempt>`; a version may have slashes, an environment has none.
  const [, version = "", environment = ""] =
    /^(.*)\/([^/]+)\/\d+$/.exec(promotion.slice(component.length + 1)) ?? [];
  return {
    component,
    environment,
    promotion,
    version,
    previous,
    from: null,
    until: null,
    guardedSince: null,
    breach: null,
    outcome: { kind: "watching" },
    falseAlarm: null,
    confirmed: null,
  };
}

/** What a fact changes of the episode that it is about. */
function changed(before: Open, { at, by, event }: Fact<DomainEvent>): Partial<Open> {
  switch (event.type) {
    case "DeploySucceeded":
      return { from: at };
    case "WatchStarted":
      return { from: event.from, until: event.until };
    case "GuardStarted":
      return { guardedSince: at };
    case "WatchBreached":
      return breached(before, event.incident);
    case "WatchOverridden":
      return { outcome: { kind: "overridden", at, by } };
    case "PromotionCompleted":
      return before.outcome.kind === "overridden" ? {} : { outcome: { kind: "passed", at } };
    case "PromotionFailed":
      return { outcome: { kind: "ended", at, why: event.why } };
    case "PromotionCancelled":
      return { outcome: { kind: "ended", at, why: `it was stopped: ${event.reason}` } };
    case "RollbackStarted": {
      const { trigger, reason } = event;
      return { outcome: { kind: "rolled-back", at, trigger, by, reason } };
    }
    case "ConfirmationAwaited":
      return { confirmed: "awaited" };
    case "PromotionConfirmed":
      return { confirmed: "confirmed" };
    case "ConfirmationDropped":
      return { confirmed: "dropped" };
    case "PromotionRevoked":
      return { outcome: { kind: "revoked", at, why: event.why } };
    case "FalseAlarmReported": {
      const { check, reason } = event;
      return { falseAlarm: { at, by, check, reason } };
    }
    default:
      return {};
  }
}

/** The first one counts: those that follow are of the same fault, or of another time. */
function breached({ breach }: Open, { at, phase, checks }: Incident): Partial<Open> {
  return breach === null ? { breach: { at, phase: phase ?? null, checks } } : {};
}
