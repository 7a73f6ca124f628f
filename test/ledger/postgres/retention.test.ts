import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { recorded } from "../../contracts/ledger/set-up.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aWrite, FEED, NOON, nextCommit, PYMK, superseded } from "../../support/ledger-samples.ts";
import { filledFolder } from "../../support/moved-ledger.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { onDatabase, postgresServer } from "../../support/postgres-server.ts";
import { runSlipway } from "../../support/run-slipway.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const server = postgresServer();
const DAY = 24 * 3_600_000;
const LONG_AGO = NOON - 500 * DAY;

/** An empty ledger whose events lie in partitions of ten. */
async function inTens() {
  const ledgers = postgresLedgers(server);
  const ledger = await ledgers.open();
  const url = await ledgers.url();
  await onDatabase(
    url,
    "drop table slipway.events_from_1; update slipway.ledger set partition_size = 10, events_end = 1",
  );
  return { ...ledgers, ledger, DATABASE_URL: url };
}

/** Old events at 1 to 25 but for the last ones, of two streams in turns. */
async function withOldEvents(count = 25, recent = 3) {
  const set = await inTens();
  await write(set.ledger, count - recent, LONG_AGO);
  await write(set.ledger, recent, NOON);
  return set;
}

async function write(ledger: Ledger, count: number, at: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const stream = n % 2 === 0 ? FEED : PYMK;
    const { version } = await ledger.load(stream);
    await ledger.commit(nextCommit(stream, version, { at }));
  }
}

async function partitions(url: string): Promise<readonly unknown[]> {
  const rows = await onDatabase(
    url,
    `select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
     where inhparent = 'slipway.events'::regclass order by inhrelid`,
  );
  return rows.map(({ name }) => name);
}

function prune(DATABASE_URL: string, path: string, SLIPWAY_RETENTION = "400d") {
  return runSlipway(["audit", "prune", "--export", path], { DATABASE_URL, SLIPWAY_RETENTION });
}

describe("the events", () => {
  it("lie in partitions, of which the next is made before it is needed", async () => {
    const { ledger, DATABASE_URL } = await withOldEvents(26);
    await ledger.close();
    expect(await partitions(DATABASE_URL)).toEqual([
      ...["events_from_1", "events_from_11", "events_from_21", "events_from_31"],
    ]);
    const again = "select count(*)::int as count from slipway.events_from_11";
    expect(await onDatabase(DATABASE_URL, again)).toEqual([{ count: 10 }]);
  });

  it("are cut the same by replicas that come to the end at the same moment", async () => {
    const { ledger, replica, DATABASE_URL } = await inTens();
    const other = await replica();
    const streams = Array.from({ length: 20 }, (_, n) => `component/svc-${n}`);
    await Promise.all(
      streams.map((stream, n) => (n % 2 === 0 ? ledger : other).commit(nextCommit(stream, 0))),
    );
    await Promise.all([ledger.close(), other.close()]);
    expect((await partitions(DATABASE_URL)).slice(0, 2)).toEqual([
      ...["events_from_1", "events_from_11"],
    ]);
    expect(await verifyLedger(await replica())).toMatchObject({ kind: "whole", events: 20 });
  });

  it("are written while there is room where the next partition cannot be made, which is said", async () => {
    const { replica, DATABASE_URL } = await inTens();
    const { logger, lines } = captureLogs();
    const ledger = await replica({ logger });
    await onDatabase(DATABASE_URL, "create table slipway.events_from_11 ()");
    await write(ledger, 10, NOON);
    const version = 5;
    await expect(ledger.commit(nextCommit(FEED, version))).rejects.toThrow("already exists");
    expect(ledger.health()).toEqual({ ok: true });
    await onDatabase(DATABASE_URL, "drop table slipway.events_from_11");
    expect(await ledger.commit(nextCommit(FEED, version))).toBe(11);
    await ledger.close();
    const warnings = lines.filter(({ msg }) => msg.includes("could not be made ahead"));
    expect(warnings.length).toBeGreaterThan(0);
    expect(await partitions(DATABASE_URL)).toEqual([...["events_from_1", "events_from_11"]]);
  });

  it("that are moved here from a folder fill partitions as they come", async () => {
    const { ledger, DATABASE_URL } = await inTens();
    const { directory } = await filledFolder();
    const argv = ["migrate", "--from", `lowdb:${directory}`];
    expect(await runSlipway(argv, { DATABASE_URL })).toMatchObject({ exitCode: 0 });
    expect(await partitions(DATABASE_URL)).toEqual([
      ...["events_from_1", "events_from_11", "events_from_21", "events_from_31"],
    ]);
    expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole", events: 37 });
  });

  it("are all kept where nobody says for how long", async () => {
    const { DATABASE_URL } = await withOldEvents();
    const path = join(temporaryFolder(), "events.jsonl");
    const argv = ["audit", "prune", "--export", path];
    const { exitCode, err } = await runSlipway(argv, { DATABASE_URL });
    expect([exitCode, err]).toEqual([1, expect.stringContaining("SLIPWAY_RETENTION is not set")]);
    expect(existsSync(path)).toBe(false);
  });
});

describe("slipway audit prune", () => {
  it("takes full partitions of old events out, and the chain goes on from its anchors", async () => {
    const { ledger, DATABASE_URL } = await withOldEvents(25);
    const all = await recorded(ledger);
    const path = join(temporaryFolder(), "events.jsonl");
    const { exitCode, out, err } = await prune(DATABASE_URL, path);
    expect([exitCode, err]).toEqual([0, ""]);
    expect(out).toMatch(/^took out 20 events, positions 1 to 20; .*SHA-256 [0-9a-f]{64}/);
    expect((await recorded(ledger)).map(({ position }) => position)).toEqual([21, 22, 23, 24, 25]);
    const exported = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(exported.map((line): unknown => JSON.parse(line))).toEqual(all.slice(0, 20));
    expect(await verifyLedger(ledger)).toEqual({ kind: "whole", events: 5, streams: 2 });
    const { version } = await ledger.load(FEED);
    expect(await ledger.commit(nextCommit(FEED, version))).toBe(26);
    const verified = await runSlipway(["audit", "verify"], { DATABASE_URL });
    expect(verified.out).toMatch(/^whole: 6 events in 2 streams\nfrom position 21 on: /);
  });

  it("leaves files that are the rest of the chain, one after the other", async () => {
    const { ledger, DATABASE_URL } = await withOldEvents(15, 0);
    const folder = temporaryFolder();
    const [one, two] = [join(folder, "1.jsonl"), join(folder, "2.jsonl")];
    await prune(DATABASE_URL, one);
    await write(ledger, 10, LONG_AGO);
    expect((await prune(DATABASE_URL, two)).out).toContain("positions 11 to 20");
    const verify = (...files: readonly string[]) =>
      runSlipway(["audit", "verify", ...files.flatMap((file) => ["--exported", file])], {
        DATABASE_URL,
      });
    expect(await verify(one, two)).toMatchObject({
      exitCode: 0,
      out: "whole: 25 events in 2 streams\n",
    });
    expect(await verify(two)).toMatchObject({ exitCode: 1 });
    writeFileSync(one, readFileSync(one, "utf8").replace("2.0.0", "6.6.6"));
    expect((await verify(one, two)).out).toMatch(/^broken: version 2 of .* was changed/);
  });

  it("leaves a ledger that goes into a folder with the files of what was taken out", async () => {
    const { ledger, DATABASE_URL } = await withOldEvents(25);
    const all = await recorded(ledger);
    await ledger.close();
    const files = temporaryFolder();
    const [path, cut, directory] = ["events.jsonl", "cut.jsonl", "back"].map((name) =>
      join(files, name),
    ) as [string, string, string];
    await prune(DATABASE_URL, path);
    writeFileSync(cut, `${readFileSync(path, "utf8").split("\n").slice(0, 12).join("\n")}\n`);
    const moved = (...flags: readonly string[]) =>
      runSlipway(["migrate", "--to", `lowdb:${directory}`, ...flags], { DATABASE_URL });
    expect((await moved()).err).toContain(`the events up to position 20 were taken out`);
    expect((await moved("--exported", cut)).err).toContain("the event at position 13 is missing");
    expect(await moved("--exported", path)).toMatchObject({ exitCode: 0, err: "" });
    const folder = await openEmbeddedLedger({ directory, clock: createFakeClock(NOON) });
    expect(await recorded(folder)).toEqual(all);
    expect(await verifyLedger(folder)).toEqual({ kind: "whole", events: 25, streams: 2 });
    await folder.close();
  });

  it("exports texts of every kind, also with separators that others take for the end of a line", async () => {
    const { ledger, DATABASE_URL } = await inTens();
    const texts = ["\u2028", "\u2029", "\r\n", "\u0000", "\u{1f680}", "\ud800"];
    for (const [version, text] of texts.entries()) {
      const events = [superseded(`1.0.0${text}`)];
      const writes = [aWrite({ stream: FEED, count: version + 1, events })];
      await ledger.commit(nextCommit(FEED, version, { at: LONG_AGO, writes }));
    }
    await write(ledger, 5, LONG_AGO);
    const path = join(temporaryFolder(), "events.jsonl");
    expect((await prune(DATABASE_URL, path)).out).toMatch(/^took out 10 events/);
    const argv = ["audit", "verify", "--exported", path];
    expect(await runSlipway(argv, { DATABASE_URL })).toMatchObject({
      out: "whole: 11 events in 2 streams\n",
    });
  });

  it("keeps a partition with one event that is not old, and all behind it", async () => {
    const { ledger, DATABASE_URL } = await inTens();
    await write(ledger, 9, LONG_AGO);
    await write(ledger, 1, NOON);
    await write(ledger, 15, LONG_AGO);
    const path = join(temporaryFolder(), "events.jsonl");
    expect(await prune(DATABASE_URL, path)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("nothing to take out"),
    });
    expect(existsSync(path)).toBe(false);
  });

  it("never takes out what it has not exported: a file that is there stays, and so do the events", async () => {
    const { ledger, DATABASE_URL } = await withOldEvents();
    const path = join(temporaryFolder(), "events.jsonl");
    writeFileSync(path, "of somebody else");
    const { exitCode, err } = await prune(DATABASE_URL, path);
    expect([exitCode, err]).toEqual([1, expect.stringContaining("file already exists")]);
    expect(readFileSync(path, "utf8")).toBe("of somebody else");
    expect(await recorded(ledger)).toHaveLength(25);
  });

  it("gives up behind a backup that reads the events, and takes them out the next time", async () => {
    const { ledger, DATABASE_URL } = await withOldEvents();
    const backup = new Client({ connectionString: DATABASE_URL });
    await backup.connect();
    onTestFinished(() => backup.end());
    await backup.query("begin; select from slipway.events");
    const folder = temporaryFolder();
    const { exitCode, err } = await prune(DATABASE_URL, join(folder, "1.jsonl"));
    expect([exitCode, err]).toEqual([1, expect.stringContaining("name another one next time")]);
    expect(await recorded(ledger)).toHaveLength(25);
    await backup.query("rollback");
    expect((await prune(DATABASE_URL, join(folder, "2.jsonl"))).exitCode).toBe(0);
  });

  it("takes nothing out of a ledger that is not whole", async () => {
    const { ledger, DATABASE_URL } = await withOldEvents();
    await onDatabase(DATABASE_URL, "update slipway.events set at = at + 1 where position = 24");
    const path = join(temporaryFolder(), "events.jsonl");
    const { exitCode, out } = await prune(DATABASE_URL, path);
    expect([exitCode, out]).toEqual([1, expect.stringContaining("nothing was taken out")]);
    expect(await recorded(ledger)).toHaveLength(25);
  });

  it("is found out where somebody moves an anchor", async () => {
    const { ledger, DATABASE_URL } = await withOldEvents();
    await prune(DATABASE_URL, join(temporaryFolder(), "events.jsonl"));
    await onDatabase(DATABASE_URL, "update slipway.anchors set head = repeat('f', 64)");
    expect(await verifyLedger(ledger)).toMatchObject({ kind: "broken" });
  });

  it.each(["soon", "5m", "0d"])("refuses to keep events for %s", async (retention) => {
    const url = "postgresql://127.0.0.1:1/slipway";
    const { exitCode, err } = await prune(url, "x", retention);
    expect([exitCode, err]).toEqual([1, expect.stringContaining("at least 1d")]);
  });
});
