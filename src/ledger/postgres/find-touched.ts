import { z } from "zod";
import type { ChainHead } from "../chain.ts";
import { Damaged, type StreamId, Unavailable } from "../ledger.ts";
import type { Found, Write } from "./batch-draft.ts";
import { commandFingerprint } from "./command-fingerprint.ts";
import type { Queries } from "./database.ts";
import { importUnderWay } from "./import/import-under-way.ts";
import { newerSchema } from "./migrate.ts";
import { SCHEMA_VERSION } from "./migrations/migrations.ts";
import { PARTITIONING_COLUMNS, type Partitioning, partitioningOf } from "./partitions.ts";
import { JOB_COLUMNS, type StoredJob, storedJobOf } from "./stored-job.ts";

/**
 * Locks the ledger for writing, until the transaction ends, and reads what the writes touch.
 * Whoever holds this lock is alone: what it reads afterwards nobody else changes, but for the leases of
 * jobs, whose rows it locks too.
 * @throws Unavailable where a newer version has changed the tables
 */
export async function findTouched(queries: Queries, writes: readonly Write[]): Promise<Found> {
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
    lockLedger(queries),
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
});

/** @throws Unavailable */
export async function lockLedger(queries: Queries): Promise<Counters> {
  const [row] = await queries.rows(
    `select position, place, schema_version, importing, ${PARTITIONING_COLUMNS}
     from slipway.ledger for update`,
  );
  if (row === undefined) throw new Damaged("the row of slipway.ledger is gone: restore a backup");
  const { schema_version: version, importing, ...counters } = ledgerRow.parse(row);
  // During a rolling upgrade: what it does not know, it does not write.
  if (version > SCHEMA_VERSION) throw new Unavailable(newerSchema(version));
  if (importing !== null) throw new Unavailable(importUnderWay(importing));
  return { ...counters, partitioning: partitioningOf(row) };
}

const headRow = z.object({ stream: z.string(), version: z.coerce.number(), head: z.string() });

async function headsOf(
  queries: Queries,
  streams: readonly StreamId[],
): Promise<ReadonlyMap<StreamId, ChainHead>> {
  if (streams.length === 0) return new Map();
  const rows = await queries.rows(
    "select stream, version, head from slipway.streams where stream = any($1)",
    [streams],
  );
  return new Map(
    rows.map((row) => {
      const { stream, version, head } = headRow.parse(row);
      return [stream, { version, head }];
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
