import { type DeadJob, KEPT_DEAD, type RecordedEvent } from "../ledger.ts";
import { FIRST_SCHEMA } from "../schema.ts";
import type { BatchDraft } from "./batch-draft.ts";
import { commandFingerprint } from "./command-fingerprint.ts";
import type { Queries } from "./database.ts";
import type { JobChanges } from "./job-draft.ts";
import { addPartitions } from "./partitions.ts";
import type { StoredJob } from "./stored-job.ts";

/** Writes what the draft has changed, one statement a table; `mark` makes it recognisable afterwards. */
export async function storeDraft(queries: Queries, draft: BatchDraft, mark: string): Promise<void> {
  const { position, partitioning } = draft;
  // Somebody has made room ahead, but where that failed for long.
  if (position >= partitioning.eventsEnd) await addPartitions(queries, partitioning, position);
  // Sent together: the answers are waited for once.
  await Promise.all([
    storeEvents(queries, draft.events),
    storeStreams(queries, draft),
    storeCommandIds(queries, draft),
    storeArchived(queries, draft),
    storeJobs(queries, draft.jobs.changes()),
    storeCounters(queries, draft, mark),
  ]);
}

async function storeCounters(queries: Queries, draft: BatchDraft, mark: string): Promise<void> {
  await queries.rows(
    `with marked as (insert into slipway.recent_writes (mark, at) values ($3, clock_timestamp())),
          forgotten as (delete from slipway.recent_writes where at < now() - interval '1 hour')
     update slipway.ledger
     set position = $1, place = $2, newest_schema = greatest(newest_schema, $4)`,
    [draft.position, draft.jobs.place, mark, draft.schema],
  );
}

export async function storeEvents(
  queries: Queries,
  events: readonly RecordedEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await queries.rows(
    `insert into slipway.events (position, stream, version, at, by, event, previous, hash, schema)
     select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::float8[], $5::json[], $6::json[], $7::text[], $8::text[], $9::int[])`,
    [
      events.map(({ position }) => position),
      events.map(({ stream }) => stream),
      events.map(({ version }) => version),
      events.map(({ at }) => at),
      events.map(({ by }) => JSON.stringify(by)),
      events.map(({ event }) => JSON.stringify(event)),
      events.map(({ previous }) => previous),
      events.map(({ hash }) => hash),
      events.map(({ schema = FIRST_SCHEMA }) => schema),
    ],
  );
}

export async function storeStreams(
  queries: Queries,
  draft: Pick<BatchDraft, "streams" | "schema">,
): Promise<void> {
  const streams = [...draft.streams];
  if (streams.length === 0) return;
  await queries.rows(
    `insert into slipway.streams (stream, version, head, state, schema)
     select *, $5::int from unnest($1::text[], $2::bigint[], $3::text[], $4::json[])
     on conflict (stream) do update
       set version = excluded.version, head = excluded.head, state = excluded.state,
           schema = excluded.schema`,
    [
      streams.map(([stream]) => stream),
      streams.map(([, { version }]) => version),
      streams.map(([, { head }]) => head),
      streams.map(([, { state }]) => JSON.stringify(state)),
      draft.schema,
    ],
  );
}

async function storeCommandIds(queries: Queries, { commandIds }: BatchDraft): Promise<void> {
  if (commandIds.size === 0) return;
  await queries.rows("insert into slipway.commands (fingerprint) select unnest($1::bigint[])", [
    [...commandIds].map(commandFingerprint),
  ]);
}

export async function storeArchived(
  queries: Queries,
  draft: Pick<BatchDraft, "archived">,
): Promise<void> {
  const archived = [...draft.archived].flatMap(([stream, releases]) =>
    [...releases.values()].map((release) => ({ stream, release })),
  );
  if (archived.length === 0) return;
  await queries.rows(
    `insert into slipway.archived_releases (stream, id, sequence, release)
     select * from unnest($1::text[], $2::text[], $3::bigint[], $4::json[])
     on conflict (stream, id) do update set sequence = excluded.sequence, release = excluded.release`,
    [
      archived.map(({ stream }) => stream),
      archived.map(({ release }) => release.id),
      archived.map(({ release }) => release.sequence),
      archived.map(({ release }) => JSON.stringify(release)),
    ],
  );
}

export async function storeJobs(
  queries: Queries,
  { removed, put, dead }: JobChanges,
): Promise<void> {
  await Promise.all([
    // Before the others, which may take the keys of these.
    removeJobs(queries, removed),
    putJobs(queries, put),
    ...dead.map((job) => bury(queries, job)),
  ]);
}

async function removeJobs(queries: Queries, places: readonly number[]): Promise<void> {
  if (places.length === 0) return;
  await queries.rows("delete from slipway.jobs where place = any($1)", [places]);
}

async function putJobs(queries: Queries, put: readonly StoredJob[]): Promise<void> {
  if (put.length === 0) return;
  await queries.rows(
    `insert into slipway.jobs as stored (place, key, lane, kind, body, run_at, due, attempts, token, successor, schema)
       select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::json[], $6::float8[], $7::float8[], $8::int[], $9::uuid[], $10::json[], $11::int[])
       on conflict (place) do update
         set kind = excluded.kind, body = excluded.body, run_at = excluded.run_at, due = excluded.due,
             attempts = excluded.attempts, token = excluded.token, successor = excluded.successor,
             schema = excluded.schema,
             lease_until = case when excluded.token is null then null else stored.lease_until end`,
    [
      put.map(({ place }) => place),
      put.map(({ job }) => job.key),
      put.map(({ job }) => job.lane),
      put.map(({ job }) => job.body.kind),
      put.map(({ job }) => JSON.stringify(job.body)),
      put.map(({ job }) => job.runAt),
      put.map(({ due }) => due),
      put.map(({ attempts }) => attempts),
      put.map(({ token }) => token),
      put.map(({ successor }) => (successor === null ? null : JSON.stringify(successor))),
      put.map(({ schema }) => schema),
    ],
  );
}

async function bury(
  queries: Queries,
  { key, kind, stream, attempts, error, at }: DeadJob,
): Promise<void> {
  await Promise.all([
    queries.rows("delete from slipway.dead_jobs where key = $1", [key]),
    queries.rows(
      "insert into slipway.dead_jobs (key, kind, stream, attempts, error, at) values ($1, $2, $3, $4, $5, $6)",
      [key, kind, stream, attempts, error, at],
    ),
    queries.rows(
      `delete from slipway.dead_jobs where stream = $1 and burial <= (
         select burial from slipway.dead_jobs where stream = $1 order by burial desc offset $2 limit 1)`,
      [stream, KEPT_DEAD],
    ),
  ]);
}
