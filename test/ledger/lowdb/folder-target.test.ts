import { describe, expect, it, onTestFinished } from "vitest";
import { Damaged } from "../../../src/ledger/ledger.ts";
import type { FileSystem } from "../../../src/ledger/lowdb/file-system.ts";
import { folderTargetOn } from "../../../src/ledger/lowdb/folder-target.ts";
import {
  type EmbeddedContents,
  openEmbeddedContents,
} from "../../../src/ledger/lowdb/open-embedded-contents.ts";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { type MoveResult, moveLedger } from "../../../src/ledger/move/move-ledger.ts";
import { systemClock as clock } from "../../../src/shared/clock.ts";
import { answersOf, filledFolder } from "../../support/moved-ledger.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { SimulatedDisk } from "../../support/simulated-disk.ts";
import { aloneInTheWorld, openOn } from "../../support/simulated-ledger.ts";

/** So that each kind takes several segments. */
const batchSizes = { events: 10, "archived releases": 12, "command ids": 15, streams: 2 };

async function aSource() {
  const { directory } = await filledFolder();
  const ledger = await openEmbeddedLedger({ directory, clock });
  const answers = await answersOf(ledger);
  await ledger.close();
  const contents = await openEmbeddedContents({ directory, clock });
  onTestFinished(() => contents.close());
  return { contents, answers };
}

async function moveOnto(disk: FileSystem, contents: EmbeddedContents): Promise<MoveResult> {
  const target = folderTargetOn(disk, aloneInTheWorld, { directory: "/data", clock, batchSizes });
  return moveLedger({ contents, name: "the source", target, tell: () => {} });
}

async function answersOn(disk: FileSystem) {
  const ledger = await openOn(disk);
  const answers = await answersOf(ledger);
  await ledger.close();
  return answers;
}

describe("a folder that takes in a ledger", () => {
  it("holds all of it, in as many segments as it takes", async () => {
    const { contents, answers } = await aSource();
    const disk = new SimulatedDisk(seededRandom(1));
    expect(await moveOnto(disk, contents)).toEqual({
      ...{ kind: "moved", source: contents.counts, target: contents.counts },
      chain: { events: 37, streams: 3 },
    });
    expect(disk.list("/data/archive").filter((name) => name.startsWith("index"))).toHaveLength(10);
    expect(await answersOn(disk)).toEqual(answers);
  });

  it.each([1, 2, 3])("is whole whenever the power goes, twice in a row (seed %i)", async (seed) => {
    const { contents, answers } = await aSource();
    const random = seededRandom(seed);
    const clean = new SimulatedDisk(random);
    await moveOnto(clean, contents);
    for (let at = seed; at <= clean.operations; at += 7) {
      let disk = new SimulatedDisk(random);
      for (const operations of [at, 1 + random.below(20)]) {
        const gone = disk.cutAfter(operations);
        await Promise.race([moveOnto(disk, contents), gone]);
        disk = disk.afterPowerCut();
        if (disk.readFile("/data/checkpoint.json")?.includes("moving")) {
          await expect(openOn(disk)).rejects.toThrow("is being moved into /data");
        }
      }
      expect((await moveOnto(disk, contents)).kind).toMatch(/^(moved|finished)$/);
      expect(await answersOn(disk)).toEqual(answers);
    }
  });

  it("goes on after a write that found no space", async () => {
    const { contents, answers } = await aSource();
    const disk = new SimulatedDisk(seededRandom(1));
    disk.failNext("write", /releases-0000000[67]/, "ENOSPC");
    await expect(moveOnto(disk, contents)).rejects.toThrow(/ENOSPC.*Run the same command again/);
    expect(await moveOnto(disk, contents)).toMatchObject({ kind: "moved" });
    expect(await answersOn(disk)).toEqual(answers);
  });

  it("does not go on with a source that has changed meanwhile, or with another one", async () => {
    const { contents } = await aSource();
    const disk = new SimulatedDisk(seededRandom(1));
    disk.failNext("write", /events-00000002/, "EIO");
    await expect(moveOnto(disk, contents)).rejects.toThrow("EIO");
    const changed = { ...contents, identity: "another" };
    await expect(moveOnto(disk, changed)).rejects.toThrow(
      /the source has changed since this was begun.*remove that folder/,
    );
    expect(await moveOnto(disk, contents)).toMatchObject({ kind: "moved" });
    await expect(moveOnto(disk, changed)).rejects.toThrow("/data holds a ledger already");
  });

  it("stays closed where a job, a state or a command id is not there", async () => {
    const { contents } = await aSource();
    const lacking: Readonly<Record<string, Partial<EmbeddedContents>>> = {
      "pending jobs were to be moved": { jobs: () => [...contents.jobs()].slice(1) },
      "command ids were to be moved": {
        commandFingerprints: async function* (skip) {
          for await (const one of contents.commandFingerprints(skip + 1)) yield one;
        },
      },
    };
    for (const [why, change] of Object.entries(lacking)) {
      const disk = new SimulatedDisk(seededRandom(1));
      await expect(moveOnto(disk, { ...contents, ...change })).rejects.toThrow(why);
      await expect(openOn(disk)).rejects.toThrow("is being moved into");
    }
  });

  it("stays closed where a job is not as it was", async () => {
    const { contents } = await aSource();
    const disk = new SimulatedDisk(seededRandom(1));
    let asked = 0;
    // As it is written it is another one than when it is compared.
    const jobs = () => {
      asked += 1;
      return [...contents.jobs()].map((job) => (asked === 1 ? { ...job, attempts: 7 } : job));
    };
    await expect(moveOnto(disk, { ...contents, jobs })).rejects.toThrow(
      "the states or jobs that are there are not those that were to be moved",
    );
    await expect(openOn(disk)).rejects.toThrow("is being moved into");
  });

  it("is not begun over an archive that is damaged", async () => {
    const { contents } = await aSource();
    const disk = new SimulatedDisk(seededRandom(1));
    disk.failNext("write", /events-00000003/, "EIO");
    await expect(moveOnto(disk, contents)).rejects.toThrow("EIO");
    disk.put("/data/archive/index-00000001.bin", "not an index");
    await expect(moveOnto(disk, contents)).rejects.toThrow(Damaged);
  });
});
