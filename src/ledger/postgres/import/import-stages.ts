import type { Release } from "../../../core/release.ts";
import type { RecordedEvent, StreamId } from "../../ledger.ts";
import type { KeptJob, KeptRelease, KeptStream, LedgerContents } from "../../ledger-contents.ts";
import { SCHEMA } from "../../schema.ts";
import type { Queries } from "../database.ts";
import { addPartitions, PARTITIONING_COLUMNS, partitioningOf } from "../partitions.ts";
import { storeArchived, storeEvents, storeJobs, storeStreams } from "../store-draft.ts";
import type { StoredJob } from "../stored-job.ts";
import type { Stage } from "./import-progress.ts";

/** One kind of thing that is moved, some at a time. */
interface ImportStage<T> {
  readonly name: Stage;
  /** What is not here yet. */
  read(contents: LedgerContents, done: number): AsyncIterable<T> | Iterable<T>;
  write(queries: Queries, items: readonly T[]): Promise<void>;
  /** How much is done after these. */
  after(done: number, items: readonly T[]): number;
}

const counted = (done: number, items: readonly unknown[]) => done + items.length;

const events: ImportStage<RecordedEvent> = {
  name: "events",
  read: (contents, done) => contents.events(done),
  write: async (queries, events) => {
    const last = events.at(-1)?.position ?? 0;
    const [row = {}] = await queries.rows(`select ${PARTITIONING_COLUMNS} from slipway.ledger`);
    const partitioning = partitioningOf(row);
    if (last >= partitioning.eventsEnd) await addPartitions(queries, partitioning, last);
    await storeEvents(queries, { events, schema: SCHEMA });
    await queries.rows(
      "update slipway.ledger set position = $1, newest_schema = greatest(newest_schema, $2)",
      [last, SCHEMA],
    );
  },
  after: (done, events) => events.at(-1)?.position ?? done,
};

const archivedReleases: ImportStage<KeptRelease> = {
  name: "archived releases",
  read: (contents, done) => contents.archivedReleases(done),
  write: async (queries, releases) => {
    const archived = new Map<StreamId, Map<string, Release>>();
    for (const { stream, release } of releases) {
      const ofStream = archived.get(stream) ?? new Map<string, Release>();
      archived.set(stream, ofStream.set(release.id, release));
    }
    await storeArchived(queries, { archived });
  },
  after: counted,
};

const commandIds: ImportStage<string> = {
  name: "command ids",
  read: (contents, done) => contents.commandFingerprints(done),
  write: async (queries, fingerprints) => {
    await queries.rows("insert into slipway.commands (fingerprint) select unnest($1::bigint[])", [
      fingerprints,
    ]);
  },
  after: counted,
};

const streams: ImportStage<KeptStream> = {
  name: "streams",
  read: (contents, done) => skipping(contents.streams(), done),
  write: (queries, streams) =>
    storeStreams(queries, {
      streams: new Map(streams.map((kept) => [kept.stream, kept])),
      schema: SCHEMA,
    }),
  after: counted,
};

/** Moves some of a kind in one transaction. */
export interface ImportBatch {
  readonly stage: Stage;
  readonly done: number;
  write(queries: Queries): Promise<void>;
}

const STAGE_ROWS = 500;

/** What is left of one kind, in batches that fit into memory. */
async function* batchesOf<T>(
  { name, read, write, after }: ImportStage<T>,
  contents: LedgerContents,
  from: number,
): AsyncGenerator<ImportBatch> {
  let done = from;
  let items: T[] = [];
  const batch = (): ImportBatch => {
    const some = items;
    items = [];
    done = after(done, some);
    return { stage: name, done, write: (queries) => write(queries, some) };
  };
  for await (const item of read(contents, from)) {
    items.push(item);
    if (items.length === STAGE_ROWS) yield batch();
  }
  if (items.length > 0) yield batch();
}

/** The batches of a stage that is not the last, from where it was left. */
export function batches(
  stage: Exclude<Stage, "jobs">,
  contents: LedgerContents,
  done: number,
): AsyncGenerator<ImportBatch> {
  switch (stage) {
    case "events":
      return batchesOf(events, contents, done);
    case "archived releases":
      return batchesOf(archivedReleases, contents, done);
    case "command ids":
      return batchesOf(commandIds, contents, done);
    case "streams":
      return batchesOf(streams, contents, done);
  }
}

/** All jobs at once: in one transaction with the end of the move. */
export async function writeJobs(queries: Queries, contents: LedgerContents): Promise<void> {
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

function* skipping<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left === 0) yield item;
    else left -= 1;
  }
}
