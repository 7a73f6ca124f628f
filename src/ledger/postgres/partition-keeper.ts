import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import type { Database } from "./database.ts";
import {
  addPartitions,
  isRoomShort,
  PARTITIONING_COLUMNS,
  type Partitioning,
  partitioningOf,
} from "./partitions.ts";

/** Whoever makes a partition ahead holds this, so that replicas do it one after the other. */
const LOCK = 7_547_929_102;

/**
 * Makes the next partition of the events before it is needed, apart from the writes: where it cannot be
 * made now, there is still room for long. Who finds no room at all makes it with the write.
 */
export class PartitionKeeper {
  readonly #database: Database;
  readonly #logger: Logger;
  #running: Promise<void> | null = null;
  /** After a failure it is left alone until so many positions. */
  #notBefore = 0;

  constructor(database: Database, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
  }

  /** After each write: the last position, and how far the partitions reach. */
  written(position: number, partitioning: Partitioning): void {
    if (!isRoomShort(position, partitioning) || position < this.#notBefore) return;
    this.#running ??= this.#makeNext(position, partitioning).finally(() => {
      this.#running = null;
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #makeNext(position: number, { partitionSize }: Partitioning): Promise<void> {
    try {
      await this.#database.transaction(async (queries) => {
        await queries.rows("select pg_advisory_xact_lock($1)", [LOCK]);
        const [row = {}] = await queries.rows(`select ${PARTITIONING_COLUMNS} from slipway.ledger`);
        const now = partitioningOf(row);
        if (isRoomShort(position, now)) await addPartitions(queries, now, now.eventsEnd);
      });
    } catch (error) {
      this.#notBefore = position + partitionSize / 10;
      const fields = { error: errorText(error) };
      this.#logger.warn(fields, "the next partition of the events could not be made ahead");
    }
  }
}
