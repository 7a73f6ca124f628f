import { randomUUID } from "node:crypto";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { Conflict, Duplicate, Fenced, Unavailable } from "../ledger.ts";
import { BatchDraft, type Write } from "./batch-draft.ts";
import type { Database } from "./database.ts";
import { CommitUnanswered, gaveWay } from "./database-error.ts";
import { findTouched, lockLedger } from "./find-touched.ts";
import type { PartitionKeeper } from "./partition-keeper.ts";
import type { SchemaGuard } from "./schema-guard.ts";
import { storeDraft } from "./store-draft.ts";

/** What became of one write of a batch that was committed. */
export type WriteOutcome =
  /** `position`: as `Ledger.commit` resolves to it. */
  | { readonly kind: "written"; readonly position: number }
  | { readonly kind: "refused"; readonly error: Refused };

/** Unavailable: of what a newer process has written. */
type Refused = Fenced | Duplicate | Conflict | Unavailable;

/** How often a batch is tried that the database undid in favour of another transaction. */
const TRIES = 3;

/** Writes batches, each in one transaction. */
export class BatchWriter {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #partitions: PartitionKeeper;
  readonly #guard: SchemaGuard;

  constructor(parts: {
    readonly database: Database;
    readonly partitions: PartitionKeeper;
    readonly guard: SchemaGuard;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#database = parts.database;
    this.#partitions = parts.partitions;
    this.#guard = parts.guard;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  /**
   * One outcome for each write, in their order: what is not refused is committed.
   * @throws Unavailable, and then nothing was written, or it is not known to be
   */
  async write(writes: readonly Write[]): Promise<readonly WriteOutcome[]> {
    for (let left = TRIES; ; left -= 1) {
      try {
        return await this.#transaction(writes);
      } catch (error) {
        if (left === 1 || !gaveWay(error)) throw error;
      }
    }
  }

  async #transaction(writes: readonly Write[]): Promise<readonly WriteOutcome[]> {
    const mark = randomUUID();
    let outcomes: readonly WriteOutcome[] = [];
    try {
      const written = await this.#database.transactionOn(
        (queries) => findTouched(queries, writes, this.#guard),
        async (queries, found) => {
          const draft = new BatchDraft(found, this.#clock.now(), this.#guard);
          outcomes = writes.map((write) => outcomeOf(draft, write));
          const isIdle = outcomes.every(({ kind }) => kind === "refused");
          if (!isIdle) await storeDraft(queries, draft, mark);
          return draft;
        },
      );
      this.#partitions.written(written.position, written.partitioning);
    } catch (error) {
      if (!(error instanceof CommitUnanswered)) throw error;
      if (!(await this.#isThere(mark, error))) {
        throw new Unavailable(`${error.message}; what it should have written is not there`, {
          cause: error,
        });
      }
    }
    return outcomes;
  }

  /** Whether the batch was committed. @throws Unavailable where nobody can tell */
  async #isThere(mark: string, cause: CommitUnanswered): Promise<boolean> {
    try {
      const found = await this.#database.transaction(async (queries) => {
        // The server may still be at the COMMIT: it holds this lock until it is through.
        await lockLedger(queries, this.#guard);
        return queries.rows("select from slipway.recent_writes where mark = $1", [mark]);
      });
      this.#logger.warn({ committed: found.length > 0 }, "PostgreSQL did not answer a COMMIT");
      return found.length > 0;
    } catch (error) {
      throw new Unavailable(
        `${cause.message}, and cannot be asked whether it took effect: ${errorText(error)}`,
        { cause },
      );
    }
  }
}

function outcomeOf(draft: BatchDraft, write: Write): WriteOutcome {
  try {
    return { kind: "written", position: draft.apply(write) };
  } catch (error) {
    if (isRefused(error)) return { kind: "refused", error };
    throw error;
  }
}

function isRefused(error: unknown): error is Refused {
  return [Fenced, Duplicate, Conflict, Unavailable].some((kind) => error instanceof kind);
}
