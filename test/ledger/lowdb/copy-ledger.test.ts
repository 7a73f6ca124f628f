import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { copyLedger } from "../../../src/ledger/lowdb/copy-ledger.ts";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock as clock } from "../../../src/shared/clock.ts";
import { FEED, nextCommit, PYMK } from "../../support/ledger-samples.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** So short that segments end, are archived, and every third is checkpointed, while it is copied. */
const SEGMENT_BYTES = 20_000;
const COPIES = 12;

async function opened(directory: string, segmentBytes?: number): Promise<Ledger> {
  const ledger = await openEmbeddedLedger({
    directory,
    clock,
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Commits to a stream, one after the other, until it is told to stop. */
function busy(ledger: Ledger, stream: string) {
  let acknowledged = 0;
  let stopped = false;
  const ended = (async () => {
    while (!stopped) {
      await ledger.commit(
        nextCommit(stream, acknowledged, { commandIds: [`${stream} ${acknowledged}`] }),
      );
      acknowledged += 1;
    }
  })();
  return {
    acknowledged: () => acknowledged,
    stop: async () => {
      stopped = true;
      await ended;
    },
  };
}

describe("a copy of a ledger that is in use", () => {
  it("holds all that was acknowledged before it began, and is whole, time and again", async () => {
    const source = temporaryFolder();
    const ledger = await opened(source, SEGMENT_BYTES);
    const writers = [FEED, PYMK].map((stream) => ({ stream, ...busy(ledger, stream) }));
    const copies: { readonly folder: string; readonly before: readonly number[] }[] = [];
    while (copies.length < COPIES) {
      const before = writers.map(({ acknowledged }) => acknowledged());
      const folder = temporaryFolder();
      await copyLedger(source, folder);
      copies.push({ folder, before });
    }
    await Promise.all(writers.map(({ stop }) => stop()));
    expect(existsSync(join(source, "checkpoint.json"))).toBe(true);
    for (const { folder, before } of copies) {
      const copy = await opened(folder);
      expect(await verifyLedger(copy)).toMatchObject({ kind: "whole" });
      for (const [place, { stream }] of writers.entries()) {
        const { version, state } = await copy.load(stream);
        expect(version).toBeGreaterThanOrEqual(before[place] ?? Number.NaN);
        expect(state).toMatchObject(version === 0 ? {} : { sequence: version });
      }
    }
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
