import type { ReleaseId } from "../../core/release.ts";
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

  /** Later additions of the same sequence replace earlier ones. */
  add({ stream, sequence, id }: DirectoryEntry, segment: number, ordinal: number): void {
    this.#shelfFor(stream.high, stream.low).add(sequence, id.high, id.low, segment, ordinal);
  }

  /** All releases of many segments, by the rows of their indexes. */
  addAll(parts: readonly SegmentRows[]): void {
    const shelves = parts.map(({ rows }) => this.#shelvesOf(rows));
    for (const ofSegment of shelves) for (const shelf of ofSegment) shelf.expected += 1;
    for (const [part, { rows, segment }] of parts.entries()) {
      for (const [ordinal, shelf] of (shelves[part] ?? []).entries()) {
        const at = ordinal * ROW_NUMBERS;
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

  #shelvesOf(rows: Int32Array): readonly Shelf[] {
    const shelves: Shelf[] = [];
    for (let at = 0; at < rows.length; at += ROW_NUMBERS) {
      shelves.push(this.#shelfFor(rows[at + ROW.streamHigh] ?? 0, rows[at + ROW.streamLow] ?? 0));
    }
    return shelves;
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

const SMALLEST = 4;

/** The releases of one stream, by rising sequence: for each five numbers of 32 bits. */
class Shelf {
  /** The lower half of the fingerprint of the stream's name. */
  readonly low: number;
  count = 0;
  /** At least so many are about to be added: when it grows next, it grows for all of them. */
  expected = 0;
  #sequences = new Int32Array(SMALLEST);
  #ids = new Int32Array(2 * SMALLEST);
  #places = new Int32Array(2 * SMALLEST);

  constructor(low: number) {
    this.low = low;
  }

  add(sequence: number, high: number, low: number, segment: number, ordinal: number): void {
    const index = this.#indexFor(sequence);
    if (index === this.count || this.#sequences[index] !== sequence) this.#makeRoom(index);
    this.#sequences[index] = sequence;
    this.#ids[2 * index] = high;
    this.#ids[2 * index + 1] = low;
    this.#places[2 * index] = segment;
    this.#places[2 * index + 1] = ordinal;
  }

  /** Looks at all of them, the newest first: about a microsecond for a thousand. */
  find({ high, low }: Fingerprint): readonly number[] {
    const found: number[] = [];
    for (let index = this.count - 1; index >= 0; index -= 1) {
      if (this.#ids[2 * index] === high && this.#ids[2 * index + 1] === low) found.push(index);
    }
    return found;
  }

  place(index: number): ReleasePlace {
    const segment = this.#places[2 * index] ?? 0;
    return { segment, ordinal: this.#places[2 * index + 1] ?? 0 };
  }

  /** Where it stands, or would stand. Releases are archived in about the order of their sequences. */
  #indexFor(sequence: number): number {
    let index = this.count;
    while (index > 0 && (this.#sequences[index - 1] ?? 0) >= sequence) index -= 1;
    return index;
  }

  #makeRoom(index: number): void {
    if (this.count === this.#sequences.length) {
      const length = Math.max(2 * this.count, this.count + this.expected);
      this.expected = 0;
      this.#sequences = grown(this.#sequences, length);
      this.#ids = grown(this.#ids, 2 * length);
      this.#places = grown(this.#places, 2 * length);
    }
    if (index < this.count) {
      this.#sequences.copyWithin(index + 1, index, this.count);
      this.#ids.copyWithin(2 * index + 2, 2 * index, 2 * this.count);
      this.#places.copyWithin(2 * index + 2, 2 * index, 2 * this.count);
    }
    this.count += 1;
  }
}

function grown(numbers: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(numbers);
  return larger;
}
