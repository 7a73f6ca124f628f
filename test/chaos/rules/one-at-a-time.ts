import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { byComponent, environmentOf, type Happened, isOf, place } from "./history.ts";

/** An environment has at most one promotion between `deploying` and `watching`, and none while it is rolled back. */
export function deploymentsAtOnce(events: readonly RecordedEvent[]): readonly string[] {
  return [...byComponent(events).values()].flatMap(inOne);
}

function inOne(history: readonly Happened[]): readonly string[] {
  /** By environment: the promotion or the rollback that has it. */
  const holders = new Map<string, string>();
  const violations: string[] = [];
  for (const happened of history) {
    if (isOf(happened, "DeployStarted")) {
      const { promotion } = happened.event;
      const holder = holders.get(environmentOf(promotion));
      if (holder !== undefined) {
        violations.push(`${place(happened)}: ${promotion} began while ${holder} was under way`);
      }
      holders.set(environmentOf(promotion), promotion);
    }
    if (isOf(happened, "PromotionFailed", "PromotionCompleted", "PromotionCancelled")) {
      const { promotion } = happened.event;
      const environment = environmentOf(promotion);
      if (holders.get(environment) === promotion) holders.delete(environment);
    }
    if (isOf(happened, "RollbackStarted", "RollbackRetried")) {
      holders.set(happened.event.environment, happened.event.rollback);
    }
    if (isOf(happened, "RolledBack", "RollbackFailed")) {
      holders.delete(happened.event.environment);
    }
  }
  return violations;
}
