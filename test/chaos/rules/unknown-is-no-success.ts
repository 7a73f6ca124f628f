import type { CheckVerdict } from "../../../src/core/verdict.ts";
import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import {
  byComponent,
  decisionOf,
  type Happened,
  type HappenedOf,
  isOf,
  place,
  releaseOf,
} from "./history.ts";

/**
 * What a version really was, in its watch or while it was live: `good` alone may pass its watch, `bad` alone
 * may be rolled back by itself.
 */
export type TrueFate = (release: string, when: "watched" | "live") => "good" | "bad" | "unknown";

/**
 * Rule 6: no data, an outage, a partial answer is no success, and by itself no rollback. Held against the
 * verdicts that were recorded, and against what the versions really were.
 */
export function guesses(events: readonly RecordedEvent[], fateOf: TrueFate): readonly string[] {
  return [...byComponent(events).values()].flatMap((history) => inOne(history, fateOf));
}

function inOne(history: readonly Happened[], fateOf: TrueFate): readonly string[] {
  const verdicts = new Map<string, Map<string, CheckVerdict>>();
  const violations: string[] = [];
  for (const [index, happened] of history.entries()) {
    const wrong = (why: string) => violations.push(`${place(happened)}: ${why}`);
    if (isOf(happened, "VerdictChanged")) {
      const { promotion, assessment, phase } = happened.event;
      // What comes after the watch says nothing about it.
      if (phase !== undefined) continue;
      const known = verdicts.get(promotion) ?? new Map<string, CheckVerdict>();
      verdicts.set(promotion, known.set(assessment.check, assessment.verdict));
    }
    if (isOf(happened, "WatchPassed")) {
      const { promotion } = happened.event;
      const last = [...(verdicts.get(promotion)?.values() ?? [])];
      if (last.length === 0 || last.some((verdict) => verdict !== "success")) {
        wrong(`${promotion} passed its watch with ${last.join(", ") || "no verdict"}`);
      }
      const fate = fateOf(releaseOf(promotion), "watched");
      if (fate !== "good") wrong(`${promotion} passed its watch, and was ${fate}`);
    }
    if (isOf(happened, "RollbackStarted") && happened.event.trigger === "automatic") {
      const { promotion, from } = happened.event;
      const breach = decisionOf(history, index).find(
        (one): one is HappenedOf<"WatchBreached"> =>
          isOf(one, "WatchBreached") && one.event.promotion === promotion,
      );
      const failed = breach?.event.incident.checks.some(({ verdict }) => verdict === "failure");
      if (failed !== true) wrong(`${promotion} was rolled back by itself, and no check had failed`);
      const isGuards = breach?.event.incident.phase === "guard";
      const fate = fateOf(from, isGuards ? "live" : "watched");
      if (fate !== "bad") wrong(`${promotion} was rolled back by itself, and was ${fate}`);
    }
  }
  return violations;
}
