import type { Database, Queries } from "./database.ts";
import type { Migration } from "./migrations/migration.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "./migrations/migrations.ts";

/** A newer version of Slipway has changed the tables. Nothing was changed. */
class NewerSchema extends Error {
  override readonly name = "NewerSchema";
}

/** The sentence for a database whose tables are of this version, which is newer than ours. */
export function newerSchema(found: number): string {
  return (
    `the tables have version ${found}, and this version of Slipway knows only ${SCHEMA_VERSION}: ` +
    "start the version that changed them, or a newer one"
  );
}

/** It makes the column, with itself as the value. */
const FIRST_WITH_WRITTEN_FROM = 3;

/** Whoever migrates holds this, so that replicas that start at once do it one after the other. */
const LOCK = 7_547_929_101;

/**
 * Brings the tables to the version of this program, in one transaction: all of it, or nothing.
 * Replicas may call it at the same time. Returns the names of what was done.
 * @throws NewerSchema, Unavailable
 */
export function migrate(
  database: Database,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<readonly string[]> {
  return database.transaction(async (queries) => {
    await queries.rows("select pg_advisory_xact_lock($1)", [LOCK]);
    const done = await migratedTo(queries);
    if (done > migrations.length) throw new NewerSchema(newerSchema(done));
    const missing = migrations.filter(({ version }) => version > done);
    for (const migration of missing) await apply(queries, migration);
    return missing.map(({ name }) => name);
  });
}

/**
 * That there is nothing to migrate, for whoever only reads. Changes nothing.
 * @throws where the tables are not of this version
 */
export async function checkMigrated(database: Database): Promise<readonly string[]> {
  const [found] = await database.read(
    "select to_regclass('slipway.migrations') is not null as tables",
  );
  const [row] =
    found?.tables === true
      ? await database.read("select coalesce(max(version), 0) as version from slipway.migrations")
      : [];
  const done = Number(row?.version ?? 0);
  if (done > SCHEMA_VERSION) throw new NewerSchema(newerSchema(done));
  if (done === SCHEMA_VERSION) return [];
  throw new Error(
    `the tables have version ${done}, and this version of Slipway reads ${SCHEMA_VERSION}: start it once with slipway serve, which brings them up to date`,
  );
}

/** The version of the tables; 0 where there are none. */
async function migratedTo(queries: Queries): Promise<number> {
  const [found] = await queries.rows(
    "select to_regnamespace('slipway') is not null as schema, to_regclass('slipway.migrations') is not null as tables",
  );
  if (found?.tables !== true) {
    // Asked before: who may not create a schema may still use one that somebody else has made.
    if (found?.schema !== true) await queries.rows("create schema slipway");
    await queries.rows(
      "create table slipway.migrations (version integer primary key, name text not null, at timestamptz not null default now())",
    );
    return 0;
  }
  const [row] = await queries.rows(
    "select coalesce(max(version), 0) as version from slipway.migrations",
  );
  return Number(row?.version);
}

async function apply(
  queries: Queries,
  { version, name, sql, compatible }: Migration,
): Promise<void> {
  await queries.script(sql);
  await queries.rows("update slipway.ledger set schema_version = $1", [version]);
  if (version > FIRST_WITH_WRITTEN_FROM && compatible !== true) {
    await queries.rows("update slipway.ledger set written_from = $1", [version]);
  }
  await queries.rows("insert into slipway.migrations (version, name) values ($1, $2)", [
    version,
    name,
  ]);
}
