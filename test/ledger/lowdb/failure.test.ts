import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import { type Ledger, Unavailable } from "../../../src/ledger/ledger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aJob, claimAll, FEED, NOON, nextCommit, PYMK } from "../../support/ledger-samples.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { SimulatedDisk } from "../../support/simulated-disk.ts";
import { openOn } from "../../support/simulated-ledger.ts";

const JOURNAL = /journal/;

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => null,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(Unavailable);
  return (error as Unavailable).message;
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const nothing = Symbol();
  return (await Promise.race([promise, Promise.resolve(nothing)])) !== nothing;
}

describe("a disk that is full", () => {
  /** A ledger with one commit, on a disk with room for a part of the next one only. */
  async function aFullDisk() {
    const disk = new SimulatedDisk(seededRandom(1));
    const clock = createFakeClock(NOON);
    const ledger = await openOn(disk, { clock });
    await ledger.commit(nextCommit(FEED, 0));
    disk.limitTo(disk.used() + 100);
    return { disk, clock, ledger };
  }

  it("refuses the commit, says what to do, and is not the end", async () => {
    const { ledger } = await aFullDisk();
    const why =
      "there is no space left for the ledger in /data, nothing was recorded: free some (ENOSPC: simulated, '/data/journal/00000001.jsonl')";
    expect(await refusal(ledger.commit(nextCommit(FEED, 1)))).toBe(why);
    expect(ledger.health()).toEqual({ ok: false, why });
    expect(await isSettled(ledger.failure())).toBe(false);
    expect((await ledger.load(FEED)).version).toBe(1);
  });

  it("takes commits again as soon as there is space, and is healthy again", async () => {
    const { disk, ledger } = await aFullDisk();
    await refusal(ledger.commit(nextCommit(FEED, 1)));
    disk.limitTo(Number.POSITIVE_INFINITY);
    await ledger.commit(nextCommit(FEED, 1));
    expect(ledger.health()).toEqual({ ok: true });
    await ledger.close();
    const again = await openOn(disk);
    expect(await verifyLedger(again)).toMatchObject({ kind: "whole", events: 2 });
  });

  it("finds out by itself that there is space again, when nobody commits", async () => {
    const { disk, clock, ledger } = await aFullDisk();
    await refusal(ledger.commit(nextCommit(FEED, 1)));
    await clock.advance(1_000);
    expect(ledger.health()).toMatchObject({ ok: false });
    disk.limitTo(Number.POSITIVE_INFINITY);
    while (!ledger.health().ok) await clock.advance(1_000);
  });

  it("refuses all who wait for the same write, and leaves nothing of theirs", async () => {
    const { disk, ledger } = await aFullDisk();
    const both = [nextCommit(FEED, 1), nextCommit(PYMK, 0, { commandIds: ["msg_1"] })];
    await Promise.all(both.map((commit) => refusal(ledger.commit(commit))));
    disk.limitTo(Number.POSITIVE_INFINITY);
    await Promise.all(both.map((commit) => ledger.commit(commit)));
    expect((await ledger.load(PYMK)).version).toBe(1);
  });

  it("gives no claim that could not be counted, and the job stays", async () => {
    const disk = new SimulatedDisk(seededRandom(1));
    const ledger = await openOn(disk);
    await ledger.commit(nextCommit(FEED, 0, { jobs: [aJob()] }));
    disk.limitTo(disk.used());
    await refusal(claimAll(ledger));
    disk.limitTo(Number.POSITIVE_INFINITY);
    expect(await claimAll(ledger)).toMatchObject([{ key: aJob().key, attempt: 1 }]);
  });

  it("is the end where what was half written cannot be taken back", async () => {
    const { disk, ledger } = await aFullDisk();
    disk.failNext("truncate", JOURNAL, "EIO");
    const why = await refusal(ledger.commit(nextCommit(FEED, 1)));
    expect(await ledger.failure()).toBe(why);
  });
});

describe("a failed fdatasync", () => {
  async function aFailedLedger(): Promise<{ disk: SimulatedDisk; ledger: Ledger; why: string }> {
    const disk = new SimulatedDisk(seededRandom(1));
    const ledger = await openOn(disk);
    await ledger.commit(nextCommit(FEED, 0));
    disk.failNext("syncData", JOURNAL, "EIO");
    return { disk, ledger, why: await refusal(ledger.commit(nextCommit(FEED, 1))) };
  }

  it("is the end: it says so, and why, and takes nothing any more", async () => {
    const { ledger, why } = await aFailedLedger();
    expect(why).toBe(
      "the ledger's journal in /data/journal failed, and what it holds is known only after a restart: EIO: simulated, syncData",
    );
    expect(await ledger.failure()).toBe(why);
    expect(ledger.health()).toEqual({ ok: false, why });
    expect(await refusal(ledger.commit(nextCommit(PYMK, 0)))).toBe(why);
    expect(await refusal(claimAll(ledger))).toBe(why);
  });

  it("shows nobody what may not be on the disk", async () => {
    const { ledger } = await aFailedLedger();
    expect((await ledger.load(FEED)).version).toBe(1);
  });

  it("leaves a folder that the next start makes sense of", async () => {
    const { disk, ledger } = await aFailedLedger();
    await ledger.close();
    const again = await openOn(disk);
    const { version } = await again.load(FEED);
    expect([1, 2]).toContain(version);
    expect(await verifyLedger(again)).toMatchObject({ kind: "whole", events: version });
  });

  it("refuses all who wait, and not only those of the same write", async () => {
    const disk = new SimulatedDisk(seededRandom(1));
    const ledger = await openOn(disk);
    disk.failNext("syncData", JOURNAL, "EIO");
    const first = refusal(ledger.commit(nextCommit(FEED, 0)));
    const second = refusal(ledger.commit(nextCommit(FEED, 0)));
    expect(await first).toBe(await second);
  });
});

describe("a failure behind the journal", () => {
  it.each(["archive", "components", "checkpoint"])(
    "in the files of %s is the end",
    async (place) => {
      const disk = new SimulatedDisk(seededRandom(1));
      const ledger = await openOn(disk, { segmentBytes: 1, checkpointEvery: 1 });
      disk.failNext("sync", new RegExp(place), "EIO");
      await ledger.commit(nextCommit(FEED, 0));
      expect(await ledger.failure()).toBe(
        "the ledger's files could not be written: EIO: simulated, sync",
      );
      await refusal(ledger.commit(nextCommit(FEED, 1)));
      await ledger.close();
      const again = await openOn(disk);
      expect(await verifyLedger(again)).toMatchObject({ kind: "whole", events: 1 });
    },
  );
});

describe("no failure", () => {
  it("is not announced", async () => {
    const ledger = await openOn(new SimulatedDisk(seededRandom(1)));
    await ledger.commit(nextCommit(FEED, 0));
    expect(ledger.health()).toEqual({ ok: true });
    expect(await isSettled(ledger.failure())).toBe(false);
  });
});
