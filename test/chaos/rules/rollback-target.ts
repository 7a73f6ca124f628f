import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import {
  byComponent,
  decisionOf,
  environmentOf,
  type Happened,
  type HappenedOf,
  isOf,
  place,
  releaseOf,
} from "./history.ts";

/** What an environment has been through. */
interface Past {
  /** Releases that finished their watch here, ever. */
  readonly finished: Set<string>;
  live: string | null;
  /** Promotions that are being watched now. */
  readonly watched: Set<string>;
  /** Promotions that were rolled back by Slipway itself. */
  readonly automatic: Set<string>;
}

/**
 * Rule 5: a rollback goes to a release that finished its watch there; one that Slipway begins by itself, to
 * the last of them, while the promotion is watched and because that watch broke, once for a promotion, and
 * with a hold. So a rollback is never rolled back by itself.
 */
export function wrongRollbacks(events: readonly RecordedEvent[]): readonly string[] {
  return [...byComponent(events).values()].flatMap(inOne);
}

function inOne(history: readonly Happened[]): readonly string[] {
  const pasts = new Map<string, Past>();
  const violations: string[] = [];

  function pastOf(environment: string): Past {
    const known = pasts.get(environment) ?? {
      finished: new Set(),
      live: null,
      watched: new Set(),
      automatic: new Set(),
    };
    pasts.set(environment, known);
    return known;
  }

  for (const [index, happened] of history.entries()) {
    if (isOf(happened, "RollbackStarted")) {
      const { environment, promotion, trigger } = happened.event;
      const past = pastOf(environment);
      for (const why of whatIsWrong(happened, past, decisionOf(history, index))) {
        violations.push(`${place(happened)}: ${happened.event.rollback} ${why}`);
      }
      if (trigger === "automatic") past.automatic.add(promotion);
      past.watched.delete(promotion);
    }
    if (isOf(happened, "WatchStarted")) {
      const { promotion } = happened.event;
      pastOf(environmentOf(promotion)).watched.add(promotion);
    }
    if (isOf(happened, "PromotionCompleted", "PromotionFailed")) {
      pastOf(environmentOf(happened.event.promotion)).watched.delete(happened.event.promotion);
    }
    if (isOf(happened, "PromotionCompleted")) {
      const { promotion } = happened.event;
      const past = pastOf(environmentOf(promotion));
      past.live = releaseOf(promotion);
      past.finished.add(releaseOf(promotion));
    }
    if (isOf(happened, "RolledBack")) {
      const begun = history
        .slice(0, index)
        .findLast(
          (one): one is HappenedOf<"RollbackStarted"> =>
            isOf(one, "RollbackStarted") && one.event.rollback === happened.event.rollback,
        );
      pastOf(happened.event.environment).live = begun?.event.to ?? null;
    }
  }
  return violations;
}

function whatIsWrong(
  { event }: HappenedOf<"RollbackStarted">,
  past: Past,
  decision: readonly Happened[],
): readonly string[] {
  const wrong: string[] = [];
  if (!past.finished.has(event.to))
    wrong.push(`goes to ${event.to}, which never finished its watch`);
  if (event.to === event.from) wrong.push("goes to what it takes away");
  if (event.trigger !== "automatic") return wrong;
  if (event.to !== past.live) wrong.push(`goes to ${event.to}, and ${past.live} was live`);
  if (!past.watched.has(event.promotion)) wrong.push("undoes what was not being watched");
  if (past.automatic.has(event.promotion)) wrong.push("is the second one by itself");
  const isCaused = decision.some(
    (one) => isOf(one, "WatchBreached") && one.event.promotion === event.promotion,
  );
  if (!isCaused) wrong.push("began without a breach");
  const isHeld = decision.some(
    (one) =>
      isOf(one, "HoldPlaced") && one.event.automatic && one.event.environment === event.environment,
  );
  if (!isHeld) wrong.push("placed no hold");
  return wrong;
}
