import { expect, it } from "vitest";
import { Duplicate } from "../../../src/ledger/ledger.ts";
import { aCommit, aRelease, aWrite, FEED } from "../../support/ledger-samples.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { SimulatedDisk } from "../../support/simulated-disk.ts";
import { openOn } from "../../support/simulated-ledger.ts";

/** More segments than are read at once. */
const COMMITS = 260;
const TINY = { segmentBytes: 1, checkpointEvery: 1 };

it("an archive of many segments is known as a whole after a start", async () => {
  const disk = new SimulatedDisk(seededRandom(1));
  const before = await openOn(disk, TINY);
  for (let n = 1; n <= COMMITS; n += 1) {
    const archived = [aRelease(n, { id: `svc-feed@${n}`, version: String(n), sequence: n })];
    await before.commit(
      aCommit({
        writes: [aWrite({ stream: FEED, count: n, archived })],
        commandIds: [`delivery-${n}`],
      }),
    );
  }
  await before.close();

  const ledger = await openOn(disk, TINY);
  for (const n of [1, 256, 257, COMMITS]) {
    expect(await ledger.archivedRelease(FEED, `svc-feed@${n}`)).toMatchObject({ sequence: n });
    const again = ledger.commit(aCommit({ writes: [], commandIds: [`delivery-${n}`] }));
    await expect(again).rejects.toThrow(Duplicate);
  }
  const all = await ledger.archivedReleases(FEED, { before: null, limit: 1_000 });
  expect(all.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: COMMITS }, (_, n) => COMMITS - n),
  );
  await ledger.close();
});
