import { crc32 } from "node:zlib";
import { z } from "zod";
import { Damaged, type RecordedEvent, type StreamId } from "../ledger.ts";
import type { Fingerprint } from "./fingerprint-set.ts";
import { checkSchema, STORE_SCHEMA } from "./store-schema.ts";

/** What lies in the archive of one journal segment, and where in its files. */
export interface ArchiveContents {
  readonly streams: readonly StreamId[];
  /** In the order of the file. */
  readonly events: readonly (LinePlace & { readonly event: RecordedEvent })[];
  readonly eventBytes: number;
  readonly eventChecksum: number;
  readonly releases: readonly ReleaseRow[];
  readonly commands: readonly Fingerprint[];
}

/** The bytes of a line in its file, without the line feed. */
export interface LinePlace {
  readonly offset: number;
  readonly length: number;
}

export interface ReleaseRow extends LinePlace {
  readonly stream: StreamId;
  readonly sequence: number;
  readonly id: Fingerprint;
}

/*
 * Little endian. A head, which is read at the start, and behind it the places of each stream's events,
 * which are read when somebody asks for that stream.
 */
const MAGIC = 0x58574c53;
const FIXED = 64;
export const ROW_LENGTH = 24;
const COMMAND_LENGTH = 8;

export function encodeArchiveIndex(contents: ArchiveContents): Buffer {
  const { streams, events, releases, commands } = contents;
  const names = Buffer.from(JSON.stringify(streams));
  const headLength =
    FIXED + releases.length * ROW_LENGTH + commands.length * COMMAND_LENGTH + names.length;
  const places = encodePlaces(contents);
  const buffer = Buffer.alloc(headLength + places.length);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  const numbers = [MAGIC, STORE_SCHEMA, 0, headLength, crc32(places), buffer.length];
  const counts = [events.length, releases.length, commands.length, names.length];
  const sums = [contents.eventBytes, contents.eventChecksum];
  for (const [at, value] of [...numbers, ...counts, ...sums].entries()) {
    view.setUint32(4 * at, value, true);
  }
  view.setFloat64(48, events[0]?.event.position ?? 0, true);
  view.setFloat64(56, latestOf(events), true);
  const numberOf = new Map(streams.map((stream, index) => [stream, index]));
  let at = FIXED;
  for (const row of releases) at = putRow(view, at, row, numberOf.get(row.stream) ?? 0);
  for (const { high, low } of commands) {
    view.setUint32(at, high, true);
    view.setUint32(at + 4, low, true);
    at += COMMAND_LENGTH;
  }
  names.copy(buffer, at);
  places.copy(buffer, headLength);
  view.setUint32(8, crc32(buffer.subarray(12, headLength)), true);
  return buffer;
}

function latestOf(events: ArchiveContents["events"]): number {
  return events.reduce((latest, { event }) => Math.max(latest, event.at), Number.NEGATIVE_INFINITY);
}

function putRow(view: DataView, at: number, row: ReleaseRow, stream: number): number {
  const fields = [stream, row.sequence, row.id.high, row.id.low, row.offset, row.length];
  for (const [index, value] of fields.entries()) view.setUint32(at + 4 * index, value, true);
  return at + ROW_LENGTH;
}

/** For each stream, in their order, how many events it has, and the place of each. */
function encodePlaces({ streams, events }: ArchiveContents): Buffer {
  const byStream = new Map<StreamId, number[]>(streams.map((stream) => [stream, []]));
  for (const { event, offset, length } of events) byStream.get(event.stream)?.push(offset, length);
  const numbers = [...byStream.values()].flatMap((places) => [places.length / 2, ...places]);
  const buffer = Buffer.alloc(4 * numbers.length);
  for (const [index, value] of numbers.entries()) buffer.writeUInt32LE(value, 4 * index);
  return buffer;
}

/** How much of an index a start reads at first; more only where the head is longer. */
export const USUAL_HEAD = 64 * 1024;

/** The head of an index. */
export class ArchiveHead {
  readonly events: number;
  readonly eventBytes: number;
  readonly eventChecksum: number;
  /** Of its first event; 0 where there is none. */
  readonly firstPosition: number;
  /** The latest instant of any of its events. */
  readonly latest: number;
  readonly length: number;
  readonly placesChecksum: number;
  readonly streams: readonly StreamId[];
  readonly #view: DataView;
  readonly #releases: number;
  readonly #commands: number;

  /** @throws Damaged, UnknownSchema */
  constructor(buffer: Buffer, path: string) {
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    this.length = headLength(buffer, path);
    if (
      buffer.length < this.length ||
      crc32(buffer.subarray(12, this.length)) !== number(view, 2)
    ) {
      throw damagedIndex(path);
    }
    this.placesChecksum = number(view, 4);
    this.events = number(view, 6);
    this.#releases = number(view, 7);
    this.#commands = number(view, 8);
    this.eventBytes = number(view, 10);
    this.eventChecksum = number(view, 11);
    this.firstPosition = view.getFloat64(48, true);
    this.latest = view.getFloat64(56, true);
    this.#view = view;
    const names = buffer.subarray(this.length - number(view, 9), this.length);
    this.streams = z.array(z.string()).parse(JSON.parse(names.toString("utf8")));
  }

  *releases(): Generator<Omit<ReleaseRow, "offset" | "length">> {
    for (let at = FIXED; at < FIXED + this.#releases * ROW_LENGTH; at += ROW_LENGTH) {
      const stream = this.streams[this.#view.getUint32(at, true)] ?? "";
      const sequence = this.#view.getUint32(at + 4, true);
      yield { stream, sequence, id: this.#fingerprint(at + 8) };
    }
  }

  *commands(): Generator<Fingerprint> {
    const from = FIXED + this.#releases * ROW_LENGTH;
    for (let at = from; at < from + this.#commands * COMMAND_LENGTH; at += COMMAND_LENGTH) {
      yield this.#fingerprint(at);
    }
  }

  #fingerprint(at: number): Fingerprint {
    return { high: this.#view.getUint32(at, true), low: this.#view.getUint32(at + 4, true) };
  }
}

/** The length of the head, which stands at its beginning. @throws Damaged, UnknownSchema */
export function headLength(start: Buffer, path: string): number {
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  if (start.length < FIXED || number(view, 0) !== MAGIC) throw damagedIndex(path);
  checkSchema(number(view, 1), path);
  return number(view, 3);
}

/** Where the row of a release begins, by its place in the file of releases from 0. */
export function rowOffset(ordinal: number): number {
  return FIXED + ordinal * ROW_LENGTH;
}

/** Where the line of a release stands, from its row. */
export function placeInRow(row: Buffer): LinePlace {
  return { offset: row.readUInt32LE(16), length: row.readUInt32LE(20) };
}

/** Where a stream's events stand, from what stands behind the head. @throws Damaged */
export function placesOf(
  stream: StreamId,
  head: ArchiveHead,
  places: Buffer,
  path: string,
): readonly LinePlace[] {
  if (crc32(places) !== head.placesChecksum) throw damagedIndex(path);
  let at = 0;
  for (const name of head.streams) {
    const count = places.readUInt32LE(at);
    if (name === stream) {
      return Array.from({ length: count }, (_, index) => ({
        offset: places.readUInt32LE(at + 4 + 8 * index),
        length: places.readUInt32LE(at + 8 + 8 * index),
      }));
    }
    at += 4 + 8 * count;
  }
  return [];
}

function number(view: DataView, index: number): number {
  return view.getUint32(4 * index, true);
}

export function damagedIndex(path: string): Damaged {
  return new Damaged(`${path} is damaged: it is not as it was written. Restore it from a backup`);
}
