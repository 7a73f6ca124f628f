import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import { Damaged } from "../../../src/ledger/ledger.ts";
import { encodeLine } from "../../../src/ledger/lowdb/journal-line.ts";
import { UnknownSchema } from "../../../src/ledger/lowdb/store-schema.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { FEED, nextCommit } from "../../support/ledger-samples.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { SimulatedDisk } from "../../support/simulated-disk.ts";
import { openOn } from "../../support/simulated-ledger.ts";

const SEGMENT = "/data/journal/00000001.jsonl";
/** Ends with every commit, and goes to the archive and the documents at once. */
const TINY = { segmentBytes: 1, checkpointEvery: 1 };

async function recordedOn(disk: SimulatedDisk, commits: number, sizes: Partial<typeof TINY>) {
  const ledger = await openOn(disk, sizes);
  for (let version = 0; version < commits; version += 1) {
    await ledger.commit(nextCommit(FEED, version));
  }
  return ledger;
}

/** The disk of a ledger with so many commits to one stream, closed. */
async function aDisk(commits: number, sizes: Partial<typeof TINY> = {}): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seededRandom(1));
  const ledger = await recordedOn(disk, commits, sizes);
  await ledger.close();
  return disk;
}

/** The same of a process that ended without warning, once this file was there. */
async function aDiskLeftBehind(
  commits: number,
  sizes: Partial<typeof TINY> = {},
  until = SEGMENT,
): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seededRandom(1));
  await recordedOn(disk, commits, sizes);
  while (!disk.files().has(until)) await new Promise((resolve) => setImmediate(resolve));
  const left = new SimulatedDisk(seededRandom(2));
  for (const [path, content] of disk.files()) left.put(path, content);
  return left;
}

/** What the start says, and whether it left everything as it was. */
async function startOn(disk: SimulatedDisk): Promise<{ error: unknown; changed: boolean }> {
  const before = disk.files();
  const error = await openOn(disk).catch((caught: unknown) => caught);
  const after = disk.files();
  const changed =
    before.size !== after.size || ![...before].every(([p, b]) => after.get(p)?.equals(b));
  return { error, changed };
}

function read(disk: SimulatedDisk, path: string): string {
  const file = disk.readFile(path);
  if (file === null) throw new Error(`there is no ${path}, but ${[...disk.files().keys()].join()}`);
  return file.toString("utf8");
}

describe("a start after an end without warning", () => {
  const TORN: readonly (readonly [string, (journal: string) => string])[] = [
    ["a line that was half written", (journal) => `${journal}12345678 4 4 {"sch`],
    ["the last line without its end", (journal) => journal.slice(0, -1)],
    ["a last line of zeros", (journal) => `${journal}${"\0".repeat(700)}`],
    [
      "a last line of which a block is missing",
      (journal) => `${journal.slice(0, -40)}${"\0".repeat(39)}\n`,
    ],
  ];

  it.each(TORN)("cuts off %s, says so, and goes on", async (_name, tear) => {
    const disk = await aDiskLeftBehind(3);
    const torn = tear(read(disk, SEGMENT));
    disk.put(SEGMENT, torn);
    const { logger, lines } = captureLogs();
    const ledger = await openOn(disk, { logger });
    const { version } = await ledger.load(FEED);
    await ledger.commit(nextCommit(FEED, version));
    await ledger.close();
    expect([2, 3]).toContain(version);
    expect(lines).toEqual([
      expect.objectContaining({
        level: "warn",
        msg: "cut off the end of the journal that was being written",
        file: SEGMENT,
      }),
    ]);
    const again = await openOn(disk);
    expect((await again.load(FEED)).version).toBe(version + 1);
    expect(await verifyLedger(again)).toMatchObject({ kind: "whole", events: version + 1 });
  });

  it("has nothing to replay after a clean one", async () => {
    const disk = await aDisk(3);
    expect(read(disk, "/data/journal/00000002.jsonl")).toBe("");
    expect(disk.files().has(SEGMENT)).toBe(false);
    const ledger = await openOn(disk);
    expect((await ledger.load(FEED)).version).toBe(3);
    expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole", events: 3 });
  });

  it("says nothing when nothing is torn", async () => {
    const { logger, lines } = captureLogs();
    const ledger = await openOn(await aDiskLeftBehind(3), { logger });
    expect((await ledger.load(FEED)).version).toBe(3);
    expect(lines).toEqual([]);
  });

  it("removes what was half replaced", async () => {
    const disk = await aDisk(3);
    for (const path of [
      "/data/checkpoint.json",
      "/data/components/svc-feed.json",
      "/data/archive/x",
    ]) {
      disk.put(`${path}.tmp`, '{"half":');
    }
    const ledger = await openOn(disk);
    expect((await ledger.load(FEED)).version).toBe(3);
    expect([...disk.files().keys()].filter((path) => path.endsWith(".tmp"))).toEqual([]);
  });

  it("goes on where a segment was archived, and the documents were not yet written", async () => {
    const disk = await aDiskLeftBehind(
      2,
      { segmentBytes: 1, checkpointEvery: 100 },
      "/data/archive/index-00000001.bin",
    );
    expect([...disk.files().keys()]).not.toContain("/data/checkpoint.json");
    const ledger = await openOn(disk, { segmentBytes: 1, checkpointEvery: 100 });
    for (let version = 2; version < 12; version += 1)
      await ledger.commit(nextCommit(FEED, version));
    expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole", events: 12 });
  });
});

describe("a start on damaged files stops, changes nothing, and says", () => {
  const DAMAGES: readonly (readonly [string, (disk: SimulatedDisk) => void, RegExp])[] = [
    [
      "the line of the journal where a byte is changed in the middle",
      (disk) => disk.put(SEGMENT, read(disk, SEGMENT).replace("2.0.0", "2.0.1")),
      /^\/data\/journal\/00000001\.jsonl, line 2 is damaged.*restore the folder from a backup/,
    ],
    [
      "the line of the journal before which one is missing",
      (disk) => disk.put(SEGMENT, read(disk, SEGMENT).replace(/(?<=\n).*\n/, "")),
      /^\/data\/journal\/00000001\.jsonl, line 2 has number 3 where 2 should be.*backup/,
    ],
    [
      "which line of the journal holds something that nobody wrote",
      (disk) => {
        const line = encodeLine({ number: 4, batch: 4, payload: '{"schema":1,"changes":7}' });
        disk.put(SEGMENT, `${read(disk, SEGMENT)}${line}`);
      },
      /^\/data\/journal\/00000001\.jsonl, line 4: /,
    ],
  ];

  it.each(DAMAGES)("%s", async (_name, damage, message) => {
    const disk = await aDiskLeftBehind(3);
    damage(disk);
    const { error, changed } = await startOn(disk);
    expect(error).toBeInstanceOf(Damaged);
    expect(String((error as Error).message)).toMatch(message);
    expect(changed).toBe(false);
  });

  const ARCHIVED_DAMAGES: readonly (readonly [string, string, string | null, RegExp])[] = [
    [
      "that a segment is missing",
      "/data/journal/00000004.jsonl",
      null,
      /00000004\.jsonl is missing\. Restore/,
    ],
    [
      "that a document is changed",
      "/data/components/svc-feed.json",
      '"version"',
      /svc-feed\.json is damaged: .*Restore/,
    ],
    [
      "that the mark is changed",
      "/data/checkpoint.json",
      '"line":',
      /checkpoint\.json is damaged: .*Restore/s,
    ],
    [
      "that an index is missing",
      "/data/archive/index-00000002.bin",
      null,
      /index-00000002\.bin is missing\. Restore/,
    ],
    [
      "that an index is changed",
      "/data/archive/index-00000002.bin",
      "SL",
      /index-00000002\.bin is damaged: .*Restore/,
    ],
  ];

  it.each(ARCHIVED_DAMAGES)("%s", async (_name, path, found, message) => {
    const disk = await aDisk(3, TINY);
    if (found === null) await disk.remove(path);
    else
      disk.put(
        path,
        Buffer.from(read(disk, path).replace(found, found.toLowerCase().replace("i", "j"))),
      );
    const { error, changed } = await startOn(disk);
    expect(error).toBeInstanceOf(Damaged);
    expect(String((error as Error).message)).toMatch(message);
    expect(changed).toBe(false);
  });
});

describe("a start on what a newer version wrote stops, changes nothing, and says which version to start", () => {
  const NEWER: readonly (readonly [string, string, (text: string) => Buffer | string])[] = [
    [
      "a line of the journal",
      "/data/journal/00000004.jsonl",
      () => encodeLine({ number: 4, batch: 4, payload: '{"schema":2,"told":"otherwise"}' }),
    ],
    ["a document", "/data/components/svc-feed.json", () => '{"schema":2,"all":"different"}\n'],
    ["the mark", "/data/checkpoint.json", () => '{"schema":2,"at":{}}\n'],
  ];

  it.each(NEWER)("%s", async (_name, path, rewrite) => {
    const disk = await aDisk(3, TINY);
    disk.put(path, rewrite(read(disk, path)));
    const { error, changed } = await startOn(disk);
    expect(error).toBeInstanceOf(UnknownSchema);
    expect(String((error as Error).message)).toMatch(
      new RegExp(
        `^${path}.* has schema 2, and this version of Slipway knows only 1: start the version that wrote it. Nothing was changed$`,
      ),
    );
    expect(changed).toBe(false);
  });
});
