import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateSnapshot } from "../training/generate-snapshot.ts";
import { renderSnapshot } from "../training/snapshot.ts";
import { SHIPPED_DATES, SHIPPED_FOLDER, snapshotFile } from "../training/snapshot-files.ts";

const DAYS_BETWEEN = 5;
const DAY = 24 * 60 * 60 * 1000;

/** The day of the snapshot after this one; the first shipped one when there is none before. */
export function nextSnapshotDate(last: string | null): string {
  if (last === null) return SHIPPED_DATES[0];
  return new Date(Date.parse(last) + DAYS_BETWEEN * DAY).toISOString().slice(0, 10);
}

/**
 * Where the snapshot of a day is. The shipped ones are in the project; after the last of them the
 * generator that made them makes the next, so that there is always new data to retrain on.
 * @param folder where new snapshots go
 */
export async function provideSnapshot(date: string, folder: string): Promise<string> {
  if (SHIPPED_DATES.some((shipped) => shipped === date)) return SHIPPED_FOLDER;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, snapshotFile(date)), renderSnapshot(generateSnapshot(date)));
  return folder;
}
