import { closeSync, fdatasync, openSync, write } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Batch } from "./sample-commits.ts";

/** About what one of the sample commits takes in the journal. */
const LINE = Buffer.from(`${"x".repeat(5_499)}\n`);

const writeTo = promisify(write);
const syncData = promisify(fdatasync);

/**
 * What the disk alone takes: as many bytes as the ledger writes, appended and fdatasynced in batches of as
 * many lines as are in flight, with nothing decided, encoded or remembered. Returns lines per second.
 */
export async function appendOnly(folder: string, { inFlight, commits }: Batch): Promise<number> {
  const file = openSync(join(folder, "append-only"), "a");
  const batch = Buffer.concat(Array.from({ length: inFlight }, () => LINE));
  const start = performance.now();
  for (let done = 0; done < commits; done += inFlight) {
    await writeTo(file, batch);
    await syncData(file);
  }
  const seconds = (performance.now() - start) / 1e3;
  closeSync(file);
  return commits / seconds;
}
