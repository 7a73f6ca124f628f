import type { Actor } from "../actor.ts";
import type { Phase } from "../guard.ts";
import type { Instant } from "../json.ts";
import type { PromotionId, RollbackTrigger } from "../promotion.ts";
import type { CheckAssessment } from "../verdict.ts";

/** One past promotion that took traffic, and what came of it: what a check can be tried on. */
export interface Episode {
  readonly component: string;
  readonly environment: string;
  readonly promotion: PromotionId;
  readonly version: string;
  /** The version that it replaced; null: nothing was live. */
  readonly previous: string | null;
  /** When it took traffic. */
  readonly from: Instant;
  /** When its watch was to end; null: it had none. */
  readonly until: Instant | null;
  /** When its guard began, the last time that one did; null: it had none. */
  readonly guardedSince: Instant | null;
  /** Checks that failed, the first time that one did; null: none has. */
  readonly breach: Breach | null;
  readonly outcome: EpisodeOutcome;
  /** A person said that the breach was none; null: nobody did. */
  readonly falseAlarm: FalseAlarmLabel | null;
  readonly truth: Truth;
}

export interface Breach {
  readonly at: Instant;
  /** null: in the watch itself. */
  readonly phase: Phase | null;
  readonly checks: readonly CheckAssessment[];
}

export type EpisodeOutcome =
  /** It has taken traffic, and nothing has ended since. */
  | { readonly kind: "watching" }
  /** Its watch passed, or it had none, and it became live. */
  | { readonly kind: "passed"; readonly at: Instant }
  /** A person kept it although its watch did not pass. */
  | { readonly kind: "overridden"; readonly at: Instant; readonly by: Actor }
  | {
      readonly kind: "rolled-back";
      /** When that began. */
      readonly at: Instant;
      readonly trigger: RollbackTrigger;
      readonly by: Actor;
      readonly reason: string;
    }
  /** What came later did not bear it out. */
  | { readonly kind: "revoked"; readonly at: Instant; readonly why: string }
  /** It ended in another way: stopped, or not passed and left as it was. */
  | { readonly kind: "ended"; readonly at: Instant; readonly why: string };

export interface FalseAlarmLabel {
  readonly at: Instant;
  readonly by: Actor;
  /** null: of all checks behind the breach. */
  readonly check: string | null;
  readonly reason: string;
}

/** Whether the release was in fact good while it was watched. `why`: one sentence for people. */
export interface Truth {
  readonly kind: "healthy" | "bad" | "unknown";
  readonly why: string;
}

/** When it stopped taking traffic, as far as the ledger knows; null: it had not when its watch was over. */
export function trafficEnd({ outcome }: Pick<Episode, "outcome">): Instant | null {
  return outcome.kind === "rolled-back" ? outcome.at : null;
}
