import { endianness } from "node:os";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { Damaged, type RecordedEvent, type StreamId } from "../ledger.ts";
import type { Fingerprint } from "./fingerprint-set.ts";
import { checkSchema, STORE_SCHEMA } from "./store-schema.ts";

/** What lies in the archive of one journal segment, and where in its files. */
export interface ArchiveContents {
  /** In the order of the file. */
  readonly events: readonly EventRow[];
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

export interface EventRow extends LinePlace, Pick<RecordedEvent, "position" | "stream" | "at"> {}

export interface ReleaseRow extends LinePlace {
  /** The fingerprint of its name. */
  readonly stream: Fingerprint;
  readonly sequence: number;
  readonly id: Fingerprint;
}

/*
 * Little endian. A head, which a start reads, and behind it the places of each stream's events, which are
 * read when somebody asks for that stream.
 */
const IS_LITTLE_ENDIAN = endianness() === "LE";
const MAGIC = 0x58574c53;
const FIXED = 64;
/** The numbers in the row of a release, by their places. */
export const ROW = {
  streamHigh: 0,
  streamLow: 1,
  sequence: 2,
  idHigh: 3,
  idLow: 4,
  offset: 5,
  length: 6,
};
export const ROW_NUMBERS = 8;
export const ROW_LENGTH = 4 * ROW_NUMBERS;
const COMMAND_LENGTH = 8;

export function encodeArchiveIndex(contents: ArchiveContents): Buffer {
  const { events, releases, commands } = contents;
  const headLength = FIXED + releases.length * ROW_LENGTH + commands.length * COMMAND_LENGTH;
  const places = encodePlaces(contents);
  const buffer = Buffer.alloc(headLength + places.length);
  const view = viewOf(buffer);
  putNumbers(view, 0, [MAGIC, STORE_SCHEMA, 0, headLength, crc32(places)]);
  putNumbers(view, 20, [events.length, releases.length, commands.length]);
  putNumbers(view, 32, [contents.eventBytes, contents.eventChecksum]);
  view.setFloat64(48, events[0]?.position ?? 0, true);
  view.setFloat64(56, latestOf(events), true);
  let at = FIXED;
  for (const { stream, sequence, id, offset, length } of releases) {
    const numbers = [stream.high, stream.low, sequence, id.high, id.low, offset, length];
    putNumbers(view, at, numbers);
    at += ROW_LENGTH;
  }
  for (const { high, low } of commands) {
    putNumbers(view, at, [high, low]);
    at += COMMAND_LENGTH;
  }
  places.copy(buffer, headLength);
  view.setUint32(8, crc32(buffer.subarray(12, headLength)), true);
  return buffer;
}

function putNumbers(view: DataView, from: number, numbers: readonly number[]): void {
  for (const [index, value] of numbers.entries()) view.setUint32(from + 4 * index, value, true);
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}

function latestOf(events: ArchiveContents["events"]): number {
  return events.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
}

/**
 * The names of the streams as JSON, with the length of that before it; then for each stream how many events
 * it has, and the place of each.
 */
function encodePlaces({ events }: ArchiveContents): Buffer {
  const byStream = new Map<StreamId, number[]>();
  for (const { stream, offset, length } of events) {
    const places = byStream.get(stream) ?? [];
    byStream.set(stream, places);
    places.push(offset, length);
  }
  const names = Buffer.from(JSON.stringify([...byStream.keys()]));
  const numbers = [...byStream.values()].flatMap((places) => [places.length / 2, ...places]);
  const buffer = Buffer.alloc(4 + names.length + 4 * numbers.length);
  const view = viewOf(buffer);
  view.setUint32(0, names.length, true);
  names.copy(buffer, 4);
  putNumbers(view, 4 + names.length, numbers);
  return buffer;
}

/** How much of an index a start reads at first; more only where the head is longer. */
export const USUAL_HEAD = 32 * 1024;

/** The head of an index. */
export class ArchiveHead {
  readonly events: number;
  readonly releases: number;
  readonly commands: number;
  readonly eventBytes: number;
  readonly eventChecksum: number;
  /** Of its first event; 0 where there is none. */
  readonly firstPosition: number;
  /** The latest instant of any of its events. */
  readonly latest: number;
  readonly length: number;
  readonly placesChecksum: number;
  readonly #view: DataView;

  /** @throws Damaged, UnknownSchema */
  constructor(buffer: Buffer, path: string) {
    const length = headLength(buffer, path);
    const view = viewOf(buffer);
    const isWhole = buffer.length >= length && crc32(buffer.subarray(12, length)) === u32(view, 8);
    if (!isWhole) throw damagedIndex(path);
    this.length = length;
    this.placesChecksum = u32(view, 16);
    this.events = u32(view, 20);
    this.releases = u32(view, 24);
    this.commands = u32(view, 28);
    this.eventBytes = u32(view, 32);
    this.eventChecksum = u32(view, 36);
    this.firstPosition = view.getFloat64(48, true);
    this.latest = view.getFloat64(56, true);
    this.#view = view;
  }

  /** The rows of the releases, `ROW_NUMBERS` numbers each, placed as `ROW` says. */
  rows(): Int32Array {
    return this.#numbers(FIXED, this.releases * ROW_NUMBERS);
  }

  /** The commands as pairs of high and low. */
  commandPairs(): Int32Array {
    return this.#numbers(rowOffset(this.releases), 2 * this.commands);
  }

  #numbers(from: number, count: number): Int32Array {
    const { buffer, byteOffset } = this.#view;
    // As they stand, where this machine writes numbers as the file does.
    if (IS_LITTLE_ENDIAN && byteOffset % 4 === 0) {
      return new Int32Array(buffer, byteOffset + from, count);
    }
    const numbers = new Int32Array(count);
    for (let n = 0; n < count; n += 1) numbers[n] = this.#view.getInt32(from + 4 * n, true);
    return numbers;
  }
}

/** The length of the head, which stands at its beginning. @throws Damaged, UnknownSchema */
export function headLength(start: Buffer, path: string): number {
  const view = viewOf(start);
  if (start.length < FIXED || u32(view, 0) !== MAGIC) throw damagedIndex(path);
  checkSchema(u32(view, 4), path);
  return u32(view, 12);
}

/** Where the row of a release begins, by its place in the file of releases from 0. */
export function rowOffset(ordinal: number): number {
  return FIXED + ordinal * ROW_LENGTH;
}

/** Where the line of a release stands, from its row. */
export function placeInRow(row: Buffer): LinePlace {
  return { offset: row.readUInt32LE(4 * ROW.offset), length: row.readUInt32LE(4 * ROW.length) };
}

/** Where a stream's events stand, from a whole index. @throws Damaged, UnknownSchema */
export function placesOf(stream: StreamId, index: Buffer, path: string): readonly LinePlace[] {
  const head = new ArchiveHead(index, path);
  const places = index.subarray(head.length);
  if (crc32(places) !== head.placesChecksum) throw damagedIndex(path);
  const view = viewOf(places);
  let at = 4 + u32(view, 0);
  const names = z.array(z.string()).parse(JSON.parse(places.toString("utf8", 4, at)));
  for (const name of names) {
    const count = u32(view, at);
    if (name === stream) {
      return Array.from({ length: count }, (_, n) => ({
        offset: u32(view, at + 4 + 8 * n),
        length: u32(view, at + 8 + 8 * n),
      }));
    }
    at += 4 + 8 * count;
  }
  return [];
}

function u32(view: DataView, at: number): number {
  return view.getUint32(at, true);
}

export function damagedIndex(path: string): Damaged {
  return new Damaged(`${path} is damaged: it is not as it was written. Restore it from a backup`);
}
