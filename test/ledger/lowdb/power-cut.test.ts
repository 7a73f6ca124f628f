import { describe, expect, it } from "vitest";
import { Damaged, type Ledger } from "../../../src/ledger/ledger.ts";
import type { FileSystem } from "../../../src/ledger/lowdb/file-system.ts";
import { archiveCopies } from "../../support/archive-copies.ts";
import { LedgerWitness } from "../../support/ledger-witness.ts";
import { runWorkload } from "../../support/ledger-workload.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { SimulatedDisk } from "../../support/simulated-disk.ts";
import { openOn } from "../../support/simulated-ledger.ts";

const SEEDS = [1, 2, 3];
const CUTS = 10;
/** Small, so that segments end, are archived and checkpointed all the time. */
const SIZES = { segmentBytes: 20_000, checkpointEvery: 2 };

describe("a power cut that takes everything not synced", () => {
  for (const seed of SEEDS) {
    const title = `loses nothing that was promised, ${CUTS} times in a row (seed ${seed})`;
    it(title, { timeout: 180_000 }, async () => {
      const random = seededRandom(seed);
      const witness = new LedgerWitness();
      let disk = new SimulatedDisk(random);
      for (let round = 1; round <= CUTS; round += 1) {
        const gone = disk.cutAfter(200 + random.below(1_500));
        void workUntilTheEnd(await openOn(disk, SIZES), witness, random);
        await gone;
        disk = disk.afterPowerCut();
        const after = await openOn(disk, SIZES);
        expect({ round, complaints: await witness.complaints(after) }).toEqual({
          round,
          complaints: [],
        });
        await after.close();
      }
      expect(archiveCopies(disk, "/data")).toEqual([]);
      expect(witness.promises).toBeGreaterThan(100 * CUTS);
    });
  }

  it("also while it is being opened after another one", async () => {
    const random = seededRandom(7);
    const witness = new LedgerWitness();
    let disk = new SimulatedDisk(random);
    for (let round = 1; round <= CUTS; round += 1) {
      const gone = disk.cutAfter(200 + random.below(1_000));
      void workUntilTheEnd(await openOn(disk, SIZES), witness, random);
      await gone;
      disk = disk.afterPowerCut();
      const goneAgain = disk.cutAfter(1 + random.below(20));
      void openOn(disk, SIZES).then((ledger) => workUntilTheEnd(ledger, witness, random));
      await goneAgain;
      disk = disk.afterPowerCut();
      const after = await openOn(disk, SIZES);
      expect(await witness.complaints(after)).toEqual([]);
      await after.close();
    }
  });

  it("is seen by the witness where a disk says that it has synced, and has not", async () => {
    const random = seededRandom(8);
    const witness = new LedgerWitness();
    const disk = new SimulatedDisk(random);
    const gone = disk.cutAfter(500);
    void workUntilTheEnd(await openOn(lying(disk), SIZES), witness, random);
    await gone;
    expect(await whatIsLost(disk.afterPowerCut(), witness)).not.toEqual([]);
  });
});

async function whatIsLost(disk: SimulatedDisk, witness: LedgerWitness): Promise<readonly string[]> {
  try {
    return await witness.complaints(await openOn(disk, SIZES));
  } catch (error) {
    if (error instanceof Damaged) return [error.message];
    throw error;
  }
}

function lying(disk: SimulatedDisk): FileSystem {
  return {
    list: (directory) => disk.list(directory),
    readFile: (path) => disk.readFile(path),
    readStart: (path, into) => disk.readStart(path, into),
    makeDirectory: (path) => disk.makeDirectory(path),
    open: async (path, mode) => ({ ...(await disk.open(path, mode)), syncData: async () => {} }),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncDirectory: (path) => disk.syncDirectory(path),
  };
}

/** After the end nobody gets an answer any more. */
async function workUntilTheEnd(
  ledger: Ledger,
  witness: LedgerWitness,
  random: ReturnType<typeof seededRandom>,
): Promise<void> {
  await runWorkload(ledger, random, (note) => witness.note(note));
}
