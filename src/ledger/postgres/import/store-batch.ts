import type { Release } from "../../../core/release.ts";
import type { StreamId } from "../../ledger.ts";
import type { KeptJob, LedgerContents } from "../../ledger-contents.ts";
import type { Batch } from "../../move/ledger-target.ts";
import { SCHEMA } from "../../schema.ts";
import type { Queries } from "../database.ts";
import { addPartitions, PARTITIONING_COLUMNS, partitioningOf } from "../partitions.ts";
import { storeArchived, storeEvents, storeJobs, storeStreams } from "../store-draft.ts";
import type { StoredJob } from "../stored-job.ts";

/** Writes some of what is moved. */
export async function storeBatch(queries: Queries, batch: Batch): Promise<void> {
  switch (batch.stage) {
    case "events": {
      const last = batch.items.at(-1)?.position ?? 0;
      const [row = {}] = await queries.rows(`select ${PARTITIONING_COLUMNS} from slipway.ledger`);
      const partitioning = partitioningOf(row);
      if (last >= partitioning.eventsEnd) await addPartitions(queries, partitioning, last);
      await storeEvents(queries, batch.items);
      await queries.rows(
        "update slipway.ledger set position = $1, newest_schema = greatest(newest_schema, $2)",
        [last, SCHEMA],
      );
      return;
    }
    case "archived releases": {
      const archived = new Map<StreamId, Map<string, Release>>();
      for (const { stream, release } of batch.items) {
        const ofStream = archived.get(stream) ?? new Map<string, Release>();
        archived.set(stream, ofStream.set(release.id, release));
      }
      return storeArchived(queries, { archived });
    }
    case "command ids":
      await queries.rows("insert into slipway.commands (fingerprint) select unnest($1::bigint[])", [
        batch.items,
      ]);
      return;
    case "streams":
      return storeStreams(queries, {
        streams: new Map(batch.items.map((kept) => [kept.stream, kept])),
        schema: SCHEMA,
      });
  }
}

/** All jobs at once: in one transaction with the end of the move. */
export async function storeKeptJobs(queries: Queries, contents: LedgerContents): Promise<void> {
  const put: StoredJob[] = [];
  for (const kept of contents.jobs()) put.push(storedJob(kept));
  await storeJobs(queries, { removed: [], put, dead: [] });
  // One by one: they are read in the order in which they were written.
  for (const job of contents.deadJobs()) {
    const error = job.error.replaceAll("\0", "\ufffd");
    await storeJobs(queries, { removed: [], put: [], dead: [{ ...job, error }] });
  }
}

function storedJob(kept: KeptJob): StoredJob {
  const { successor } = kept;
  return {
    ...kept,
    successor: successor === null ? null : { ...successor, schema: SCHEMA },
    token: null,
    schema: SCHEMA,
  };
}
