import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { nodeFileSystem } from "../../src/ledger/lowdb/node-file-system.ts";
import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { archiveCopies } from "../support/archive-copies.ts";
import { startLedgerChild } from "../support/ledger-child.ts";
import { LedgerWitness } from "../support/ledger-witness.ts";
import type { WorkloadNote } from "../support/ledger-workload.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { createLoopDisk, type LoopDisk, whyNoLoopDisk } from "./support/loop-disk.ts";

const CUTS = 20;
/** Small, so that segments end, are archived and checkpointed all the time. */
const SEGMENT_BYTES = 60_000;
const MISSING = whyNoLoopDisk();

if (MISSING !== null)
  process.stdout.write(`power cut of a real file system: not run: ${MISSING}\n`);

describe("a power cut of a real file system (ext4)", () => {
  const isLeftOut = MISSING !== null && process.env.SLIPWAY_LIVE !== "all";

  it.skipIf(isLeftOut)("takes what was not synced, and nothing else", () => {
    const disk = aLoopDisk();
    writeFileSync(join(disk.mountPoint, "synced"), "stays", { flush: true });
    syncDirectory(disk.mountPoint);
    writeFileSync(join(disk.mountPoint, "written"), "goes");
    disk.cutPower();
    disk.restart();
    expect(readFileSync(join(disk.mountPoint, "synced"), "utf8")).toBe("stays");
    expect(existsSync(join(disk.mountPoint, "written"))).toBe(false);
  });

  it.skipIf(isLeftOut)(`loses nothing that was promised, ${CUTS} times in a row`, async () => {
    const disk = aLoopDisk();
    const directory = disk.mountPoint;
    const random = seededRandom(30);
    const witness = new LedgerWitness();
    for (let round = 1; round <= CUTS; round += 1) {
      let isOff = false;
      const hear = (note: WorkloadNote): void => {
        // On a real machine nothing says anything after the cut; what was begun may have been done.
        if (!isOff || note.kind === "settling") witness.note(note);
      };
      const options = { directory, seed: random.below(1e9), segmentBytes: SEGMENT_BYTES };
      const child = startLedgerChild(options, hear);
      await child.hasNoted(1 + random.below(700));
      isOff = true;
      disk.cutPower();
      await child.kill();
      disk.restart();
      const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
      const complaints = await complaintsOf(witness, ledger);
      expect({ round, complaints }).toEqual({ round, complaints: [] });
    }
    expect(archiveCopies(nodeFileSystem, directory)).toEqual([]);
    expect(witness.promises).toBeGreaterThan(100 * CUTS);
  });
});

/** Gone when the test is over. */
function aLoopDisk(): LoopDisk {
  if (MISSING !== null) throw new Error(MISSING);
  const disk = createLoopDisk(512 * 1024 * 1024);
  onTestFinished(() => disk.remove());
  return disk;
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Closes the ledger in any case: an open file would keep the disk from being unmounted. */
async function complaintsOf(witness: LedgerWitness, ledger: Ledger): Promise<readonly string[]> {
  try {
    return await witness.complaints(ledger);
  } finally {
    await ledger.close();
  }
}
