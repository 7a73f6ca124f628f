import type { Closing } from "./guard.ts";
import type { Instant } from "./json.ts";
import type { Incident, PromotionId } from "./promotion.ts";
import type { CheckProposal } from "./replay/choose-variant.ts";

/** What happens to a release after its first watch. */
export type GuardEvent =
  /** From now on it is measured slowly, until something takes its place. */
  | {
      readonly type: "GuardStarted";
      readonly promotion: PromotionId;
      /** When it took the traffic that it has now. */
      readonly deployedAt: Instant;
    }
  | { readonly type: "GuardEnded"; readonly promotion: PromotionId; readonly why: string }
  /** An incident of what is live is over, and nobody has to do anything. */
  | {
      readonly type: "IncidentClosed";
      readonly promotion: PromotionId;
      readonly how: Exclude<Closing, "kept">;
    }
  /** It is good provisionally, until what comes later has been measured between these. */
  | {
      readonly type: "ConfirmationAwaited";
      readonly promotion: PromotionId;
      readonly from: Instant;
      readonly until: Instant;
    }
  | { readonly type: "PromotionConfirmed"; readonly promotion: PromotionId }
  /** It is never returned to again. `incident`: what people are asked; null: it is not live any more. */
  | {
      readonly type: "PromotionRevoked";
      readonly promotion: PromotionId;
      readonly why: string;
      readonly incident: Incident | null;
    }
  /** Nobody will know whether it was as good as it looked. */
  | { readonly type: "ConfirmationDropped"; readonly promotion: PromotionId; readonly why: string }
  /** A person says that a breach was none. `check`: which one; null: all that were behind it. */
  | {
      readonly type: "FalseAlarmReported";
      readonly promotion: PromotionId;
      readonly check: string | null;
      readonly reason: string;
      /** What was recorded when only one check was looked at; now `proposals`. */
      readonly proposal?: CheckProposal;
      /** A change of each check that would have spared it. Absent: none was found, or it was recorded before. */
      readonly proposals?: readonly CheckProposal[];
    };
