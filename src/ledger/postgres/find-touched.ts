import { z } from "zod";
import { Damaged, type StreamId, Unavailable } from "../ledger.ts";
import type { Found, StoredHead, Write } from "./batch-draft.ts";
import { commandFingerprint } from "./command-fingerprint.ts";
import type { Queries } from "./database.ts";
import { importUnderWay } from "./import/import-under-way.ts";
import { newerSchema } from "./migrate.ts";
import { SCHEMA_VERSION } from "./migrations/migrations.ts";
import { PARTITIONING_COLUMNS, type Partitioning, partitioningOf } from "./partitions.ts";
import type { SchemaGuard } from "./schema-guard.ts";
import { JOB_COLUMNS, type StoredJob, storedJobOf } from "./stored-job.ts";

/**
 * Locks the ledger for writing, until the transaction ends, and reads what the writes touch.
 * Whoever holds this lock is alone: what it reads afterwards nobody else changes, but for the leases of
 * jobs, whose rows it locks too.
 * @throws Unavailable where a newer version has changed the tables
 */
export async function findTouched(
  queries: Queries,
  writes: readonly Write[],
  guard: SchemaGuard,
): Promise<Found> {
  const commits = writes.flatMap(({ commit }) => commit ?? []);
  const streams = commits.flatMap(({ expect, writes }) =>
    [...expect, ...writes].map(({ stream }) => stream),
  );
  const commandIds = commits.flatMap((commit) => commit.commandIds);
  const keys = [
    ...writes.flatMap(({ ending }) => ending?.claim.key ?? []),
    ...commits.flatMap(({ jobs }) => jobs.map(({ key }) => key)),
  ];
  // Sent together; what stands behind the lock sees what was committed before it was granted.
  const [counters, heads, recorded, jobs] = await Promise.all([
    lockLedger(queries, guard),
    headsOf(queries, distinct(streams)),
    recordedAmong(queries, distinct(commandIds)),
    lockJobs(queries, distinct(keys)),
  ]);
  return { ...counters, streams: heads, commandIds: recorded, jobs };
}

/** The row of `slipway.ledger`. */
export interface Counters {
  /** Of the last event. */
  readonly position: number;
  /** The last one that was given out to a job. */
  readonly place: number;
  readonly partitioning: Partitioning;
}

const ledgerRow = z.object({
  position: z.coerce.number(),
  place: z.coerce.number(),
  schema_version: z.number(),
  importing: z.string().nullable(),
  written_from: z.number(),
  newest_schema: z.number(),
});

/** @throws Unavailable */
export async function lockLedger(queries: Queries, guard: SchemaGuard): Promise<Counters> {
  const [row] = await queries.rows(
    `select position, place, schema_version, written_from, newest_schema, importing, ${PARTITIONING_COLUMNS}
     from slipway.ledger for update`,
  );
  if (row === undefined) throw new Damaged("the row of slipway.ledger is gone: restore a backup");
  const { position, place, importing, ...versions } = ledgerRow.parse(row);
  // During a rolling upgrade: what it does not know, it does not write.
  if (versions.written_from > SCHEMA_VERSION) {
    throw new Unavailable(newerSchema(versions.schema_version));
  }
  if (importing !== null) throw new Unavailable(importUnderWay(importing));
  guard.saw(versions.newest_schema);
  return { position, place, partitioning: partitioningOf(row) };
}

const headRow = z.object({
  stream: z.string(),
  version: z.coerce.number(),
  head: z.string(),
  schema: z.number(),
});

async function headsOf(
  queries: Queries,
  streams: readonly StreamId[],
): Promise<ReadonlyMap<StreamId, StoredHead>> {
  if (streams.length === 0) return new Map();
  const rows = await queries.rows(
    "select stream, version, head, schema from slipway.streams where stream = any($1)",
    [streams],
  );
  return new Map(
    rows.map((row) => {
      const { stream, ...head } = headRow.parse(row);
      return [stream, head];
    }),
  );
}

async function recordedAmong(
  queries: Queries,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await queries.rows(
    "select fingerprint::text from slipway.commands where fingerprint = any($1::bigint[])",
    [ids.map(commandFingerprint)],
  );
  const recorded = new Set(rows.map(({ fingerprint }) => fingerprint));
  return new Set(ids.filter((id) => recorded.has(commandFingerprint(id))));
}

async function lockJobs(queries: Queries, keys: readonly string[]): Promise<readonly StoredJob[]> {
  if (keys.length === 0) return [];
  const rows = await queries.rows(
    `select ${JOB_COLUMNS} from slipway.jobs where key = any($1) order by key for update`,
    [keys],
  );
  return rows.map(storedJobOf);
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
