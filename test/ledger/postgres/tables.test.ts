import { describe, expect, it } from "vitest";
import { exportLedger, verifyLedger } from "../../../src/ledger/audit.ts";
import { Unavailable } from "../../../src/ledger/ledger.ts";
import { Database } from "../../../src/ledger/postgres/database.ts";
import { migrate } from "../../../src/ledger/postgres/migrate.ts";
import type { Migration } from "../../../src/ledger/postgres/migrations/migration.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "../../../src/ledger/postgres/migrations/migrations.ts";
import { openPostgresLedger } from "../../../src/ledger/postgres/open-postgres-ledger.ts";
import { ConfigError } from "../../../src/shared/errors.ts";
import { collected } from "../../contracts/ledger/set-up.ts";
import { FEED, nextCommit, PYMK } from "../../support/ledger-samples.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { onDatabase, postgresServer } from "../../support/postgres-server.ts";
import { quietLog } from "../../support/quiet-log.ts";

const server = postgresServer();

const LIMITS = {
  connections: 1,
  connectTimeout: 5_000,
  statementTimeout: 5_000,
  idleTimeout: 5_000,
};

describe("the tables", () => {
  it("are made once by replicas that start at the same moment", async () => {
    const { replica, url } = postgresLedgers(server);
    const [one, two, three] = await Promise.all([replica(), replica(), replica()]);
    await one.commit(nextCommit(FEED, 0));
    await two.commit(nextCommit(FEED, 1));
    expect(await three.load(FEED)).toMatchObject({ version: 2 });
    expect(
      await onDatabase(
        await url(),
        "select version, name from slipway.migrations order by version",
      ),
    ).toEqual(MIGRATIONS.map(({ version, name }) => ({ version, name })));
  });

  it("are made in a schema that is there already by who may not make one", async () => {
    const name = await server.createDatabase();
    await onDatabase(
      server.url(name),
      "create role deployer login password 'a-password'; create schema slipway authorization deployer",
    );
    const url = new URL(server.url(name));
    url.username = "deployer";
    url.password = "a-password";
    const { clock } = postgresLedgers(server);
    const ledger = await openPostgresLedger({ url: url.href, clock, logger: quietLog });
    expect(await ledger.commit(nextCommit(FEED, 0))).toBe(1);
    await ledger.close();
  });

  it("are not made for who only reads, and are read once they are there", async () => {
    const { clock } = postgresLedgers(server);
    const empty = server.url(await server.createDatabase());
    const reading = (url: string) =>
      openPostgresLedger({ url, clock, logger: quietLog, migrates: false });
    await expect(reading(empty)).rejects.toThrow(
      `the tables have version 0, and this version of Slipway reads ${SCHEMA_VERSION}: start it once with slipway serve`,
    );
    const database = new Database({ ...LIMITS, url: empty }, quietLog);
    const [row] = await database.read("select to_regnamespace('slipway') is null as untouched");
    expect(row).toEqual({ untouched: true });
    await migrate(database);
    await onDatabase(empty, `insert into slipway.migrations values (${SCHEMA_VERSION + 1}, 'new')`);
    await expect(reading(empty)).rejects.toThrow(`the tables have version ${SCHEMA_VERSION + 1}`);
    await database.close();
  });

  it("are numbered without a gap", () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(
      Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1),
    );
  });

  it("stay as they were where one step fails", async () => {
    const url = server.url(await server.createDatabase());
    const database = new Database({ ...LIMITS, url }, quietLog);
    const bad = { version: SCHEMA_VERSION + 1, name: "bad", sql: "create table slipway.jobs ()" };
    await expect(migrate(database, [...MIGRATIONS, bad])).rejects.toThrow("already exists");
    const [row] = await database.read("select to_regnamespace('slipway') is null as untouched");
    expect(row).toEqual({ untouched: true });
    expect(await migrate(database)).toEqual(MIGRATIONS.map(({ name }) => name));
    expect(await migrate(database)).toEqual([]);
    await database.close();
  });

  describe("of a newer version", () => {
    const newer = SCHEMA_VERSION + 1;
    const sentence = `the tables have version ${newer}, and this version of Slipway knows only ${SCHEMA_VERSION}`;

    /** What a newer version does at its start, beside a replica that runs. */
    async function migratedBeside(change: Partial<Migration>) {
      const { replica, url } = postgresLedgers(server);
      const running = await replica();
      const sql = "alter table slipway.streams add column remark text";
      const migration = { version: newer, name: "from the future", sql, ...change };
      const database = new Database({ ...LIMITS, url: await url() }, quietLog);
      await migrate(database, [...MIGRATIONS, migration]);
      await database.close();
      await expect(replica()).rejects.toThrow(new RegExp(`^DATABASE_URL: ${sentence}`));
      return running;
    }

    it("are not written: not at the start, and not by who has them open", async () => {
      const running = await migratedBeside({});
      await expect(running.commit(nextCommit(FEED, 0))).rejects.toThrow(Unavailable);
      expect(running.health()).toEqual({ ok: false, why: expect.stringContaining(sentence) });
      expect(await running.load(FEED)).toMatchObject({ version: 0 });
    });

    it("are written by who has them open where only something was added", async () => {
      const running = await migratedBeside({ compatible: true });
      await running.commit(nextCommit(FEED, 0));
      expect(running.health()).toEqual({ ok: true });
      expect(await running.load(FEED)).toMatchObject({ version: 1 });
    });
  });
});

describe("the audit of a ledger in PostgreSQL", () => {
  it("finds a row that was edited, and one that was deleted", async () => {
    const { open, url } = postgresLedgers(server);
    const ledger = await open();
    for (const version of [0, 1, 2]) await ledger.commit(nextCommit(FEED, version));
    await ledger.commit(nextCommit(PYMK, 0));
    expect(await verifyLedger(ledger)).toEqual({ kind: "whole", events: 4, streams: 2 });
    const edit =
      "update slipway.events set event = replace(event::text, $1, $2)::json where position = 2";
    await onDatabase(await url(), edit, ["2.0.0", "6.6.6"]);
    expect(await verifyLedger(ledger)).toMatchObject({
      kind: "broken",
      at: { fault: "changed", stream: FEED, version: 2, position: 2 },
    });
    await onDatabase(await url(), edit, ["6.6.6", "2.0.0"]);
    await onDatabase(await url(), "delete from slipway.events where position = 3");
    expect(await verifyLedger(ledger)).toMatchObject({
      kind: "broken",
      at: { fault: "cut-off", stream: FEED, version: 3 },
    });
  });

  it("reads more than one page of events", async () => {
    const { open } = postgresLedgers(server);
    const ledger = await open();
    const commits = Array.from({ length: 1_100 }, (_, n) =>
      ledger.commit(nextCommit(`component/svc-${n}`, 0)),
    );
    await Promise.all(commits);
    expect(await collected(exportLedger(ledger, { component: null, since: null }))).toHaveLength(
      1_100,
    );
  });
});

describe("an address that leads nowhere", () => {
  const password = "p@ss";
  const addresses: readonly (readonly [string, string])[] = [
    ["nobody listens there", "postgresql://slipway:p%40ss@127.0.0.1:1/slipway"],
    ["it cannot be read", "postgresql://slipway:p%40ss@127.0.0.1:nowhere/slipway"],
  ];
  for (const [why, url] of addresses) {
    it(`is a clear error without the password: ${why}`, async () => {
      const { clock } = postgresLedgers(server);
      const error = await openPostgresLedger({ url, clock, logger: quietLog }).catch(
        (error: unknown) => error,
      );
      expect(error).toBeInstanceOf(ConfigError);
      const text = error instanceof Error ? error.message : "";
      expect(text).toMatch(/^DATABASE_URL: ./);
      for (const form of [password, "p%40ss"]) expect(text).not.toContain(form);
    });
  }

  it("is a clear error where the password is wrong", async () => {
    const { clock } = postgresLedgers(server);
    const url = new URL(server.url("postgres"));
    url.password = "hunter2";
    const opening = openPostgresLedger({ url: url.href, clock, logger: quietLog });
    await expect(opening).rejects.toThrow("password authentication failed");
    await expect(opening).rejects.not.toThrow("hunter2");
  });
});
