import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A second folder of a ledger that is closed, beside the first, for a benchmark that writes to it; it is gone
 * with the process. Only the journal is copied: the store never changes any other file, but puts a new one
 * in its place, so that the same file may stand in both.
 */
export function linkedCopy(directory: string): string {
  const copy = mkdtempSync(join(dirname(directory), "copy-"));
  process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath, entry.name);
    const to = join(copy, from.slice(directory.length));
    if (entry.isDirectory()) mkdirSync(to, { recursive: true });
    else if (from.startsWith(join(directory, "journal"))) copyFileSync(from, to);
    else linkSync(from, to);
  }
  return copy;
}
