import { z } from "zod";
import type { Queries } from "./database.ts";

/** How far the table of events reaches. */
export interface Partitioning {
  /** The first position for which there is no partition. */
  readonly eventsEnd: number;
  /** How many positions a new partition is for. */
  readonly partitionSize: number;
}

/** The columns of `slipway.ledger` that `partitioningOf` reads. */
export const PARTITIONING_COLUMNS = "events_end, partition_size";

const partitioningRow = z.object({
  events_end: z.coerce.number(),
  partition_size: z.coerce.number(),
});

export function partitioningOf(row: Readonly<Record<string, unknown>>): Partitioning {
  const { events_end: eventsEnd, partition_size: partitionSize } = partitioningRow.parse(row);
  return { eventsEnd, partitionSize };
}

/** Whether more than half of the last partition is taken: time to make the next one. */
export function isRoomShort(position: number, { eventsEnd, partitionSize }: Partitioning): boolean {
  return eventsEnd - position <= partitionSize / 2;
}

/**
 * Makes partitions until this position has one. A table of its own, attached afterwards, waits for nobody
 * who reads: `create table … partition of` would wait for a backup that runs, and all others behind it.
 */
export async function addPartitions(
  queries: Queries,
  { eventsEnd, partitionSize }: Partitioning,
  position: number,
): Promise<void> {
  let from = eventsEnd;
  while (from <= position) {
    const to = Math.ceil(from / partitionSize) * partitionSize + 1;
    await queries.script(`
      create table slipway.events_from_${from} (
        like slipway.events including defaults, primary key (position), unique (stream, version));
      alter table slipway.events
        attach partition slipway.events_from_${from} for values from (${from}) to (${to})`);
    from = to;
  }
  // Last, because writers wait for this row.
  await queries.rows("update slipway.ledger set events_end = greatest(events_end, $1)", [from]);
}
