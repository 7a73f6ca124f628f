import { randomUUID } from "node:crypto";
import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { ConfigError, errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import type { Ledger } from "../ledger.ts";
import { newerThanKnown, SCHEMA } from "../schema.ts";
import { WorkListeners } from "../work-listeners.ts";
import { BatchWriter } from "./batch-writer.ts";
import { Claims } from "./claims.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { History } from "./history.ts";
import { refuseDuringImport } from "./import/import-under-way.ts";
import { checkMigrated, migrate } from "./migrate.ts";
import { PartitionKeeper } from "./partition-keeper.ts";
import { PostgresLedger } from "./postgres-ledger.ts";
import { PostgresReplicas } from "./postgres-replicas.ts";
import { SchemaGuard } from "./schema-guard.ts";
import { whenThere } from "./when-there.ts";
import { withoutPassword } from "./without-password.ts";
import { WorkHints } from "./work-hints.ts";
import { WriteQueue } from "./write-queue.ts";

export const CONNECTION_DEFAULTS: Omit<DatabaseOptions, "url"> = {
  connections: 10,
  connectTimeout: 5_000,
  statementTimeout: 10_000,
  idleTimeout: 3_000,
};

/** A change of the tables may take long, and replicas that start at once wait for each other. */
export const MIGRATION_TIMEOUT = 10 * 60_000;

/** `DATABASE_URL` and what may be set beside it, for tests and small databases. */
export interface PostgresLedgerOptions extends Partial<Omit<DatabaseOptions, "url">> {
  /** `postgresql://user:password@host:port/database?sslmode=…`; several hosts as libpq has them. */
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a database is waited for that is not there yet; not at all unless said. */
  readonly patience?: Milliseconds;
  /** In place of this program's `SCHEMA`: for tests, as a newer or older version would have it. */
  readonly schema?: number;
  /** False: tables of an older version are refused, and stay as they are. */
  readonly migrates?: boolean;
}

/**
 * Brings the tables up to date and opens the ledger. Any number of processes may do so.
 * @throws ConfigError where the database cannot be reached or used; its text never holds the password
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
  const { url, clock, logger, patience = 0, schema = SCHEMA } = options;
  const settings: DatabaseOptions = {
    url,
    connections: options.connections ?? CONNECTION_DEFAULTS.connections,
    connectTimeout: options.connectTimeout ?? CONNECTION_DEFAULTS.connectTimeout,
    statementTimeout: options.statementTimeout ?? CONNECTION_DEFAULTS.statementTimeout,
    idleTimeout: options.idleTimeout ?? CONNECTION_DEFAULTS.idleTimeout,
  };
  try {
    const { migrates = true } = options;
    const prepared = () => prepare(settings, schema, logger, migrates);
    await whenThere(prepared, patience, { clock, logger });
    return assemble(settings, { clock, logger, schema });
  } catch (error) {
    throw new ConfigError([`DATABASE_URL: ${withoutPassword(errorText(error), url)}`]);
  }
}

async function prepare(
  settings: DatabaseOptions,
  schema: number,
  logger: Logger,
  migrates: boolean,
): Promise<void> {
  const patient = { ...settings, connections: 1, statementTimeout: MIGRATION_TIMEOUT };
  const database = new Database(patient, logger);
  try {
    const done = migrates ? await migrate(database) : await checkMigrated(database);
    await refuseDuringImport(database);
    if (done.length > 0) logger.info({ migrations: done }, "the tables were brought up to date");
    const [row] = await database.read(
      "select current_setting('fsync') as fsync, newest_schema from slipway.ledger",
    );
    const newest = Number(row?.newest_schema);
    if (newest > schema) throw new Error(newerThanKnown("a part of the ledger", newest, schema));
    if (row?.fsync === "off") {
      logger.warn({}, "PostgreSQL runs with fsync=off: a power cut may lose or damage the ledger");
    }
  } finally {
    await database.close();
  }
}

function assemble(
  settings: DatabaseOptions,
  {
    clock,
    logger,
    schema,
  }: { readonly clock: Clock; readonly logger: Logger; readonly schema: number },
): Ledger {
  const guard = new SchemaGuard(schema);
  const id = randomUUID();
  const database = new Database(settings, logger);
  const listeners = new WorkListeners();
  const heard = () => listeners.announce();
  const hints = new WorkHints({ database, clock, logger, heard });
  const partitions = new PartitionKeeper(database, logger);
  const writer = new BatchWriter({ database, partitions, guard, clock, logger });
  hints.listen();
  return new PostgresLedger({
    database,
    partitions,
    listeners,
    hints,
    writes: new WriteQueue((writes) => writer.write(writes)),
    claims: new Claims(database, id, guard),
    replicas: new PostgresReplicas(database, id, guard),
    history: new History(database, guard),
    guard,
  });
}
