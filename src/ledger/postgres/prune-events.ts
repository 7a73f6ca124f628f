import { ConfigError, errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { verifyLedger } from "../audit.ts";
import { verifyChain } from "../chain.ts";
import { exportedEvents } from "../exported-events.ts";
import type { Anchor, RecordedEvent, StreamId } from "../ledger.ts";
import { SCHEMA } from "../schema.ts";
import { Database, type Queries } from "./database.ts";
import { type ExportedFile, exportToFile } from "./export-to-file.ts";
import { lockLedger } from "./find-touched.ts";
import { History } from "./history.ts";
import { refuseDuringImport } from "./import/import-under-way.ts";
import { migrate } from "./migrate.ts";
import { oldPartitions, type PositionRange } from "./old-partitions.ts";
import { CONNECTION_DEFAULTS, MIGRATION_TIMEOUT } from "./open-postgres-ledger.ts";
import { SchemaGuard } from "./schema-guard.ts";
import { withoutPassword } from "./without-password.ts";

export interface PruneRequest {
  readonly url: string;
  /** Events at or after this instant are kept. */
  readonly before: number;
  /** The file that takes the events: a new one. */
  readonly path: string;
  readonly logger: Logger;
}

export type PruneResult =
  | { readonly kind: "nothing" }
  /** The ledger, or the file, is not whole; nothing was taken out. */
  | { readonly kind: "broken"; readonly sentence: string }
  | ({ readonly kind: "pruned"; readonly events: number; readonly sha256: string } & PositionRange);

/**
 * Takes whole partitions of old events out of the database, after they were written to a file, read back
 * from there and found to be the chain up to what is kept. Interrupted before its end it has taken out
 * nothing.
 * @throws ConfigError where the database cannot be used, or the file cannot be made
 */
export async function pruneEvents(request: PruneRequest): Promise<PruneResult> {
  const { url, logger } = request;
  try {
    const settings = { ...CONNECTION_DEFAULTS, url, connections: 2 };
    const database = new Database({ ...settings, statementTimeout: MIGRATION_TIMEOUT }, logger);
    try {
      await migrate(database);
      await refuseDuringImport(database);
      return await prune(database, request);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw new ConfigError([withoutPassword(errorText(error), url)]);
  }
}

async function prune(database: Database, { before, path }: PruneRequest): Promise<PruneResult> {
  const history = new History(database, new SchemaGuard(SCHEMA));
  const old = await oldPartitions(database, before);
  if (old === null) return { kind: "nothing" };
  const verdict = await verifyLedger(history);
  if (verdict.kind === "broken") return { kind: "broken", sentence: verdict.at.sentence };
  if (verdict.kind === "unreadable") return { kind: "broken", sentence: verdict.sentence };
  const { first, last } = old;
  const file = await exportToFile(path, eventsUpTo(history, last));
  const exported = new LastOfStreams();
  const read = await verifyChain(
    exported.noting(exportedEvents([path])),
    new Map(),
    await history.anchors(),
  );
  if (read.kind === "broken") return { kind: "broken", sentence: `${path}: ${read.at.sentence}` };
  try {
    await database.transaction((queries) =>
      takeOut(queries, { first, last, partitions: old.partitions }, file, exported.anchors()),
    );
  } catch (error) {
    throw new Error(`${errorText(error)}. ${LEFT_BEHIND}`, { cause: error });
  }
  return { kind: "pruned", events: file.events, sha256: file.sha256, first, last };
}

const LEFT_BEHIND =
  "Keep the file until slipway audit export shows that those events are still in the database, " +
  "and name another one next time";

async function* eventsUpTo(history: History, last: number): AsyncGenerator<RecordedEvent> {
  for await (const event of history.read({ stream: null, since: null })) {
    if (event.position > last) return;
    yield event;
  }
}

/** The last event of each stream among those that go by. */
class LastOfStreams {
  readonly #last = new Map<StreamId, Anchor>();

  async *noting(events: AsyncIterable<RecordedEvent>): AsyncGenerator<RecordedEvent> {
    for await (const event of events) {
      const { stream, version, hash: head, position } = event;
      this.#last.set(stream, { stream, version, head, position });
      yield event;
    }
  }

  anchors(): readonly Anchor[] {
    return [...this.#last.values()];
  }
}

/** Milliseconds to wait for who reads the events: others wait behind it meanwhile. */
const PATIENCE = 2_000;

async function takeOut(
  queries: Queries,
  { first, last, partitions }: PositionRange & { readonly partitions: readonly string[] },
  { path, sha256, events }: ExportedFile,
  anchors: readonly Anchor[],
): Promise<void> {
  await queries.script(`set local lock_timeout = ${PATIENCE}`);
  await lockLedger(queries, new SchemaGuard(SCHEMA));
  await queries.script("lock table slipway.events in access exclusive mode");
  const [found] = await queries.rows(
    `select count(*) as events, (select count(*) from (
       select distinct on (stream) stream, version, hash, position from slipway.events
       where position between $1 and $2 order by stream, version desc) as last
       join unnest($3::text[], $4::bigint[], $5::text[], $6::bigint[]) as exported (stream, version, hash, position)
       using (stream, version, hash, position)) as streams
     from slipway.events where position between $1 and $2`,
    [
      ...[first, last, anchors.map(({ stream }) => stream)],
      ...[anchors.map(({ version }) => version), anchors.map(({ head }) => head)],
      anchors.map(({ position }) => position),
    ],
  );
  if (Number(found?.events) !== events || Number(found?.streams) !== anchors.length) {
    throw new Error(`what is in ${path} is not what is in the database`);
  }
  await queries.rows(
    `insert into slipway.anchors (stream, version, head, position)
     select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[])
     on conflict (stream) do update
       set version = excluded.version, head = excluded.head, position = excluded.position`,
    [
      ...[anchors.map(({ stream }) => stream), anchors.map(({ version }) => version)],
      ...[anchors.map(({ head }) => head), anchors.map(({ position }) => position)],
    ],
  );
  await queries.rows(
    "insert into slipway.pruned (first_position, last_position, file, sha256) values ($1, $2, $3, $4)",
    [first, last, path, sha256],
  );
  for (const partition of partitions) await queries.script(`drop table slipway.${partition}`);
}
