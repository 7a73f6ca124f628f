import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { byComponent, decisionOf, type Happened, isOf, place } from "./history.ts";

/**
 * Rule 4: nothing delays a rollback. A watch that is to be rolled back is, in the same decision: no freeze,
 * hold, queue or approval comes between.
 */
export function delayedRollbacks(events: readonly RecordedEvent[]): readonly string[] {
  return [...byComponent(events).values()].flatMap((history) =>
    history.flatMap((happened, index) => {
      if (!isOf(happened, "WatchBreached") || happened.event.incident.action !== "rollback")
        return [];
      const { promotion } = happened.event;
      return isRolledBackIn(decisionOf(history, index), promotion)
        ? []
        : [
            `${place(happened)}: ${promotion} was to be rolled back, and that did not begin at once`,
          ];
    }),
  );
}

function isRolledBackIn(decision: readonly Happened[], promotion: string): boolean {
  return decision.some(
    (happened) => isOf(happened, "RollbackStarted") && happened.event.promotion === promotion,
  );
}
