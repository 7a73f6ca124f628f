import type { Actor } from "./actor.ts";
import type { Instant } from "./json.ts";
import type { CheckAssessment } from "./verdict.ts";

/** What goes on after the first watch. */
export type Phase = "guard" | "confirmation";

/** What is live goes on being measured, in a window that slides, until something takes its place. */
export interface Guard {
  readonly since: Instant;
  /** When the release took the traffic that it has now. */
  readonly deployedAt: Instant;
  /** The last verdict on each check, as far as one has been recorded. */
  readonly checks: readonly CheckAssessment[];
  /** Since when a check has been inconclusive or could not be measured; null: all are known. */
  readonly unsureSince: Instant | null;
}

/** A second watch, of what is known only later. */
export interface Confirmation {
  readonly from: Instant;
  readonly until: Instant;
  readonly checks: readonly CheckAssessment[];
  /** null: it is not known yet, so the release is good provisionally. */
  readonly outcome: ConfirmationOutcome | null;
}

export type ConfirmationOutcome =
  | { readonly kind: "confirmed"; readonly at: Instant }
  /** It is never returned to again. */
  | { readonly kind: "revoked"; readonly at: Instant; readonly why: string }
  /** It could not be decided, and a person kept it. */
  | { readonly kind: "kept"; readonly at: Instant }
  /** Nobody will know. */
  | { readonly kind: "dropped"; readonly at: Instant; readonly why: string };

/** What a person said of a breach: that there was none. */
export interface FalseAlarm {
  readonly by: Actor;
  readonly at: Instant;
  readonly reason: string;
  /** null: all checks behind it. */
  readonly check: string | null;
}

/** How an incident of what is live has ended without a rollback. */
export type Closing =
  /** What could not be measured can be again, and is good. */
  | "recovered"
  /** A person kept the release. */
  | "kept"
  /** Something else takes the traffic. */
  | "replaced"
  /** Nobody measures it any more: it is no longer configured. */
  | "dropped";
