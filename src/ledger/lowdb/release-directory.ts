import type { ReleaseId } from "../../core/release-id.ts";
import type { StreamId } from "../ledger.ts";
import { ROW, ROW_NUMBERS } from "./archive-index.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint-set.ts";

/** Where an archived release stands: the journal segment, and its place among that segment's releases. */
export interface ReleasePlace {
  readonly segment: number;
  readonly ordinal: number;
}

export interface DirectoryEntry {
  /** The fingerprint of its name. */
  readonly stream: Fingerprint;
  readonly sequence: number;
  readonly id: Fingerprint;
}

/** The rows of a segment's index. */
export interface SegmentRows {
  readonly segment: number;
  readonly rows: Int32Array;
}

/** Where all archived releases stand: 20 to 40 bytes for each. */
export class ReleaseDirectory {
  /** By the higher half of the fingerprint of the stream's name: as good as always one. */
  readonly #shelves = new Map<number, Shelf[]>();

  get count(): number {
    let count = 0;
    for (const ofHigh of this.#shelves.values()) {
      for (const shelf of ofHigh) count += shelf.count;
    }
    return count;
  }

  /** Later additions of the same sequence replace earlier ones. */
  add({ stream, sequence, id }: DirectoryEntry, segment: number, ordinal: number): void {
    this.#shelfFor(stream.high, stream.low).add(sequence, id.high, id.low, segment, ordinal);
  }

  /** All releases of many segments, by the rows of their indexes. */
  addAll(parts: readonly SegmentRows[]): void {
    for (const { rows, segment } of parts) {
      for (let at = 0, ordinal = 0; at < rows.length; at += ROW_NUMBERS, ordinal += 1) {
        const shelf = this.#shelfFor(rows[at + ROW.streamHigh] ?? 0, rows[at + ROW.streamLow] ?? 0);
        const sequence = rows[at + ROW.sequence] ?? 0;
        const high = rows[at + ROW.idHigh] ?? 0;
        shelf.add(sequence, high, rows[at + ROW.idLow] ?? 0, segment, ordinal);
      }
    }
  }

  /** Where releases stand that may have this id: one, as good as always. */
  find(stream: StreamId, id: ReleaseId): readonly ReleasePlace[] {
    const shelf = this.#shelfOf(stream);
    return shelf === undefined ? [] : shelf.find(fingerprintOf(id)).map((at) => shelf.place(at));
  }

  /** Where the releases stand before the one of this id (null: from the newest on), newest first. */
  page(stream: StreamId, before: ReleaseId | null, limit: number): readonly ReleasePlace[] {
    const shelf = this.#shelfOf(stream);
    if (shelf === undefined) return [];
    const end = before === null ? shelf.count : (shelf.find(fingerprintOf(before))[0] ?? 0);
    const length = Math.min(limit, end);
    return Array.from({ length }, (_, index) => shelf.place(end - 1 - index));
  }

  #shelfOf(stream: StreamId): Shelf | undefined {
    const { high, low } = fingerprintOf(stream);
    return this.#shelves.get(high)?.find((shelf) => shelf.low === low);
  }

  #shelfFor(high: number, low: number): Shelf {
    const present = this.#shelves.get(high);
    for (const shelf of present ?? []) if (shelf.low === low) return shelf;
    const shelf = new Shelf(low);
    if (present === undefined) this.#shelves.set(high, [shelf]);
    else present.push(shelf);
    return shelf;
  }
}

/** The numbers that a shelf holds of a release, by their places: beside one another, so that they are one access. */
const ENTRY = { sequence: 0, idHigh: 1, idLow: 2, segment: 3, ordinal: 4 };
const ENTRY_NUMBERS = 5;
/** A power of two. */
const BOX_ENTRIES = 128;

/**
 * The releases of one stream, by rising sequence. They lie in boxes that never move: an array that grows
 * leaves its copies behind, at a start of as much as it holds in the end.
 */
class Shelf {
  /** The lower half of the fingerprint of the stream's name. */
  readonly low: number;
  count = 0;
  readonly #boxes: Int32Array[] = [];

  constructor(low: number) {
    this.low = low;
  }

  add(sequence: number, high: number, low: number, segment: number, ordinal: number): void {
    const index = this.#indexFor(sequence);
    if (index === this.count || this.#number(index, ENTRY.sequence) !== sequence) {
      this.#makeRoom(index);
    }
    const box = this.#boxOf(index);
    const at = placeInBox(index);
    box[at + ENTRY.sequence] = sequence;
    box[at + ENTRY.idHigh] = high;
    box[at + ENTRY.idLow] = low;
    box[at + ENTRY.segment] = segment;
    box[at + ENTRY.ordinal] = ordinal;
  }

  /** Looks at all of them, the newest first: some microseconds for a thousand. */
  find({ high, low }: Fingerprint): readonly number[] {
    const found: number[] = [];
    for (let index = this.count - 1; index >= 0; index -= 1) {
      const isIt = this.#number(index, ENTRY.idHigh) === high;
      if (isIt && this.#number(index, ENTRY.idLow) === low) found.push(index);
    }
    return found;
  }

  place(index: number): ReleasePlace {
    const segment = this.#number(index, ENTRY.segment);
    return { segment, ordinal: this.#number(index, ENTRY.ordinal) };
  }

  /** Where it stands, or would stand. Releases are archived in about the order of their sequences. */
  #indexFor(sequence: number): number {
    let index = this.count;
    while (index > 0 && this.#number(index - 1, ENTRY.sequence) >= sequence) index -= 1;
    return index;
  }

  /** Of those behind it there are none, or a few. */
  #makeRoom(index: number): void {
    if (this.count % BOX_ENTRIES === 0) {
      this.#boxes.push(new Int32Array(BOX_ENTRIES * ENTRY_NUMBERS));
    }
    for (let to = this.count; to > index; to -= 1) {
      const from = placeInBox(to - 1);
      const entry = this.#boxOf(to - 1).subarray(from, from + ENTRY_NUMBERS);
      this.#boxOf(to).set(entry, placeInBox(to));
    }
    this.count += 1;
  }

  #number(index: number, member: number): number {
    return this.#boxOf(index)[placeInBox(index) + member] ?? 0;
  }

  #boxOf(index: number): Int32Array {
    const box = this.#boxes[Math.floor(index / BOX_ENTRIES)];
    if (box === undefined) throw new RangeError("there is no release of this index");
    return box;
  }
}

function placeInBox(index: number): number {
  return (index % BOX_ENTRIES) * ENTRY_NUMBERS;
}
