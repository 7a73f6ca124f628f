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

/** Where all archived releases stand: 20 to 40 bytes for each. */
export class ReleaseDirectory {
  /** By the two halves of the fingerprint of the stream's name. */
  readonly #shelves = new Map<number, Map<number, Shelf>>();

  /** Later additions of the same sequence replace earlier ones. */
  add({ stream, sequence, id }: DirectoryEntry, segment: number, ordinal: number): void {
    this.#shelfFor(stream.high, stream.low).add(sequence, id.high, id.low, segment, ordinal);
  }

  /** All releases of a segment, by the rows of its index. */
  addRows(rows: Int32Array, segment: number): void {
    for (let at = 0, ordinal = 0; at < rows.length; at += ROW_NUMBERS, ordinal += 1) {
      const shelf = this.#shelfFor(rows[at + ROW.streamHigh] ?? 0, rows[at + ROW.streamLow] ?? 0);
      const sequence = rows[at + ROW.sequence] ?? 0;
      shelf.add(sequence, rows[at + ROW.idHigh] ?? 0, rows[at + ROW.idLow] ?? 0, segment, ordinal);
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
    return this.#shelves.get(high)?.get(low);
  }

  #shelfFor(high: number, low: number): Shelf {
    let shelves = this.#shelves.get(high);
    if (shelves === undefined) {
      shelves = new Map();
      this.#shelves.set(high, shelves);
    }
    let shelf = shelves.get(low);
    if (shelf === undefined) {
      shelf = new Shelf();
      shelves.set(low, shelf);
    }
    return shelf;
  }
}

const SMALLEST = 4;

/** The releases of one stream, by rising sequence: for each five numbers of 32 bits. */
class Shelf {
  count = 0;
  #sequences = new Int32Array(SMALLEST);
  #ids = new Int32Array(2 * SMALLEST);
  #places = new Int32Array(2 * SMALLEST);

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
      this.#sequences = doubled(this.#sequences);
      this.#ids = doubled(this.#ids);
      this.#places = doubled(this.#places);
    }
    if (index < this.count) {
      this.#sequences.copyWithin(index + 1, index, this.count);
      this.#ids.copyWithin(2 * index + 2, 2 * index, 2 * this.count);
      this.#places.copyWithin(2 * index + 2, 2 * index, 2 * this.count);
    }
    this.count += 1;
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
