import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportLedger, verifyLedger } from "../../../src/ledger/audit.ts";
import { Duplicate, type Ledger } from "../../../src/ledger/ledger.ts";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { readPostgresContents } from "../../../src/ledger/postgres/read-postgres-contents.ts";
import { collected } from "../../contracts/ledger/set-up.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aCommit, FEED, NOON, nextCommit } from "../../support/ledger-samples.ts";
import {
  answersOf,
  COMPONENTS,
  commandIdOf,
  filledFolder,
  fillLedger,
  jobsInTheirOrder,
} from "../../support/moved-ledger.ts";
import { someoneWaits } from "../../support/postgres-faults.ts";
import { type PostgresLedgers, postgresLedgers } from "../../support/postgres-ledger.ts";
import { onDatabase, postgresServer } from "../../support/postgres-server.ts";
import { quietLog } from "../../support/quiet-log.ts";
import { runSlipway } from "../../support/run-slipway.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const server = postgresServer();
const clock = createFakeClock(NOON);
const MAIN = join(import.meta.dirname, "../../../src/main.ts");

const MOVED = `                     database     folder
streams                     4          4
events                     36         36
archived releases          33         33
pending jobs                6          6
dead jobs                   2          2
command ids                37         37
whole: 36 events in 3 streams
`;

/** A database with something of everything, which nobody has open. */
async function filledDatabase(): Promise<PostgresLedgers & { readonly DATABASE_URL: string }> {
  const ledgers = postgresLedgers(server);
  const ledger = await ledgers.open();
  await fillLedger(ledger, ledgers.clock);
  await ledger.close();
  return { ...ledgers, DATABASE_URL: await ledgers.url() };
}

function aNewFolder(): string {
  return join(temporaryFolder(), "back");
}

function moveBack(DATABASE_URL: string, directory: string, ...flags: readonly string[]) {
  return runSlipway(["migrate", "--to", `lowdb:${directory}`, ...flags], { DATABASE_URL });
}

async function exported(ledger: Ledger): Promise<string> {
  return (await collected(exportLedger(ledger, { component: null, since: null }))).join("");
}

/** What two ledgers answer, their exports byte for byte and their jobs in order; ends all jobs. */
async function expectTheSame(one: Ledger, other: Ledger): Promise<void> {
  expect(await answersOf(one)).toEqual(await answersOf(other));
  expect(await exported(one)).toBe(await exported(other));
  expect(await verifyLedger(one)).toEqual(await verifyLedger(other));
  const order = await jobsInTheirOrder(other, clock);
  expect(order.length).toBeGreaterThan(5);
  expect(await jobsInTheirOrder(one, clock)).toEqual(order);
}

describe("a ledger that is moved from PostgreSQL into a folder", () => {
  it("answers every question as it did there, and says what to do next", async () => {
    const { DATABASE_URL, open } = await filledDatabase();
    const directory = aNewFolder();
    const { exitCode, out, err } = await moveBack(DATABASE_URL, directory);
    expect([exitCode, err]).toEqual([0, ""]);
    expect(out).toContain(MOVED);
    expect(out).toContain(`Now start one Slipway with SLIPWAY_DATA=${directory}`);
    const verified = await runSlipway(["audit", "verify"], { SLIPWAY_DATA: directory });
    expect(verified).toMatchObject({ exitCode: 0, out: "whole: 36 events in 3 streams\n" });
    const folder = await openEmbeddedLedger({ directory, clock });
    await expectTheSame(folder, await open());
    await folder.close();
  });

  it("is, there and back again, the same ledger with the same bytes", async () => {
    const { directory } = await filledFolder();
    const { url } = postgresLedgers(server);
    const DATABASE_URL = await url();
    const there = ["migrate", "--from", `lowdb:${directory}`];
    expect(await runSlipway(there, { DATABASE_URL })).toMatchObject({ exitCode: 0, err: "" });
    const back = aNewFolder();
    expect(await moveBack(DATABASE_URL, back)).toMatchObject({ exitCode: 0, err: "" });
    const [before, after] = [
      await openEmbeddedLedger({ directory, clock }),
      await openEmbeddedLedger({ directory: back, clock }),
    ];
    await expectTheSame(after, before);
    await before.close();
    await after.close();
  });

  it("goes on: positions, chains and places follow, and no command is taken twice", async () => {
    const { DATABASE_URL } = await filledDatabase();
    const directory = aNewFolder();
    await moveBack(DATABASE_URL, directory);
    const ledger = await openEmbeddedLedger({ directory, clock });
    for (const component of COMPONENTS) {
      const commit = aCommit({ commandIds: [commandIdOf(component, 3)] });
      await expect(ledger.commit(commit)).rejects.toThrow(Duplicate);
    }
    const { version } = await ledger.load(FEED);
    expect(await ledger.commit(nextCommit(FEED, version))).toBe(37);
    await ledger.close();
    const again = await openEmbeddedLedger({ directory, clock });
    expect(await verifyLedger(again)).toEqual({ kind: "whole", events: 37, streams: 3 });
    expect(await again.load(FEED)).toMatchObject({ version: version + 1 });
    await again.close();
  });

  it("leaves the database as it was, and is moved once: the same again changes nothing", async () => {
    const { DATABASE_URL, replica } = await filledDatabase();
    const directory = aNewFolder();
    await moveBack(DATABASE_URL, directory);
    const again = await moveBack(DATABASE_URL, directory);
    expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining("was moved here at") });
    const ledger = await replica();
    const { version } = await ledger.load(FEED);
    expect(await ledger.commit(nextCommit(FEED, version))).toBe(37);
    await ledger.close();
    const other = await moveBack(DATABASE_URL, directory);
    expect([other.exitCode, other.err]).toEqual([1, expect.stringContaining("holds a ledger")]);
  });
});

describe("a move back that is interrupted", () => {
  it("by kill -9 lets the database go on at once, and goes on itself when it is run again", async () => {
    const { DATABASE_URL, replica, open } = await filledDatabase();
    const directory = aNewFolder();
    const argv = [MAIN, "migrate", "--to", `lowdb:${directory}`];
    const child = spawn(process.execPath, argv, { env: { DATABASE_URL } });
    for await (const said of child.stdout) if (String(said).includes("events: ")) break;
    child.kill("SIGKILL");
    await once(child, "close");
    const ledger = await replica();
    await ledger.close();
    const refused = await runSlipway(["audit", "verify"], { SLIPWAY_DATA: directory });
    // It may have been faster than the signal.
    if (refused.exitCode !== 0) expect(refused.err).toContain("is being moved into");
    const { exitCode, out } = await moveBack(DATABASE_URL, directory);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^(goes on where it was interrupted|this ledger was moved here)/);
    const folder = await openEmbeddedLedger({ directory, clock });
    await expectTheSame(folder, await open());
    await folder.close();
  });
});

describe("a move back is refused", () => {
  it("while a replica lives, and not any more when it has stopped", async () => {
    const { DATABASE_URL, replica } = await filledDatabase();
    const running = await replica();
    const beat = { host: "one.acme.test", version: "1", configuration: "a" };
    await running.replicas.beat(beat);
    const directory = aNewFolder();
    const { exitCode, err } = await moveBack(DATABASE_URL, directory);
    expect([exitCode, err]).toEqual([1, expect.stringContaining("on one.acme.test: stop every")]);
    await running.close();
    expect(await moveBack(DATABASE_URL, directory)).toMatchObject({ exitCode: 0 });
  });

  it("at its end, when somebody has started on the database meanwhile", async () => {
    const { DATABASE_URL: url, replica } = await filledDatabase();
    const running = await replica();
    const source = { url, exported: [], logger: quietLog };
    const beaten = await readPostgresContents(source, async (contents) => {
      await expect(contents.checkAlone()).resolves.toBeUndefined();
      const beat = running.replicas.beat({ host: "late", version: "1", configuration: "a" });
      await someoneWaits(url);
      await expect(contents.checkAlone()).rejects.toThrow("Slipway was started on it meanwhile");
      return { beat };
    });
    expect((await beaten.beat).live.map(({ host }) => host)).toEqual(["late"]);
  });

  it("from a database whose tables are of another version, or that takes in a ledger itself", async () => {
    const { DATABASE_URL } = await filledDatabase();
    const directory = aNewFolder();
    const version = (change: string) =>
      onDatabase(DATABASE_URL, `update slipway.migrations set version = version ${change}`);
    await version("+ 10");
    expect((await moveBack(DATABASE_URL, directory)).err).toContain("knows only");
    await version("- 10");
    await onDatabase(DATABASE_URL, "update slipway.ledger set newest_schema = 99");
    expect((await moveBack(DATABASE_URL, directory)).err).toContain("by a newer version");
    await onDatabase(
      DATABASE_URL,
      "update slipway.ledger set newest_schema = 1, importing = 'lowdb:other'",
    );
    expect((await moveBack(DATABASE_URL, directory)).err).toContain("lowdb:other is being moved");
    expect(readdirSync(directory)).toEqual([]);
  });

  it("from a database that is empty of tables", async () => {
    const { url } = postgresLedgers(server);
    const { exitCode, err } = await moveBack(await url(), aNewFolder());
    expect([exitCode, err]).toEqual([1, expect.stringContaining("the tables have version 0")]);
  });

  it("into a folder with something in it, which stays as it is", async () => {
    const { DATABASE_URL } = await filledDatabase();
    const [files, { directory }] = [temporaryFolder(), await filledFolder()];
    writeFileSync(join(files, "notes.txt"), "of somebody else");
    expect((await moveBack(DATABASE_URL, files)).err).toContain("is not empty (notes.txt)");
    expect(readdirSync(files)).toEqual(["notes.txt"]);
    expect((await moveBack(DATABASE_URL, directory)).err).toContain("holds a ledger already");
  });

  it("into a folder that a process works on", async () => {
    const { DATABASE_URL } = await filledDatabase();
    const directory = temporaryFolder();
    const running = await openEmbeddedLedger({ directory, clock });
    expect((await moveBack(DATABASE_URL, directory)).err).toContain("is in use by another process");
    await running.close();
  });

  it("where the chain in the database is broken, and then nobody starts on the folder", async () => {
    const { DATABASE_URL } = await filledDatabase();
    await onDatabase(DATABASE_URL, "update slipway.events set at = at + 1 where position = 7");
    const directory = aNewFolder();
    const { exitCode, out } = await moveBack(DATABASE_URL, directory);
    expect([exitCode, out]).toEqual([1, expect.stringMatching(/broken: .* position 7 /)]);
    expect(existsSync(directory)).toBe(true);
    const started = openEmbeddedLedger({ directory, clock });
    await expect(started).rejects.toThrow("is being moved into");
  });
});
