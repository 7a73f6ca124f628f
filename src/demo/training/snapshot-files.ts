import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type LabelledPair, parseSnapshot } from "./snapshot.ts";

export const SHIPPED_FOLDER = resolve(import.meta.dirname, "snapshots");

export const NEWEST_SHIPPED_DATE = "2026-11-21";

/** The days of the snapshots that ship with the project, oldest first. */
export const SHIPPED_DATES = [
  "2026-11-01",
  "2026-11-06",
  "2026-11-11",
  "2026-11-16",
  NEWEST_SHIPPED_DATE,
] as const;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function snapshotFile(date: string): string {
  return `edges-${date}.csv`;
}

/**
 * Reads the snapshot of one day.
 * @throws Error that names the file when it is not there or not what it should be
 */
export async function readSnapshot(folder: string, date: string): Promise<readonly LabelledPair[]> {
  if (!isDate(date)) {
    throw new Error(`"${date}" is not a date: write it as YYYY-MM-DD, for example 2026-11-21`);
  }
  const path = join(folder, snapshotFile(date));
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new Error(`no snapshot of ${date}: ${path} cannot be read`, { cause: error });
  });
  return parseSnapshot(text, path);
}

function isDate(text: string): boolean {
  return DATE.test(text) && !Number.isNaN(Date.parse(text));
}
