import { describe, expect, it } from "vitest";
import { ROW, ROW_NUMBERS } from "../../../src/ledger/lowdb/archive-index.ts";
import { fingerprintOf } from "../../../src/ledger/lowdb/fingerprint-set.ts";
import { ReleaseDirectory } from "../../../src/ledger/lowdb/release-directory.ts";
import { seededRandom } from "../../support/seeded-random.ts";

/** More than lie in two boxes. */
const COUNT = 300;

function entry(stream: string, sequence: number) {
  const id = fingerprintOf(`${stream}@${sequence}`);
  return { stream: fingerprintOf(stream), sequence, id };
}

function sequencesOf(directory: ReleaseDirectory, stream: string): readonly number[] {
  return directory.page(stream, null, 1_000).map(({ ordinal }) => ordinal);
}

const NEWEST_FIRST = Array.from({ length: COUNT }, (_, n) => COUNT - 1 - n);

describe("the directory of past releases", () => {
  it("gives those of each stream, the highest sequence first, in whatever order they came", () => {
    const random = seededRandom(1);
    const shuffled = NEWEST_FIRST.map((sequence) => ({ sequence, at: random.below(1e9) }))
      .sort((a, b) => a.at - b.at)
      .map(({ sequence }) => sequence);
    const directory = new ReleaseDirectory();
    for (const sequence of shuffled) {
      for (const stream of ["a", "b"]) directory.add(entry(stream, sequence), 7, sequence);
    }
    expect([sequencesOf(directory, "a"), sequencesOf(directory, "b")]).toEqual([
      NEWEST_FIRST,
      NEWEST_FIRST,
    ]);
    expect([directory.count, sequencesOf(directory, "c")]).toEqual([2 * COUNT, []]);
  });

  it("goes on behind the last one of a page", () => {
    const directory = new ReleaseDirectory();
    for (const sequence of NEWEST_FIRST.toReversed()) {
      directory.add(entry("a", sequence), 7, sequence);
    }
    expect(directory.page("a", "a@131", 5).map(({ ordinal }) => ordinal)).toEqual([
      130, 129, 128, 127, 126,
    ]);
    expect(directory.find("a", "a@200")).toEqual([{ segment: 7, ordinal: 200 }]);
    expect(directory.find("a", "a@1000")).toEqual([]);
  });

  it("keeps what was archived last under the same sequence", () => {
    const directory = new ReleaseDirectory();
    for (const sequence of [1, 2, 3]) directory.add(entry("a", sequence), 7, sequence);
    directory.add(entry("a", 2), 8, 0);
    expect(directory.page("a", null, 10)).toEqual([
      { segment: 7, ordinal: 3 },
      { segment: 8, ordinal: 0 },
      { segment: 7, ordinal: 1 },
    ]);
  });

  it("knows the same by the rows of indexes", () => {
    const rows = new Int32Array(COUNT * ROW_NUMBERS);
    for (let sequence = 0; sequence < COUNT; sequence += 1) {
      const { stream, id } = entry("a", sequence);
      const at = sequence * ROW_NUMBERS;
      rows[at + ROW.streamHigh] = stream.high;
      rows[at + ROW.streamLow] = stream.low;
      rows[at + ROW.sequence] = sequence;
      rows[at + ROW.idHigh] = id.high;
      rows[at + ROW.idLow] = id.low;
    }
    const directory = new ReleaseDirectory();
    directory.addAll([{ segment: 9, rows }]);
    expect(sequencesOf(directory, "a")).toEqual(NEWEST_FIRST);
    expect(directory.find("a", "a@5")).toEqual([{ segment: 9, ordinal: 5 }]);
  });
});
