import { Unavailable } from "../ledger.ts";
import type { Write } from "./batch-draft.ts";
import type { WriteOutcome } from "./batch-writer.ts";

interface Waiting {
  readonly write: Write;
  readonly resolve: (position: number) => void;
  readonly reject: (error: unknown) => void;
}

/** More than this share no transaction: who holds the lock of the ledger holds up the other replicas. */
const LARGEST_BATCH = 64;

/**
 * Group commit: one transaction at a time, and whoever waits meanwhile shares the next one. The lock of
 * the ledger makes transactions wait for each other's flush anyhow; so a flush is for many.
 */
export class WriteQueue {
  readonly #writeBatch: (writes: readonly Write[]) => Promise<readonly WriteOutcome[]>;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;

  constructor(writeBatch: (writes: readonly Write[]) => Promise<readonly WriteOutcome[]>) {
    this.#writeBatch = writeBatch;
  }

  /** Resolves to the position as `Ledger.commit` does. @throws Fenced, Duplicate, Conflict, Unavailable */
  submit(write: Write): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Those who come in the same turn share the first transaction.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#settle(this.#waiting.splice(0, LARGEST_BATCH));
    }
    this.#running = null;
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#writeBatch(batch.map(({ write }) => write));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome?.kind === "written") resolve(outcome.position);
        else reject(outcome?.error ?? new Unavailable("the write has no outcome"));
      }
    } catch (error) {
      if (error instanceof Unavailable || batch.length === 1) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // One of them cannot be stored: the others shall not fail with it.
      for (const waiting of batch) await this.#settle([waiting]);
    }
  }
}
