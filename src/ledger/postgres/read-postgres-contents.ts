import { z } from "zod";
import { ConfigError } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { exportedEvents } from "../exported-events.ts";
import type { DeadJob, RecordedEvent } from "../ledger.ts";
import type { KeptJob, LedgerContents } from "../ledger-contents.ts";
import { contentsDigest } from "../move/contents-digest.ts";
import { newerThanKnown, SCHEMA } from "../schema.ts";
import { deadJobsIn } from "./claims.ts";
import { contentCounts } from "./content-counts.ts";
import { Database, type Queries } from "./database.ts";
import { History } from "./history.ts";
import { importUnderWay } from "./import/import-under-way.ts";
import { keptFingerprints, keptReleases, keptStreams } from "./kept-rows.ts";
import { checkMigrated } from "./migrate.ts";
import { CONNECTION_DEFAULTS, MIGRATION_TIMEOUT } from "./open-postgres-ledger.ts";
import { liveReplicas } from "./postgres-replicas.ts";
import { SchemaGuard } from "./schema-guard.ts";
import { JOB_COLUMNS, storedJobOf } from "./stored-job.ts";

export interface ContentsRequest {
  /** Of the database. */
  readonly url: string;
  /** Files of the events that were taken out of it, the oldest first. */
  readonly exported: readonly string[];
  readonly logger: Logger;
}

/** Milliseconds to wait for what is being written: no replica lives, so that it is nothing or very little. */
const PATIENCE = 5_000;
const TABLES = ["ledger", "streams", "events", "commands", "jobs", "dead_jobs"]
  .concat(["archived_releases", "anchors", "pruned", "replicas"])
  .map((name) => `slipway.${name}`);

/**
 * Reads a ledger in PostgreSQL as a whole, in one transaction that keeps all who would write waiting, and
 * changes nothing. Whatever ends this process lets them go on.
 * @throws ConfigError where a replica lives, where the tables are of another version, or where events are
 * kept in files that were not named
 */
export async function readPostgresContents<T>(
  { url, exported, logger }: ContentsRequest,
  use: (contents: LedgerContents) => Promise<T>,
): Promise<T> {
  const patient = { statementTimeout: MIGRATION_TIMEOUT, idleTimeout: NEVER };
  const database = new Database(
    { ...CONNECTION_DEFAULTS, ...patient, url, connections: 1 },
    logger,
  );
  try {
    await checkMigrated(database);
    return await database.transaction(async (queries) => {
      await queries.script(`set local lock_timeout = ${PATIENCE}`);
      await queries.script(`lock table ${TABLES.join(", ")} in exclusive mode`);
      return use(await contentsOf(queries, exported));
    });
  } finally {
    await database.close();
  }
}

/** How PostgreSQL spells it: writing what was read may take long. */
const NEVER = 0;

const ledgerRow = z.object({
  position: z.coerce.number(),
  newest_schema: z.number(),
  importing: z.string().nullable(),
  taken_out: z.coerce.number(),
  files: z.array(z.string()),
});

async function contentsOf(queries: Queries, exported: readonly string[]): Promise<LedgerContents> {
  const { rows } = queries;
  const [row] = await rows(
    `select position, newest_schema, importing,
            (select coalesce(max(last_position), 0) from slipway.pruned) as taken_out,
            array(select file from slipway.pruned order by first_position) as files
     from slipway.ledger`,
  );
  const { position, newest_schema: newest, importing, ...pruned } = ledgerRow.parse(row);
  if (importing !== null) throw new ConfigError([importUnderWay(importing)]);
  if (newest > SCHEMA) {
    throw new ConfigError([newerThanKnown("a part of the ledger", newest, SCHEMA)]);
  }
  refuseBesideReplicas(await liveReplicas(rows));
  refuseWithoutFiles(pruned, exported);
  const kept = await contentCounts(rows);
  const counts = { ...kept, events: kept.events + pruned.taken_out };
  const jobs = await keptJobs(rows);
  const dead = await deadJobsIn(rows);
  const history = new History({ read: rows }, new SchemaGuard(SCHEMA));
  const contents = {
    counts,
    position,
    place: jobs.reduce((most, job) => Math.max(most, job.place, job.successor?.place ?? 0), 0),
    streams: () => keptStreams(rows),
    jobs: () => jobs,
    deadJobs: (): readonly DeadJob[] => dead,
    events: async function* (after: number): AsyncGenerator<RecordedEvent> {
      if (after < pruned.taken_out) {
        for await (const event of exportedEvents(exported)) {
          if (event.position > after && event.position <= pruned.taken_out) yield event;
        }
      }
      yield* history.after(Math.max(after, pruned.taken_out), position);
    },
    archivedReleases: (skip: number) => keptReleases(rows, skip),
    commandFingerprints: (skip: number) => keptFingerprints(rows, skip),
  };
  const identity = await contentsDigest(contents);
  return { ...contents, identity, checkAlone: () => checkAlone(rows) };
}

function refuseBesideReplicas(hosts: readonly string[]): void {
  if (hosts.length === 0) return;
  throw new ConfigError([
    `Slipway runs on this database, on ${hosts.join(", ")}: stop every replica, and run this again. ` +
      "One that was killed is forgotten after 20 seconds",
  ]);
}

function refuseWithoutFiles(
  { taken_out: last, files }: Pick<z.infer<typeof ledgerRow>, "taken_out" | "files">,
  exported: readonly string[],
): void {
  if (last === 0 || exported.length > 0) return;
  throw new ConfigError([
    `the events up to position ${last} were taken out of this database into ${files.join(", ")}: ` +
      "name each of these files with --exported, the oldest first. A folder keeps every event",
  ]);
}

async function keptJobs(rows: Queries["rows"]): Promise<readonly KeptJob[]> {
  const stored = await rows(`select ${JOB_COLUMNS} from slipway.jobs order by place`);
  return stored.map((row) => {
    const { job, place, due, attempts, successor } = storedJobOf(row);
    return {
      ...{ job, place, due, attempts },
      successor: successor === null ? null : { job: successor.job, place: successor.place },
    };
  });
}

/** Who lives says so every few seconds, and waits for the end of this then. */
async function checkAlone(rows: Queries["rows"]): Promise<void> {
  const waiting = await rows(
    `select from pg_locks where not granted and relation = any($1::regclass[]::oid[])
       and database = (select oid from pg_database where datname = current_database()) limit 1`,
    [TABLES],
  );
  if (waiting.length === 0) return;
  throw new ConfigError([
    "somebody wants to write to the database that is moved away from: Slipway was started on it meanwhile. " +
      "Stop it, and run this again",
  ]);
}
