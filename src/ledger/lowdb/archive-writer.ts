import { crc32 } from "node:zlib";
import {
  type EventRow,
  encodeArchiveIndex,
  type LinePlace,
  type ReleaseRow,
} from "./archive-index.ts";
import { checksum } from "./checksum.ts";
import { type FileSystem, replaceFile } from "./file-system.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint-set.ts";
import type { EventLine, ReleaseLine } from "./history-line.ts";
import type { Layout } from "./layout.ts";

/** What one journal segment has for the archive. */
export interface ArchivePart {
  readonly segment: number;
  readonly events: readonly EventLine[];
  readonly releases: readonly ReleaseLine[];
  readonly commands: readonly Fingerprint[];
}

/** Lines are collected to about this many bytes, so that the process does something else in between. */
const CHUNK = 256 * 1024;

/**
 * Writes the archive of a segment. The index comes last: where it stands, all of it stands. Durable when
 * it resolves.
 */
export async function writeArchive(
  files: FileSystem,
  layout: Layout,
  part: ArchivePart,
): Promise<Buffer> {
  const events: EventRow[] = [];
  const eventLines = new LineWriter<EventLine>(
    ({ text }) => text,
    ({ position, stream, at }, place) => events.push({ position, stream, at, ...place }),
  );
  const releases: ReleaseRow[] = [];
  const releaseLines = new LineWriter<ReleaseLine>(checkedLine, (release, place) =>
    releases.push({ ...rowOf(release), ...place }),
  );
  const { segment } = part;
  await replaceFile(files, layout.archived("events", segment), eventLines.chunks(part.events));
  await replaceFile(
    files,
    layout.archived("releases", segment),
    releaseLines.chunks(part.releases),
  );
  await files.syncDirectory(layout.archive);
  const index = encodeArchiveIndex({
    events,
    eventBytes: eventLines.bytes,
    eventChecksum: eventLines.checksum,
    releases,
    commands: part.commands,
  });
  await replaceFile(files, layout.archived("index", segment), [index]);
  await files.syncDirectory(layout.archive);
  return index;
}

/** `<crc32> <json>`: what is read alone carries its own checksum. */
function checkedLine({ text }: ReleaseLine): string {
  return `${checksum(text)} ${text}`;
}

/** What is known of an archived release without looking at it. */
export function rowOf({ stream, id, sequence }: ReleaseLine): Omit<ReleaseRow, keyof LinePlace> {
  return { stream: fingerprintOf(stream), sequence, id: fingerprintOf(id) };
}

/** Turns values into lines, and tells where each of them stands. */
class LineWriter<T> {
  bytes = 0;
  checksum = 0;
  readonly #print: (value: T) => string;
  readonly #placed: (value: T, place: LinePlace) => void;

  constructor(print: (value: T) => string, placed: (value: T, place: LinePlace) => void) {
    this.#print = print;
    this.#placed = placed;
  }

  *chunks(values: readonly T[]): Generator<Uint8Array> {
    let waiting: Buffer[] = [];
    let size = 0;
    for (const value of values) {
      const line = Buffer.from(`${this.#print(value)}\n`);
      this.#placed(value, { offset: this.bytes + size, length: line.length - 1 });
      waiting.push(line);
      size += line.length;
      if (size < CHUNK) continue;
      yield this.#chunk(waiting, size);
      waiting = [];
      size = 0;
    }
    if (size > 0) yield this.#chunk(waiting, size);
  }

  #chunk(lines: readonly Buffer[], size: number): Uint8Array {
    const chunk = Buffer.concat(lines, size);
    this.checksum = crc32(chunk, this.checksum);
    this.bytes += size;
    return chunk;
  }
}
