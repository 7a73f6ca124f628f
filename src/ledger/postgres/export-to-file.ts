import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import type { RecordedEvent } from "../ledger.ts";

export interface ExportedFile {
  readonly path: string;
  readonly events: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
}

/** Lines are collected to about this many characters. */
const CHUNK = 256 * 1024;

/**
 * Writes events to a new file, as `slipway audit export` prints them. On the disk when it resolves.
 * @throws what is wrong with the file; one that is there already is never touched
 */
export async function exportToFile(
  path: string,
  events: AsyncIterable<RecordedEvent>,
): Promise<ExportedFile> {
  const file = await open(path, "wx");
  const digest = createHash("sha256");
  let count = 0;
  try {
    let waiting = "";
    for await (const event of events) {
      waiting += `${JSON.stringify(event)}\n`;
      count += 1;
      if (waiting.length < CHUNK) continue;
      digest.update(waiting);
      await file.appendFile(waiting);
      waiting = "";
    }
    digest.update(waiting);
    await file.appendFile(waiting);
    await file.sync();
  } finally {
    await file.close();
  }
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  return { path, events: count, sha256: digest.digest("hex") };
}
