import type { ReleaseId } from "../../core/release.ts";
import type { StreamId } from "../ledger.ts";
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
  readonly #shelves = new Map<number, Shelf>();

  /** Later additions of the same sequence replace earlier ones. */
  add({ stream, sequence, id }: DirectoryEntry, segment: number, ordinal: number): void {
    const number = shelfNumber(stream);
    let shelf = this.#shelves.get(number);
    if (shelf === undefined) {
      shelf = new Shelf();
      this.#shelves.set(number, shelf);
    }
    shelf.add(sequence, id, segment, ordinal);
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
    return this.#shelves.get(shelfNumber(fingerprintOf(stream)));
  }
}

/** 53 bits of the fingerprint, as many as a number holds. */
function shelfNumber({ high, low }: Fingerprint): number {
  return (high % 2 ** 21) * 2 ** 32 + low;
}

const SMALLEST = 4;

/** The releases of one stream, by rising sequence: for each five numbers of 32 bits. */
class Shelf {
  count = 0;
  #sequences = new Uint32Array(SMALLEST);
  #ids = new Uint32Array(2 * SMALLEST);
  #places = new Uint32Array(2 * SMALLEST);

  add(sequence: number, { high, low }: Fingerprint, segment: number, ordinal: number): void {
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

function doubled(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
