import { join } from "node:path";
import type { FileSystem } from "../../src/ledger/lowdb/file-system.ts";

/** Lines that stand in the archive of a ledger more than once; there should be none. */
export function archiveCopies(files: FileSystem, directory: string): readonly string[] {
  const archive = join(directory, "archive");
  const seen = new Set<string>();
  const copies: string[] = [];
  for (const name of files.list(archive).filter((file) => file.endsWith(".jsonl"))) {
    const text = files.readFile(join(archive, name))?.toString("utf8") ?? "";
    for (const line of text.split("\n").slice(0, -1)) {
      if (seen.has(line)) copies.push(`${name}: ${line}`);
      seen.add(line);
    }
  }
  return copies;
}
