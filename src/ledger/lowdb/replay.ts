import { errorText } from "../../shared/errors.ts";
import { Damaged } from "../ledger.ts";
import type { CheckpointMark } from "./checkpoint-mark.ts";
import type { FileSystem } from "./file-system.ts";
import { decodeLine, type JournalLine } from "./journal-line.ts";
import { decodeRecord, type ReadRecord } from "./journal-record.ts";
import { type Layout, segmentOf } from "./layout.ts";
import { UnknownSchema } from "./store-schema.ts";

/** A segment of the journal, up to its last whole line. */
export interface ReplayedSegment {
  readonly segment: number;
  readonly bytes: number;
  /** The number of its last line, or of the one before its first where it is empty. */
  readonly lastLine: number;
  /** Bytes behind the last whole line, in the last segment: they were being written when it ended. */
  readonly tornBytes: number;
}

/**
 * Reads the journal from the checkpoint on, in order, and changes nothing. Only at the very end may
 * something be half written; damage anywhere else stops it.
 * @throws Damaged, UnknownSchema
 */
export function replayJournal(
  files: FileSystem,
  layout: Layout,
  { mark, lastArchived }: { readonly mark: CheckpointMark; readonly lastArchived: number },
  apply: (record: ReadRecord, segment: number) => void,
): readonly ReplayedSegment[] {
  const names = files.list(layout.journal);
  const segments = names.flatMap((name) => segmentOf(name) ?? []).sort((a, b) => a - b);
  const needed = segments.filter((segment) => segment > mark.segment);
  const replayed: ReplayedSegment[] = [];
  let lastLine = mark.line;
  for (const [place, segment] of needed.entries()) {
    const path = layout.segment(segment);
    const expected = mark.segment + 1 + place;
    if (segment !== expected) throw missing(layout.segment(expected));
    const isLast = place === needed.length - 1;
    const isArchived = segment <= lastArchived;
    const read = replaySegment(files, path, { segment, isLast, isArchived, lastLine }, apply);
    lastLine = read.lastLine;
    replayed.push(read);
  }
  return replayed;
}

interface Reading {
  readonly segment: number;
  readonly isLast: boolean;
  readonly isArchived: boolean;
  readonly lastLine: number;
}

function replaySegment(
  files: FileSystem,
  path: string,
  { segment, isLast, isArchived, lastLine: before }: Reading,
  apply: (record: ReadRecord, segment: number) => void,
): ReplayedSegment {
  const bytes = files.readFile(path);
  if (bytes === null) throw missing(path);
  let lastLine = before;
  let at = 0;
  for (let count = 1; at < bytes.length; count += 1) {
    const place = `${path}, line ${count}`;
    const end = bytes.indexOf("\n", at);
    const line = end === -1 ? null : decodeLine(bytes.subarray(at, end));
    if (line === null) {
      if (!isLast || !isTorn(bytes.subarray(at), lastLine)) throw damaged(place);
      return { segment, bytes: at, lastLine, tornBytes: bytes.length - at };
    }
    if (line.number !== lastLine + 1) throw outOfOrder(place, line, lastLine + 1);
    apply(decode(line, place, isArchived), segment);
    lastLine = line.number;
    at = end + 1;
  }
  return { segment, bytes: at, lastLine, tornBytes: 0 };
}

/**
 * Whether what follows the last whole line is what an interrupted write leaves behind: parts of the one
 * batch that was being written. A line of a later batch proves that this one had reached the disk.
 */
function isTorn(rest: Buffer, lastLine: number): boolean {
  for (let at = 0; at < rest.length; ) {
    const end = rest.indexOf("\n", at);
    if (end === -1) return true;
    const line = decodeLine(rest.subarray(at, end));
    if (line !== null && line.batch > lastLine + 1) return false;
    at = end + 1;
  }
  return true;
}

function decode(line: JournalLine, place: string, isArchived: boolean): ReadRecord {
  try {
    return decodeRecord(line.payload, place, isArchived);
  } catch (error) {
    if (error instanceof UnknownSchema) throw error;
    throw new Damaged(`${place}: ${errorText(error)}`);
  }
}

function damaged(place: string): Damaged {
  return new Damaged(
    `${place} is damaged, and what follows it is not: restore the folder from a backup. Nothing was changed`,
  );
}

function outOfOrder(place: string, { number }: JournalLine, expected: number): Damaged {
  return new Damaged(
    `${place} has number ${number} where ${expected} should be: a part of the journal is missing, ` +
      "or two processes wrote it. Restore the folder from a backup. Nothing was changed",
  );
}

function missing(path: string): Damaged {
  return new Damaged(`${path} is missing. Restore the folder from a backup. Nothing was changed`);
}
