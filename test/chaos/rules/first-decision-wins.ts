import type { ComponentEvent } from "../../../src/core/event.ts";
import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { byComponent, type Happened, isOf, place } from "./history.ts";

type Kind = ComponentEvent["type"];

/** What ends a promotion before anything of it was deployed, or while it was. */
const ENDS: ReadonlySet<Kind> = new Set([
  "PromotionRejected",
  "PromotionExpired",
  "PromotionSuperseded",
  "PromotionCancelled",
  "PromotionFailed",
  "PromotionCompleted",
]);

/** What may not happen to a promotion that has ended. */
const NOT_AFTER_THE_END: ReadonlySet<Kind> = new Set<Kind>([
  ...ENDS,
  "ApprovalRequested",
  "ApprovalGiven",
  "ApprovalsVoided",
  "PromotionApproved",
  "PromotionQueued",
  "DeployStarted",
  "VerificationStarted",
  "DeploySucceeded",
  "WatchStarted",
  "WatchPassed",
  "WatchBreached",
]);

/** What happens to one promotion once at most. */
const ONCE: ReadonlySet<Kind> = new Set<Kind>([
  "PromotionRequested",
  "DeployStarted",
  "DeploySucceeded",
  "WatchStarted",
  "WatchPassed",
]);

/**
 * Rule 3: the first decision wins, and the same click, delivery or job twice changes nothing. So nothing is
 * decided about what was decided, nobody approves the same evidence twice, no version is registered twice,
 * and no two operations have the same key.
 */
export function decisionsTwice(events: readonly RecordedEvent[]): readonly string[] {
  return [...byComponent(events).values()].flatMap(inOne);
}

function inOne(history: readonly Happened[]): readonly string[] {
  const violations: string[] = [];
  const seen = new Set<string>();
  const ended = new Map<string, string>();

  function once(happened: Happened, what: string): void {
    if (seen.has(what)) violations.push(`${place(happened)}: ${what}, for the second time`);
    seen.add(what);
  }

  for (const happened of history) {
    const { event, by } = happened;
    if (isOf(happened, "ReleaseRegistered")) once(happened, `${happened.event.release} registered`);
    const key = operationKey(happened);
    if (key !== null) once(happened, `the operation ${key} begun`);
    if (!("promotion" in event)) continue;
    const { promotion } = event;
    const end = ended.get(promotion);
    // What is guarded fails after it went live.
    const isGuards = event.type === "WatchBreached" && event.incident.phase === "guard";
    if (end !== undefined && NOT_AFTER_THE_END.has(event.type) && !isGuards) {
      violations.push(`${place(happened)}: ${event.type} of ${promotion} after its ${end}`);
    }
    if (ONCE.has(event.type)) once(happened, `${event.type} of ${promotion}`);
    if (isOf(happened, "ApprovalGiven", "PromotionApproved")) {
      const who = isOf(happened, "ApprovalGiven") && by.kind === "person" ? ` by ${by.id}` : "";
      once(happened, `${event.type} of ${promotion} on ${happened.event.digest}${who}`);
    }
    if (ENDS.has(event.type)) ended.set(promotion, event.type);
  }
  return violations;
}

function operationKey(happened: Happened): string | null {
  if (isOf(happened, "DeployStarted", "VerificationStarted", "RollbackRetried")) {
    return happened.event.key;
  }
  return isOf(happened, "RollbackStarted") ? happened.event.rollback : null;
}
