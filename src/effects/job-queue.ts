import type { SystemCommand } from "../core/command.ts";
import type { Claim, JobKind, Settlement } from "../core/job.ts";
import type { Milliseconds } from "../core/json.ts";
import type { Refusal } from "../core/refusal.ts";

/** What the worker needs of the ledger; the dispatcher stands between them. */
export interface JobQueue {
  /** Due jobs of these kinds, each under a lease; never two of one lane at once. */
  claim(kinds: readonly JobKind[], max: number, lease: Milliseconds): Promise<readonly Claim[]>;
  /** Renews a lease; false when somebody else has the job: give up and drop the result. */
  extend(claim: Claim, lease: Milliseconds): Promise<boolean>;
  /**
   * Ends a claim together with what its result changes: both or neither. When somebody else has taken
   * the job over, the result is dropped and "fenced" is returned. A job that is done with a report which is
   * refused is not ended, and the refusal is returned.
   */
  settle(
    claim: Claim,
    settlement: Settlement,
    command: SystemCommand | null,
  ): Promise<"settled" | "fenced" | Refusal>;
  /** A hint that there may be work. Returns how to stop it. */
  onWork(callback: () => void): () => void;
}
