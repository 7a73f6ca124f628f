import { constants } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { GLOBAL_STREAM } from "../ledger.ts";
import { errorCode } from "./file-system.ts";
import { indexOf, type Layout, layoutOf, segmentOf } from "./layout.ts";
import { nodeFileSystem as files } from "./node-file-system.ts";

/** The folder cannot be copied, or not to there. Where it was to be copied from nothing was changed. */
export class CannotCopy extends Error {
  override readonly name = "CannotCopy";
}

/** Copies a file that is only appended to: what it held when this began, and maybe more. */
export type CopyFile = (from: string, to: string) => Promise<void>;

/** A checkpoint comes every few segments of the journal: the next try meets none. */
const TRIES = 5;

/**
 * Copies the folder of an embedded ledger, which may be in use, into an empty one. The copy is what a power
 * cut would have left: all that was durable when it began, and of what came meanwhile a beginning. Only
 * reads where it copies from. Durable when it resolves.
 *
 * Its order makes it one state: the archive, the documents, and then the journal, which holds all that has
 * changed either since the checkpoint. The checkpoint must be the same at the end, because the next one
 * removes what it does not need of the journal.
 * @throws CannotCopy
 */
export async function copyLedger(
  from: string,
  to: string,
  copyFile: CopyFile = plainCopy,
): Promise<void> {
  const source = layoutOf(from);
  if (journalOf(source).length === 0) throw new CannotCopy(`${from} holds no ledger`);
  files.makeDirectory(to);
  if (files.list(to).length > 0) throw new CannotCopy(`${to} is not empty: name a new folder`);
  const target = layoutOf(to);
  files.makeDirectory(target.archive);
  // Most of the bytes, and none of them changes any more: they need not be copied in one go.
  await copyArchive(source, target, copyFile);
  for (let left = TRIES; left > 0; left -= 1) {
    if (await copyRest(source, target, copyFile)) return syncAll(target);
    for (const path of [target.components, target.journal, target.checkpoint, globalOf(target)]) {
      await rm(path, { recursive: true, force: true });
    }
  }
  throw new CannotCopy(
    `the journal of ${from} moved on during each of ${TRIES} copies: take a snapshot of the file system, or stop Slipway for the copy`,
  );
}

/** What is not there yet. The index of a segment is written last: where it is, the rest is. */
async function copyArchive(source: Layout, target: Layout, copyFile: CopyFile): Promise<void> {
  const copy = into(copyFile);
  const present = new Set(files.list(target.archive));
  for (const segment of files.list(source.archive).flatMap((name) => indexOf(name) ?? [])) {
    if (present.has(basename(source.archived("index", segment)))) continue;
    for (const kind of ["events", "releases", "index"] as const) {
      await copy(source.archived(kind, segment), target.archive);
    }
  }
}

/** False where a checkpoint came in between, and the copy is worth nothing. */
async function copyRest(source: Layout, target: Layout, copyFile: CopyFile): Promise<boolean> {
  const copy = into(copyFile);
  const mark = files.readFile(source.checkpoint);
  for (const directory of [target.components, target.journal]) files.makeDirectory(directory);
  try {
    await copyArchive(source, target, copyFile);
    const documents = files.list(source.components).filter((name) => name.endsWith(".json"));
    for (const name of documents) await copy(join(source.components, name), target.components);
    const global = globalOf(source);
    if (files.readStart(global, Buffer.alloc(1)) !== null) await copy(global, target.root);
    for (const segment of journalOf(source)) await copy(source.segment(segment), target.journal);
    if (mark !== null) await copy(source.checkpoint, target.root);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    return false;
  }
  return isSame(mark, files.readFile(source.checkpoint));
}

async function syncAll(target: Layout): Promise<void> {
  for (const directory of [target.archive, target.components, target.journal, target.root]) {
    for (const name of files.list(directory).filter((found) => /\.(?:jsonl?|bin)$/.test(found))) {
      const file = await files.open(join(directory, name), "write");
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    }
    await files.syncDirectory(directory);
  }
}

function globalOf(layout: Layout): string {
  return layout.document(GLOBAL_STREAM).path;
}

function journalOf({ journal }: Layout): readonly number[] {
  const segments = files.list(journal).flatMap((name) => segmentOf(name) ?? []);
  return segments.sort((a, b) => a - b);
}

function into(copyFile: CopyFile) {
  return (path: string, directory: string) => copyFile(path, join(directory, basename(path)));
}

function plainCopy(from: string, to: string): Promise<void> {
  return copyFile(from, to, constants.COPYFILE_EXCL);
}

function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}
