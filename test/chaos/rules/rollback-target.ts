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
  /** What was live before, the newest first. */
  good: readonly string[];
  /** It is at `live` because of a rollback. */
  rolledBack: boolean;
  /** Promotions that are being watched now. */
  readonly watched: Set<string>;
  /** Promotions that are live and guarded now. */
  readonly guarded: Set<string>;
  /** Releases that labels have shown to be bad. */
  readonly revoked: Set<string>;
  /** Promotions that were rolled back by Slipway itself. */
  readonly automatic: Set<string>;
}

/**
 * Rule 5: a rollback goes to a release that finished its watch there; one that Slipway begins by itself, to
 * the last of them, while the promotion is watched or guarded and because that broke, once for a promotion,
 * and with a hold. A rollback is never rolled back by itself, and nothing returns to what was revoked.
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
      good: [],
      rolledBack: false,
      watched: new Set(),
      guarded: new Set(),
      revoked: new Set(),
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
      past.guarded.delete(promotion);
    }
    if (isOf(happened, "GuardStarted", "GuardEnded")) {
      const { type, promotion } = happened.event;
      const { guarded } = pastOf(environmentOf(promotion));
      if (type === "GuardStarted") guarded.add(promotion);
      else guarded.delete(promotion);
    }
    if (isOf(happened, "PromotionRevoked")) {
      const { promotion } = happened.event;
      pastOf(environmentOf(promotion)).revoked.add(releaseOf(promotion));
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
      const release = releaseOf(promotion);
      if (past.live !== null) past.good = [past.live, ...past.good];
      past.good = past.good.filter((one) => one !== release);
      past.live = release;
      past.rolledBack = false;
      past.finished.add(release);
      past.revoked.delete(release);
    }
    if (isOf(happened, "RolledBack")) {
      const begun = history
        .slice(0, index)
        .findLast(
          (one): one is HappenedOf<"RollbackStarted"> =>
            isOf(one, "RollbackStarted") && one.event.rollback === happened.event.rollback,
        );
      const past = pastOf(happened.event.environment);
      past.live = begun?.event.to ?? null;
      past.good = past.good.slice(past.good.indexOf(past.live ?? "") + 1);
      past.rolledBack = true;
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
  if (past.revoked.has(event.to)) wrong.push(`goes to ${event.to}, which was revoked`);
  if (event.trigger !== "automatic") return wrong;
  const isGuarded = past.guarded.has(event.promotion);
  const good = past.good.filter((one) => !past.revoked.has(one));
  const last = past.live === null || past.revoked.has(past.live) ? good[0] : past.live;
  const due = isGuarded ? good[0] : last;
  if (event.to !== due) wrong.push(`goes to ${event.to}, and ${due ?? null} was live`);
  if (isGuarded && past.rolledBack) wrong.push("undoes what is there because of a rollback");
  if (!past.watched.has(event.promotion) && !isGuarded) {
    wrong.push("undoes what was not being watched");
  }
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
