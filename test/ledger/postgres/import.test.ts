import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import { Duplicate, Unavailable } from "../../../src/ledger/ledger.ts";
import type { LedgerContents } from "../../../src/ledger/ledger-contents.ts";
import { openEmbeddedContents } from "../../../src/ledger/lowdb/open-embedded-contents.ts";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { moveLedger } from "../../../src/ledger/move/move-ledger.ts";
import { openPostgresTarget } from "../../../src/ledger/postgres/import/postgres-target.ts";
import { SCHEMA } from "../../../src/ledger/schema.ts";
import { ConfigError } from "../../../src/shared/errors.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aCommit, FEED, NOON, nextCommit } from "../../support/ledger-samples.ts";
import {
  answersOf,
  COMPONENTS,
  commandIdOf,
  filledFolder,
  jobsInTheirOrder,
} from "../../support/moved-ledger.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { onDatabase, postgresServer } from "../../support/postgres-server.ts";
import { quietLog } from "../../support/quiet-log.ts";

const server = postgresServer();
const clock = createFakeClock(NOON);

/** Moves a folder, or what a test makes of its contents. */
async function move(
  directory: string,
  url: string,
  change: (contents: LedgerContents) => LedgerContents = (contents) => contents,
) {
  const contents = await openEmbeddedContents({ directory, clock });
  const target = openPostgresTarget({ url, logger: quietLog });
  const said: string[] = [];
  try {
    const result = await moveLedger({
      contents: change(contents),
      name: "lowdb:the folder",
      target,
      tell: (sentence) => said.push(sentence),
    });
    return { result, said, counts: contents.counts };
  } finally {
    await target.close();
    await contents.close();
  }
}

/** Contents that end in the middle, as their reader does who is killed. */
function cutAfter(kind: "events" | "archivedReleases" | "commandFingerprints", count: number) {
  return (contents: LedgerContents): LedgerContents => ({
    ...contents,
    [kind]: async function* (from: number) {
      let read = 0;
      for await (const item of contents[kind](from)) {
        if (read === count) throw new Error("the power went");
        read += 1;
        yield item;
      }
    },
  });
}

function filesOf(directory: string) {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(directory, name)).isFile()).toSorted();
  return files.map((name) => [name, readFileSync(join(directory, name), "utf8")]);
}

describe("a ledger that is moved from a folder", () => {
  it("answers every question as it did, and the folder is as it was", async () => {
    const { directory } = await filledFolder();
    const before = filesOf(directory);
    const { open, url, clock } = postgresLedgers(server);
    const { result, counts } = await move(directory, await url());
    const chain = { events: 37, streams: 3 };
    expect(result).toEqual({ kind: "moved", source: counts, target: counts, chain });
    expect(counts).toMatchObject({ streams: 4, events: 37, deadJobs: 2, pendingJobs: 6 });
    expect(filesOf(directory)).toEqual(before);
    const source = await openEmbeddedLedger({ directory, clock });
    const target = await open();
    expect(await answersOf(target)).toEqual(await answersOf(source));
    expect(await verifyLedger(target)).toEqual({ kind: "whole", ...chain });
    const order = await jobsInTheirOrder(source, clock);
    expect(order).toHaveLength(7);
    expect(await jobsInTheirOrder(target, clock)).toEqual(order);
    await source.close();
  });

  it("goes on: positions, chains and places follow, and no command is taken twice", async () => {
    const { directory } = await filledFolder();
    const { open, url } = postgresLedgers(server);
    const { counts } = await move(directory, await url());
    const ledger = await open();
    for (const component of COMPONENTS) {
      const commit = aCommit({ commandIds: [commandIdOf(component, 3)] });
      await expect(ledger.commit(commit)).rejects.toThrow(Duplicate);
    }
    await expect(ledger.commit(aCommit({ commandIds: ["only a state"] }))).rejects.toThrow(
      Duplicate,
    );
    const { version } = await ledger.load(FEED);
    expect(await ledger.commit(nextCommit(FEED, version))).toBe(counts.events + 1);
    expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole" });
  });

  it("is there once, when all of it is: the same move again changes nothing", async () => {
    const { directory } = await filledFolder();
    const { open, url } = postgresLedgers(server);
    await move(directory, await url());
    const ledger = await open();
    const { version } = await ledger.load(FEED);
    await ledger.commit(nextCommit(FEED, version));
    expect((await move(directory, await url())).result).toMatchObject({ kind: "finished" });
    expect(await ledger.load(FEED)).toMatchObject({ version: version + 1 });
  });
});

describe("a move that is interrupted", () => {
  it.each([
    ["at once", "events", 0],
    ["among the events", "events", 20],
    ["after the events", "archivedReleases", 0],
    ["among the archived releases", "archivedReleases", 5],
    ["among the command ids", "commandFingerprints", 11],
  ] as const)("%s goes on there, and nobody starts before it is done", async (_where, kind, at) => {
    const { directory } = await filledFolder();
    const { open, url, replica } = postgresLedgers(server);
    await expect(move(directory, await url(), cutAfter(kind, at))).rejects.toThrow(
      "the power went. Run the same command again: it goes on where it was",
    );
    await expect(replica()).rejects.toThrow(/the folder is being moved.*run slipway migrate again/);
    const { result, said } = await move(directory, await url());
    expect(result).toMatchObject({ kind: "moved" });
    expect(said[0]).toContain("goes on where it was interrupted");
    const source = await openEmbeddedLedger({ directory, clock });
    expect(await answersOf(await open())).toEqual(await answersOf(source));
    await source.close();
  });

  it("is not written to by a replica that had the empty database open", async () => {
    const { directory } = await filledFolder();
    const { open, url } = postgresLedgers(server);
    const running = await open();
    await expect(move(directory, await url(), cutAfter("events", 9))).rejects.toThrow("power");
    await expect(running.commit(nextCommit(FEED, 0))).rejects.toThrow(Unavailable);
    expect(running.health()).toMatchObject({ why: expect.stringContaining("is being moved") });
    await move(directory, await url());
    const { version } = await running.load(FEED);
    await running.commit(nextCommit(FEED, version));
    expect(running.health()).toEqual({ ok: true });
  });

  it("does not go on with a folder that has gone on meanwhile", async () => {
    const { directory } = await filledFolder();
    const { url } = postgresLedgers(server);
    await expect(move(directory, await url(), cutAfter("events", 9))).rejects.toThrow("power");
    const source = await openEmbeddedLedger({ directory, clock });
    const { version } = await source.load(FEED);
    await source.commit(nextCommit(FEED, version));
    await source.close();
    await expect(move(directory, await url())).rejects.toThrow(
      /the folder has changed since this was begun.*drop schema slipway cascade/,
    );
  });
});

describe("a move is refused", () => {
  it("into a database that holds a ledger, which stays as it is", async () => {
    const { directory } = await filledFolder();
    const { open, url } = postgresLedgers(server);
    const ledger = await open();
    await ledger.commit(nextCommit(FEED, 0));
    const answers = await answersOf(ledger);
    await expect(move(directory, await url())).rejects.toThrow(
      "the database holds a ledger already, whose last event is at position 1",
    );
    expect(await answersOf(ledger)).toEqual(answers);
  });

  it("into a database that takes in another ledger", async () => {
    const [one, other] = [await filledFolder(), await filledFolder()];
    const { url } = postgresLedgers(server);
    const source = await openEmbeddedLedger({ directory: other.directory, clock });
    await source.commit(nextCommit("component/other", 0));
    await source.close();
    const cut = cutAfter("archivedReleases", 0);
    await expect(move(one.directory, await url(), cut)).rejects.toThrow("power");
    await expect(move(other.directory, await url())).rejects.toThrow(ConfigError);
    expect((await move(one.directory, await url())).result).toMatchObject({ kind: "moved" });
  });

  it("from a folder that a process works on, and from one without a ledger", async () => {
    const { directory } = await filledFolder();
    const { url } = postgresLedgers(server);
    const source = await openEmbeddedLedger({ directory, clock });
    await expect(move(directory, await url())).rejects.toThrow("is in use by another process");
    await source.close();
    const nowhere = join(directory, "nowhere");
    await expect(move(nowhere, await url())).rejects.toThrow(`there is no ledger in ${nowhere}`);
  });

  it("from a folder that a newer version has written to", async () => {
    const { directory } = await filledFolder();
    const { url } = postgresLedgers(server);
    const newer = await openEmbeddedLedger({ directory, clock, schema: SCHEMA + 1 });
    const { version } = await newer.load(FEED);
    await newer.commit(nextCommit(FEED, version));
    await newer.close();
    await expect(move(directory, await url())).rejects.toThrow("written by a newer version");
  });

  it("at the end, where the chain is broken, and then nobody starts on the database", async () => {
    const { directory } = await filledFolder();
    const { url, replica } = postgresLedgers(server);
    const { result } = await move(directory, await url(), (contents) => ({
      ...contents,
      events: async function* (after) {
        for await (const event of contents.events(after)) {
          yield event.position === 7 ? { ...event, at: event.at + 1 } : event;
        }
      },
    }));
    expect(result).toEqual({ kind: "broken", sentence: expect.stringContaining("position 7") });
    await expect(replica()).rejects.toThrow("is being moved");
  });

  it("at the end, where something is missing", async () => {
    const { directory } = await filledFolder();
    const { url, replica } = postgresLedgers(server);
    const without = move(directory, await url(), (contents) => ({
      ...contents,
      jobs: () => [...contents.jobs()].slice(1),
    }));
    await expect(without).rejects.toThrow("6 pending jobs were to be moved, and 5 are there");
    await expect(replica()).rejects.toThrow("is being moved");
    expect(await onDatabase(await url(), "select from slipway.jobs")).toEqual([]);
  });
});
