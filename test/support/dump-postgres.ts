import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { MIGRATIONS, SCHEMA_VERSION } from "../../src/ledger/postgres/migrations/migrations.ts";
import { openPostgresLedger } from "../../src/ledger/postgres/open-postgres-ledger.ts";
import { createFakeClock } from "./fake-clock.ts";
import { NOON } from "./ledger-samples.ts";
import { answersOf, fillLedger } from "./moved-ledger.ts";
import { startPostgres } from "./postgres-server.ts";
import { quietLog } from "./quiet-log.ts";

/*
 * Writes test/fixtures/postgres/NNNN.sql: the tables of the present version with rows that this version of
 * the program wrote, as pg_dump --inserts has them; and NNNN.json: what the ledger answered then. To be run
 * before a migration is added: node test/support/dump-postgres.ts
 */
const directory = mkdtempSync(join(tmpdir(), "slipway-dump-"));
const { server, url } = await startPostgres(directory);
try {
  const clock = createFakeClock(NOON);
  const ledger = await openPostgresLedger({ url: url("postgres"), clock, logger: quietLog });
  await fillLedger(ledger, clock);
  await ledger.close();
  const again = await openPostgresLedger({ url: url("postgres"), clock, logger: quietLog });
  const answers = await answersOf(again);
  await again.close();
  const folder = join(import.meta.dirname, "../fixtures/postgres");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, String(SCHEMA_VERSION).padStart(4, "0"));
  writeFileSync(`${path}.sql`, await dump(url("postgres")));
  writeFileSync(`${path}.json`, `${JSON.stringify(answers, null, 1)}\n`);
} finally {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function dump(address: string): Promise<string> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'slipway'::regnamespace and relkind in ('r', 'p') and not relispartition
       order by relname`,
    );
    const rows: string[] = [];
    for (const { name } of tables.rows) rows.push(...(await insertsOf(client, name)));
    return [
      "create schema slipway;",
      "create table slipway.migrations (version integer primary key, name text not null, at timestamptz not null default now());",
      ...MIGRATIONS.map(({ sql }) => sql),
      "delete from slipway.ledger;",
      ...rows,
      "select setval(pg_get_serial_sequence('slipway.dead_jobs', 'burial'), (select max(burial) from slipway.dead_jobs));",
      "",
    ].join("\n");
  } finally {
    await client.end();
  }
}

async function insertsOf(client: Client, table: string): Promise<readonly string[]> {
  const columns = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = ('slipway.' || $1)::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  const names = columns.rows.map(({ name }) => name);
  const literals = names.map((name) => `quote_nullable(${name}::text)`).join(" || ', ' || ");
  const rows = await client.query<{ values: string }>(
    `select ${literals} as values from slipway.${table} order by 1`,
  );
  return rows.rows.map(
    ({ values }) =>
      `insert into slipway.${table} (${names.join(", ")}) overriding system value values (${values});`,
  );
}
