import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { copyLedger } from "../../../src/ledger/lowdb/copy-ledger.ts";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock as clock } from "../../../src/shared/clock.ts";
import { FEED, nextCommit, PYMK } from "../../support/ledger-samples.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** So short that some segments end with each file that is copied. */
const SEGMENT_BYTES = 4_000;
const COMMITS_PER_FILE = 6;

async function opened(
  directory: string,
  options: { readonly segmentBytes?: number; readonly checkpointEvery?: number } = {},
): Promise<Ledger> {
  const ledger = await openEmbeddedLedger({ directory, clock, ...options });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Commits one after the other, to two streams in turn; `acknowledged` is how many. */
function writerTo(first: Ledger) {
  let ledger = first;
  const versions = new Map([
    [FEED, 0],
    [PYMK, 0],
  ]);
  return {
    versions,
    goOnWith: (next: Ledger) => {
      ledger = next;
    },
    write: async (count: number) => {
      for (let left = count; left > 0; left -= 1) {
        for (const [stream, version] of versions) {
          await ledger.commit(
            nextCommit(stream, version, { commandIds: [`${stream} ${version}`] }),
          );
          versions.set(stream, version + 1);
        }
      }
    },
  };
}

/** What is wrong with a copy of which so much was acknowledged before it began. */
async function expectWhole(folder: string, before: ReadonlyMap<string, number>): Promise<void> {
  const copy = await opened(folder);
  expect(await verifyLedger(copy)).toMatchObject({ kind: "whole" });
  for (const [stream, acknowledged] of before) {
    const { version, state } = await copy.load(stream);
    expect(version).toBeGreaterThanOrEqual(acknowledged);
    expect(state).toMatchObject({ sequence: version });
    const events: number[] = [];
    for await (const event of copy.read({ stream, since: null })) events.push(event.version);
    expect(events).toEqual(Array.from({ length: version }, (_, at) => at + 1));
  }
}

describe("a copy of a ledger that is in use", () => {
  it("is one state, with all that was acknowledged before it began, whatever is written meanwhile", async () => {
    const source = temporaryFolder();
    const first = await opened(source, { segmentBytes: SEGMENT_BYTES, checkpointEvery: 2 });
    const writer = writerTo(first);
    await writer.write(10);
    await first.close();
    // From here on no checkpoint, but segments that end and are archived.
    const ledger = await opened(source, { segmentBytes: SEGMENT_BYTES, checkpointEvery: 10_000 });
    writer.goOnWith(ledger);
    await writer.write(COMMITS_PER_FILE);
    const before = new Map(writer.versions);
    const folder = temporaryFolder();
    const folders: string[] = [];
    await copyLedger(source, folder, async (from, to) => {
      folders.push(basename(dirname(from)));
      await copyFile(from, to);
      // Not for ever: of the archive all is copied that is there.
      if (folders.length % 4 === 0) await writer.write(COMMITS_PER_FILE);
    });
    expect(new Set(folders)).toEqual(
      new Set(["archive", "components", "journal", basename(source)]),
    );
    await expectWhole(folder, before);
  });

  it("is begun anew when a checkpoint comes in between, which removes parts of the journal", async () => {
    const source = temporaryFolder();
    const ledger = await opened(source, { segmentBytes: SEGMENT_BYTES, checkpointEvery: 1 });
    const writer = writerTo(ledger);
    await writer.write(10);
    const before = new Map(writer.versions);
    const folder = temporaryFolder();
    let journals = 0;
    await copyLedger(source, folder, async (from, to) => {
      const isJournal = from.includes("/journal/");
      if (isJournal) journals += 1;
      await copyFile(from, to);
      if (isJournal && journals === 1) await writer.write(COMMITS_PER_FILE);
    });
    expect(journals).toBeGreaterThan(1);
    await expectWhole(folder, before);
  });

  it("is given up when that never ends, and says what to do instead", async () => {
    const source = temporaryFolder();
    const ledger = await opened(source, { segmentBytes: SEGMENT_BYTES, checkpointEvery: 1 });
    const writer = writerTo(ledger);
    await writer.write(10);
    const copying = copyLedger(source, temporaryFolder(), async (from, to) => {
      if (from.includes("/journal/")) await writer.write(3 * COMMITS_PER_FILE);
      await copyFile(from, to);
    });
    await expect(copying).rejects.toThrow("take a snapshot of the file system");
  });

  it("goes on like the one that it is a copy of", async () => {
    const source = temporaryFolder();
    const ledger = await opened(source);
    await ledger.commit(nextCommit(FEED, 0, { commandIds: ["first"] }));
    const folder = temporaryFolder();
    await copyLedger(source, folder);
    const copy = await opened(folder);
    await expect(copy.commit(nextCommit(FEED, 1, { commandIds: ["first"] }))).rejects.toThrow(
      "already recorded",
    );
    await copy.commit(nextCommit(FEED, 1));
    expect((await ledger.load(FEED)).version).toBe(1);
    expect((await copy.load(FEED)).version).toBe(2);
  });

  it("is made of one that has ended, too", async () => {
    const source = temporaryFolder();
    const ledger = await opened(source);
    await ledger.commit(nextCommit(FEED, 0));
    await ledger.close();
    const folder = temporaryFolder();
    await copyLedger(source, folder);
    expect(await verifyLedger(await opened(folder))).toMatchObject({ kind: "whole", events: 1 });
  });

  it("takes nothing with it that belongs to who uses it, or is half written", async () => {
    const source = temporaryFolder();
    const ledger = await opened(source);
    await ledger.commit(nextCommit(FEED, 0));
    writeFileSync(join(source, "components", "svc-feed.json.tmp"), "{");
    const folder = temporaryFolder();
    await copyLedger(source, folder);
    const copied = readdirSync(folder, { recursive: true });
    expect(copied.filter((name) => /epoch|\.tmp$/.test(String(name)))).toEqual([]);
  });
});

describe("a copy is refused", () => {
  it("of what is no ledger", async () => {
    await expect(copyLedger(temporaryFolder(), temporaryFolder())).rejects.toThrow(
      "holds no ledger",
    );
  });

  it("into a folder that holds something, and leaves that alone", async () => {
    const source = temporaryFolder();
    await (await opened(source)).commit(nextCommit(FEED, 0));
    const folder = temporaryFolder();
    writeFileSync(join(folder, "theirs"), "");
    await expect(copyLedger(source, folder)).rejects.toThrow("is not empty");
    expect(readdirSync(folder)).toEqual(["theirs"]);
    rmSync(join(folder, "theirs"));
  });
});
