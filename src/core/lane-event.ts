import type { Actor } from "./actor.ts";
import type { PromotionId } from "./promotion.ts";

/** What the routine lane of an environment did about a promotion. */
export type LaneEvent =
  /** Nobody has to be asked. */
  | {
      readonly type: "RoutineApproved";
      readonly promotion: PromotionId;
      readonly digest: string;
      readonly lane: Actor;
      /** One sentence for people. */
      readonly why: string;
    }
  /** Nobody would have to be asked; it is one of those that people look at all the same. */
  | {
      readonly type: "RoutineSampled";
      readonly promotion: PromotionId;
      /** Of all routine releases, how many people look at: 0 to 1. */
      readonly share: number;
    };
