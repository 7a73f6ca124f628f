import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generateSnapshot } from "../../../src/demo/training/generate-snapshot.ts";
import { parseSnapshot, renderSnapshot } from "../../../src/demo/training/snapshot.ts";
import {
  readSnapshot,
  SHIPPED_DATES,
  SHIPPED_FOLDER,
  snapshotFile,
} from "../../../src/demo/training/snapshot-files.ts";
import { aPair } from "../../support/sample-pairs.ts";

const HEADER =
  "pair,country,common_neighbours,same_company,same_school,days_since_signup,connected";

describe("a snapshot", () => {
  it("reads back what was written", () => {
    const pairs = [aPair(), aPair({ id: "m1-m2", sameCompany: true, connected: true })];
    const text = renderSnapshot(pairs);
    expect(text).toBe(`${HEADER}\nm1001-m2002,US,3,0,0,120,0\nm1-m2,US,3,1,0,120,1\n`);
    expect(parseSnapshot(text, "edges.csv")).toEqual(pairs);
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ["another header", "pair,label\nm1-m2,1\n", 'edges.csv:1: the header is not "pair,country'],
    ["no rows", `${HEADER}\n`, "edges.csv: holds no rows"],
    ["a missing value", `${HEADER}\nm1-m2,US,,0,0,120,0\n`, 'edges.csv:2: "m1-m2,US,,0,0,120,0"'],
    ["a label that is neither 0 nor 1", `${HEADER}\nm1-m2,US,3,0,0,1,2\n`, "is not a row of"],
    ["an empty line inside", `${HEADER}\nm1-m2,US,3,0,0,1,1\n\n`, 'edges.csv:3: ""'],
  ];
  for (const [name, text, problem] of refused) {
    it(`with ${name} is refused, naming the place`, () => {
      expect(() => parseSnapshot(text, "edges.csv")).toThrow(problem);
    });
  }
});

describe("the shipped snapshots", () => {
  it.each(SHIPPED_DATES)("%s is what the generator makes", async (date) => {
    const shipped = await readFile(join(SHIPPED_FOLDER, snapshotFile(date)), "utf8");
    expect(renderSnapshot(generateSnapshot(date)) === shipped).toBe(true);
  });

  it("overlap as a rolling window does", () => {
    const earlier = new Set(generateSnapshot("2026-11-16").map(({ id }) => id));
    const later = generateSnapshot("2026-11-21");
    const shared = later.filter(({ id }) => earlier.has(id)).length / later.length;
    expect(shared).toBeGreaterThan(0.8);
    expect(shared).toBeLessThan(0.9);
  });

  it("of a day that is not there, or of no day, are refused", async () => {
    await expect(readSnapshot(SHIPPED_FOLDER, "2026-11-02")).rejects.toThrow(
      "no snapshot of 2026-11-02",
    );
    await expect(readSnapshot(SHIPPED_FOLDER, "../../x")).rejects.toThrow("is not a date");
    await expect(readSnapshot(SHIPPED_FOLDER, "2026-13-40")).rejects.toThrow("is not a date");
  });
});
