import { writeSync } from "node:fs";
import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { runWorkload } from "./ledger-workload.ts";
import { seededRandom } from "./seeded-random.ts";

/*
 * Works on the ledger in a folder until it is killed, and says on its standard output what it was promised.
 * Arguments: the folder, the seed, the length of a segment.
 */
const [directory = "", seed = "", segmentBytes = ""] = process.argv.slice(2);

const ledger = await openEmbeddedLedger({
  directory,
  clock: systemClock,
  segmentBytes: Number(segmentBytes),
  checkpointEvery: 2,
});
// At once, and not by way of a stream: what was promised before the end is said before the end.
await runWorkload(ledger, seededRandom(Number(seed)), (note) => {
  writeSync(1, `${JSON.stringify(note)}\n`);
});
