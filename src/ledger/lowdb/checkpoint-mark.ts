import { z } from "zod";
import { ConfigError, errorText } from "../../shared/errors.ts";
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

/** A ledger that is being moved into this folder. */
export interface MoveMark {
  /** `LedgerContents.identity`. */
  readonly source: string;
  /** For people. */
  readonly name: string;
}

const NO_CHECKPOINT: CheckpointMark = { segment: 0, line: 0, position: 0 };

const markSchema = z.object({ segment: z.number(), line: z.number(), position: z.number() });
const movingSchema = z.object({ moving: z.object({ source: z.string(), name: z.string() }) });

/** Durable when it resolves. Takes the mark of a move away. */
export function writeMark(
  files: FileSystem,
  layout: Layout,
  { segment, line, position }: CheckpointMark,
): Promise<void> {
  return write(files, layout, { segment, line, position });
}

/** Until there is another mark in its place, nobody opens the folder. Durable when it resolves. */
export function writeMoveMark(files: FileSystem, layout: Layout, moving: MoveMark): Promise<void> {
  return write(files, layout, { moving });
}

async function write(files: FileSystem, layout: Layout, content: object): Promise<void> {
  const text = `${JSON.stringify({ schema: STORE_SCHEMA, ...content })}\n`;
  await replaceFile(files, layout.checkpoint, [Buffer.from(text)]);
  await files.syncDirectory(layout.root);
}

/** @throws ConfigError where a ledger is being moved into the folder; Damaged, UnknownSchema */
export function readMark(files: FileSystem, layout: Layout): CheckpointMark {
  const found = readCheckpoint(files, layout);
  if (found === null) return NO_CHECKPOINT;
  if ("moving" in found) throw new ConfigError([moveUnderWay(found.moving.name, layout)]);
  return found;
}

/** null: there is none. @throws Damaged, UnknownSchema */
export function readCheckpoint(
  files: FileSystem,
  layout: Layout,
): CheckpointMark | { readonly moving: MoveMark } | null {
  const file = files.readFile(layout.checkpoint);
  if (file === null) return null;
  const json = parse(file, layout.checkpoint);
  checkSchemaOf(json, layout.checkpoint);
  const moving = movingSchema.safeParse(json);
  if (moving.success) return moving.data;
  const parsed = markSchema.safeParse(json);
  if (!parsed.success) throw damaged(layout.checkpoint, z.prettifyError(parsed.error));
  return parsed.data;
}

/** The sentence for a folder that a ledger is being moved into. */
export function moveUnderWay(name: string, { root }: Layout): string {
  return (
    `the ledger of ${name} is being moved into ${root}, and not all of it is there: ` +
    "run slipway migrate again until it says that it is done; or, to begin anew, remove that folder"
  );
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
