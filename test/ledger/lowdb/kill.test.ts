import { describe, expect, it } from "vitest";
import { nodeFileSystem } from "../../../src/ledger/lowdb/node-file-system.ts";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { archiveCopies } from "../../support/archive-copies.ts";
import { temporaryFolder } from "../../support/embedded-ledger.ts";
import { startLedgerChild } from "../../support/ledger-child.ts";
import { LedgerWitness } from "../../support/ledger-witness.ts";
import { seededRandom } from "../../support/seeded-random.ts";

const KILLS = 20;
/** Small, so that segments end, are archived and checkpointed all the time. */
const SEGMENT_BYTES = 60_000;

describe("kill -9 of a process with sixteen writers", () => {
  const title = `loses nothing that was promised, and does nothing twice, ${KILLS} times in a row`;
  it(title, { timeout: 180_000 }, async () => {
    const directory = temporaryFolder();
    const random = seededRandom(20);
    const witness = new LedgerWitness();
    for (let round = 1; round <= KILLS; round += 1) {
      const options = { directory, seed: random.below(1e9), segmentBytes: SEGMENT_BYTES };
      const child = startLedgerChild(options, (note) => witness.note(note));
      await child.hasNoted(1 + random.below(700));
      await child.kill();
      const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
      expect({ round, complaints: await witness.complaints(ledger) }).toEqual({
        round,
        complaints: [],
      });
      await ledger.close();
    }
    expect(archiveCopies(nodeFileSystem, directory)).toEqual([]);
    expect(witness.promises).toBeGreaterThan(100 * KILLS);
  });
});
