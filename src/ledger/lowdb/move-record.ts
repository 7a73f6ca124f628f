import { join } from "node:path";
import { z } from "zod";
import { type FileSystem, replaceFile } from "./file-system.ts";
import type { Layout } from "./layout.ts";
import { STORE_SCHEMA } from "./store-schema.ts";

/** That the ledger of this folder was moved here, and from where: for people, and for who moves it again. */
export interface MoveRecord {
  /** `LedgerContents.identity`. */
  readonly source: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const recordSchema = z.object({ source: z.string(), name: z.string(), at: z.number() });

/** Durable when the folder has been synced. */
export async function writeMoveRecord(
  files: FileSystem,
  layout: Layout,
  record: MoveRecord,
): Promise<void> {
  const text = `${JSON.stringify({ schema: STORE_SCHEMA, ...record })}\n`;
  await replaceFile(files, pathIn(layout), [Buffer.from(text)]);
}

/** null: it was not moved here, or nobody can tell. */
export function readMoveRecord(files: FileSystem, layout: Layout): MoveRecord | null {
  const file = files.readFile(pathIn(layout));
  if (file === null) return null;
  try {
    return recordSchema.parse(JSON.parse(file.toString("utf8")));
  } catch {
    return null;
  }
}

function pathIn({ root }: Layout): string {
  return join(root, "moved.json");
}
