import { describe, expect, it } from "vitest";
import { nextSnapshotDate, provideSnapshot } from "../../../src/demo/ci/next-snapshot.ts";
import {
  readSnapshot,
  SHIPPED_DATES,
  SHIPPED_FOLDER,
} from "../../../src/demo/training/snapshot-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("the next snapshot", () => {
  it("goes through the shipped days in order, and on after them", () => {
    const days: string[] = [];
    for (let day: string | null = null; days.length < 7; day = days.at(-1) ?? null) {
      days.push(nextSnapshotDate(day));
    }
    expect(days).toEqual([...SHIPPED_DATES, "2026-11-26", "2026-12-01"]);
  });

  it("is the shipped file where there is one, else made and readable", async () => {
    const folder = temporaryFolder();
    expect(await provideSnapshot("2026-11-21", folder)).toBe(SHIPPED_FOLDER);
    expect(await provideSnapshot("2026-11-26", folder)).toBe(folder);
    expect((await readSnapshot(folder, "2026-11-26")).length).toBeGreaterThan(2900);
  });
});
