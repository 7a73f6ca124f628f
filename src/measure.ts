import type { Change } from "./core/change.ts";
import { environmentState, findPromotion } from "./core/component.ts";
import { type DoraFact, doraFactOf, type Step, stepOf } from "./core/dora/dora-fact.ts";
import type { Telemetry } from "./shared/telemetry.ts";

/** Counts what a durable change means: promotions, approvals, rollbacks, and the DORA figures. */
export function measure(telemetry: Telemetry, change: Change): void {
  const { at, by, events, policy } = change;
  const { component } = change.after;
  const last = policy?.environments.at(-1)?.name;
  let state = change.before;
  for (const event of events) {
    const step = stepOf(state, { at, by, event });
    measureStep(telemetry, component, step);
    const fact = doraFactOf(step);
    if (fact !== null) measureDora(telemetry, { component, last, fact });
    state = step.after;
  }
}

function measureDora(
  telemetry: Telemetry,
  {
    component,
    last,
    fact,
  }: {
    readonly component: string;
    /** The last environment, where users are; undefined: it is not configured. */
    readonly last: string | undefined;
    readonly fact: DoraFact;
  },
): void {
  const { environment } = fact;
  switch (fact.kind) {
    case "approved":
      telemetry.approvalSeconds.observe({ component, environment }, fact.took / 1000);
      return;
    case "deployed":
      if (environment !== last || fact.leadTime === null) return;
      telemetry.leadTimeSeconds.observe({ component }, fact.leadTime / 1000);
      return;
    case "failed":
      telemetry.changeFailures.inc({ component, environment });
      return;
    case "false-alarm": {
      const counted = fact.counted ? "yes" : "no";
      telemetry.falseAlarms.inc({ component, environment, counted });
      return;
    }
    case "restored":
      telemetry.restoreSeconds.observe({ component, environment }, fact.took / 1000);
      return;
  }
}

function measureStep(
  telemetry: Telemetry,
  component: string,
  { fact: { event }, before, after }: Step,
): void {
  const ended = (promotion: string, result: string) => {
    const environment = findPromotion(after, promotion)?.promotion.environment ?? "";
    telemetry.promotions.inc({ component, environment, result });
  };
  switch (event.type) {
    case "GatesJudged":
      for (const { verdict } of event.judgement.results) {
        telemetry.gateVerdicts.inc({ component, verdict });
      }
      return;
    case "PromotionCompleted":
      ended(event.promotion, "live");
      return;
    case "PromotionFailed":
      ended(event.promotion, "failed");
      return;
    case "PromotionRejected":
      ended(event.promotion, "rejected");
      return;
    case "PromotionExpired":
      ended(event.promotion, "expired");
      return;
    case "PromotionSuperseded":
      ended(event.promotion, "superseded");
      return;
    case "PromotionCancelled":
      ended(event.promotion, "cancelled");
      return;
    case "RollbackStarted": {
      const { environment, trigger } = event;
      telemetry.rollbacks.inc({ component, environment, trigger });
      return;
    }
    case "RolledBack": {
      const { rollback } = environmentState(after, event.environment);
      const { live } = environmentState(before, event.environment);
      const wasLive = rollback !== null && rollback.from === live;
      ended(rollback?.promotion ?? "", wasLive ? "rolled-back-later" : "rolled-back");
      return;
    }
    default:
      return;
  }
}
