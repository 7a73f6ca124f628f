import { z } from "zod";
import { errorText } from "../../shared/errors.ts";
import { Damaged } from "../ledger.ts";
import { type FileSystem, replaceFile } from "./file-system.ts";
import type { Layout } from "./layout.ts";
import { checkSchemaOf, STORE_SCHEMA } from "./store-schema.ts";

/** How far the documents' files reach: the journal is needed from the next segment on. */
export interface CheckpointMark {
  readonly segment: number;
  /** The number of the last line of that segment. */
  readonly line: number;
  /** The position of the last event up to there. */
  readonly position: number;
}

const NO_CHECKPOINT: CheckpointMark = { segment: 0, line: 0, position: 0 };

const markSchema = z.object({ segment: z.number(), line: z.number(), position: z.number() });

/** Durable when it resolves. */
export async function writeMark(
  files: FileSystem,
  layout: Layout,
  { segment, line, position }: CheckpointMark,
): Promise<void> {
  const text = `${JSON.stringify({ schema: STORE_SCHEMA, segment, line, position })}\n`;
  await replaceFile(files, layout.checkpoint, [Buffer.from(text)]);
  await files.syncDirectory(layout.root);
}

/** @throws Damaged, UnknownSchema */
export function readMark(files: FileSystem, layout: Layout): CheckpointMark {
  const file = files.readFile(layout.checkpoint);
  if (file === null) return NO_CHECKPOINT;
  const json = parse(file, layout.checkpoint);
  checkSchemaOf(json, layout.checkpoint);
  const parsed = markSchema.safeParse(json);
  if (!parsed.success) throw damaged(layout.checkpoint, z.prettifyError(parsed.error));
  return parsed.data;
}

function parse(file: Buffer, path: string): unknown {
  try {
    return JSON.parse(file.toString("utf8"));
  } catch (error) {
    throw damaged(path, errorText(error));
  }
}

function damaged(path: string, why: string): Damaged {
  return new Damaged(`${path} is damaged: ${why}. Restore the folder from a backup`);
}
