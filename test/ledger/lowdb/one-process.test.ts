import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { FolderInUse } from "../../../src/ledger/lowdb/sole-owner.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { temporaryFolder } from "../../support/embedded-ledger.ts";
import { startLedgerChild } from "../../support/ledger-child.ts";
import { FEED, nextCommit } from "../../support/ledger-samples.ts";

function filesOf(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = names
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, "latin1")]));
}

describe("a folder that another process works on", () => {
  it("is refused, unchanged, with what to do, and free as soon as that process is killed", async () => {
    const directory = temporaryFolder();
    const options = { directory, seed: 1, segmentBytes: 60_000 };
    const child = startLedgerChild(options, () => {});
    await child.hasNoted(10);
    const refused = await openEmbeddedLedger({ directory, clock: systemClock }).catch(
      (e: unknown) => e,
    );
    expect(refused).toBeInstanceOf(FolderInUse);
    expect((refused as FolderInUse).message).toBe(
      `the folder ${directory} is in use by another process on this machine: the embedded ledger is ` +
        "written by one process at a time. Stop the other one, or give this one a folder of its own (SLIPWAY_DATA)",
    );
    await child.hasNoted(1_000);
    await child.kill();
    const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
    await ledger.close();
  });

  it("is refused to the same process too, and nothing in it changes", async () => {
    const directory = temporaryFolder();
    const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
    await ledger.commit(nextCommit(FEED, 0));
    const before = filesOf(directory);
    await expect(openEmbeddedLedger({ directory, clock: systemClock })).rejects.toThrow(
      FolderInUse,
    );
    expect(filesOf(directory)).toEqual(before);
    await ledger.commit(nextCommit(FEED, 1));
    await ledger.close();
  });

  it("is given to the next one after a clean end", async () => {
    const directory = temporaryFolder();
    await (await openEmbeddedLedger({ directory, clock: systemClock })).close();
    const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
    await ledger.commit(nextCommit(FEED, 0));
    await ledger.close();
  });
});
