import { crc32 } from "node:zlib";
import { errorText } from "../../shared/errors.ts";
import { Damaged, type ReadQuery, type RecordedEvent } from "../ledger.ts";
import {
  ArchiveHead,
  damagedIndex,
  type LinePlace,
  placeInRow,
  placesOf,
  ROW_LENGTH,
  rowOffset,
} from "./archive-index.ts";
import { checksum } from "./checksum.ts";
import { errorCode, type FileSystem, type OpenFile } from "./file-system.ts";
import { type ArchivedRelease, parseEvent, parseRelease } from "./history-line.ts";
import type { Layout } from "./layout.ts";

/** What is kept in memory of a segment that was archived. */
export interface ArchivedSegment {
  readonly segment: number;
  readonly events: number;
  readonly releases: number;
  readonly commands: number;
  readonly eventBytes: number;
  readonly eventChecksum: number;
  readonly firstPosition: number;
  readonly latest: number;
}

export function summaryOf(segment: number, head: ArchiveHead): ArchivedSegment {
  const { events, releases, commands, eventBytes, eventChecksum, firstPosition, latest } = head;
  const counts = { events, releases, commands };
  return { segment, ...counts, eventBytes, eventChecksum, firstPosition, latest };
}

/** Reads what lies in the archive, from the files each time. @throws Damaged */
export class ArchiveReader {
  readonly #files: FileSystem;
  readonly #layout: Layout;

  constructor(files: FileSystem, layout: Layout) {
    this.#files = files;
    this.#layout = layout;
  }

  /** The events of one segment, at most that much of it in memory at a time. */
  async *events(archived: ArchivedSegment, query: ReadQuery): AsyncGenerator<RecordedEvent> {
    if (archived.events === 0) return;
    const { stream, since } = query;
    if (since !== null && archived.latest < since) return;
    const events = stream === null ? this.#all(archived) : this.#ofStream(archived, stream);
    for await (const event of events) {
      if (since === null || event.at >= since) yield event;
    }
  }

  async release(segment: number, ordinal: number): Promise<ArchivedRelease> {
    const index = this.#layout.archived("index", segment);
    const row = await this.#range(index, { offset: rowOffset(ordinal), length: ROW_LENGTH });
    const path = this.#layout.archived("releases", segment);
    return releaseIn(await this.#range(path, placeInRow(row)), path);
  }

  /** All releases of one segment, in the order in which they were archived. */
  async *releases(segment: number, expected: number): AsyncGenerator<ArchivedRelease> {
    const path = this.#layout.archived("releases", segment);
    const whole = await this.#whole(path);
    let count = 0;
    for (const line of linesOf(whole, path)) {
      yield releaseIn(line, path);
      count += 1;
    }
    if (count !== expected) {
      throw damaged(path, `${expected} releases were written, and ${count} are there`);
    }
  }

  /** The fingerprints of the commands of one segment, as pairs of high and low. */
  async commandPairs(segment: number): Promise<Int32Array> {
    const path = this.#layout.archived("index", segment);
    return new ArchiveHead(await this.#whole(path), path).commandPairs();
  }

  async *#all(archived: ArchivedSegment): AsyncGenerator<RecordedEvent> {
    const path = this.#layout.archived("events", archived.segment);
    const whole = await this.#whole(path);
    let count = 0;
    for (const line of linesOf(whole, path)) {
      count += 1;
      yield eventIn(line, path, `line ${count}`);
    }
    if (count !== archived.events) {
      throw damaged(path, `${archived.events} events were written, and ${count} are there`);
    }
    if (crc32(whole) !== archived.eventChecksum) throw damaged(path, "bytes of it were changed");
  }

  async *#ofStream(archived: ArchivedSegment, stream: string): AsyncGenerator<RecordedEvent> {
    const places = await this.#places(archived.segment, stream);
    if (places.length === 0) return;
    const path = this.#layout.archived("events", archived.segment);
    const file = await this.#open(path);
    try {
      for (const { offset, length } of places) {
        const line = await file.read(length, offset);
        yield eventIn(line, path, `the line at byte ${offset}`);
      }
    } finally {
      await file.close();
    }
  }

  async #places(segment: number, stream: string): Promise<readonly LinePlace[]> {
    const path = this.#layout.archived("index", segment);
    const whole = await this.#whole(path);
    return placesOf(stream, whole, path);
  }

  async #range(path: string, { offset, length }: LinePlace): Promise<Buffer> {
    const bytes = await this.#using(path, (file) => file.read(length, offset));
    if (bytes.length < length) throw damagedIndex(path);
    return bytes;
  }

  #whole(path: string): Promise<Buffer> {
    return this.#using(path, async (file) => file.read(await file.size(), 0));
  }

  async #using<T>(path: string, use: (file: OpenFile) => Promise<T>): Promise<T> {
    const file = await this.#open(path);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  async #open(path: string): Promise<OpenFile> {
    try {
      return await this.#files.open(path, "read");
    } catch (error) {
      if (errorCode(error) === "ENOENT") throw damaged(path, "it is missing");
      throw error;
    }
  }
}

function* linesOf(whole: Buffer, path: string): Generator<Buffer> {
  let count = 0;
  for (let at = 0; at < whole.length; count += 1) {
    const end = whole.indexOf("\n", at);
    if (end === -1) throw damaged(path, `line ${count + 1} does not end`);
    yield whole.subarray(at, end);
    at = end + 1;
  }
}

/** `<crc32> <json>` */
function releaseIn(line: Buffer, path: string): ArchivedRelease {
  const json = line.subarray(line.indexOf(" ") + 1);
  if (line.toString("latin1", 0, line.length - json.length) !== `${checksum(json)} `) {
    throw damaged(path, "a release is not as it was written");
  }
  return parseRelease(json.toString("utf8"));
}

function eventIn(line: Buffer, path: string, place: string): RecordedEvent {
  try {
    return parseEvent(line.toString("utf8"));
  } catch (error) {
    throw damaged(path, `${place} cannot be read (${firstLine(errorText(error))})`);
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function damaged(path: string, why: string): Damaged {
  return new Damaged(`${path} is damaged: ${why}. Restore it from a backup`);
}
