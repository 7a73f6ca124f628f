import { onTestFinished } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.ts";
import {
  openPostgresLedger,
  type PostgresLedgerOptions,
} from "../../src/ledger/postgres/open-postgres-ledger.ts";
import type { LedgerUnderTest } from "../contracts/ledger/set-up.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { NOON } from "./ledger-samples.ts";
import { onDatabase, type PostgresServer } from "./postgres-server.ts";
import { quietLog } from "./quiet-log.ts";

/** A database whose clock the test moves, and the ledgers that are opened on it. */
export interface PostgresLedgers extends LedgerUnderTest {
  /** Another process, as it were, on the same database; closed when the test is over. */
  replica(options?: Partial<PostgresLedgerOptions>): Promise<Ledger>;
  /** The address of the database, made at the first call. */
  url(): Promise<string>;
}

/**
 * An empty database for one test. `clock.advance` moves the clock of the database too.
 * `port`: what the ledgers connect to, where something stands before the server.
 */
export function postgresLedgers(
  server: PostgresServer,
  port: () => number = server.port,
): PostgresLedgers {
  const fake = createFakeClock(NOON);
  const opened = new Set<Ledger>();
  let made: Promise<string> | null = null;
  const url = () => {
    made ??= databaseWithItsOwnClock(server);
    return made;
  };
  const clock: FakeClock = {
    ...fake,
    advance: async (milliseconds) => {
      await fake.advance(milliseconds);
      await onDatabase(
        await url(),
        "update test_clock.reading set at = at + $1 * interval '1 millisecond'",
        [milliseconds],
      );
    },
  };
  const replica = async (options: Partial<PostgresLedgerOptions> = {}): Promise<Ledger> => {
    const ledger = await openPostgresLedger({
      url: server.url(new URL(await url()).pathname.slice(1), port()),
      clock,
      logger: quietLog,
      connections: 4,
      ...options,
    });
    opened.add(ledger);
    return ledger;
  };
  const reopen = async (): Promise<Ledger> => {
    for (const ledger of opened) await ledger.close();
    return replica();
  };
  onTestFinished(async () => {
    for (const ledger of opened) await ledger.close();
  });
  return { clock, url, replica, open: () => replica(), reopen };
}

/** `clock_timestamp()` without its schema is, in this database, what the test has set. */
async function databaseWithItsOwnClock(server: PostgresServer): Promise<string> {
  const name = await server.createDatabase();
  const url = server.url(name);
  await onDatabase(
    url,
    `create schema test_clock;
     create table test_clock.reading (at timestamptz not null);
     insert into test_clock.reading values ('2026-11-22T12:00:00Z');
     create function test_clock.clock_timestamp() returns timestamptz language sql volatile
       as 'select at from test_clock.reading';
     alter database ${name} set search_path = test_clock, pg_catalog, public;`,
  );
  return url;
}
