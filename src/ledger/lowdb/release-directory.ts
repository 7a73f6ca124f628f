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
    const shelves = parts.map(({ rows }) => this.#shelvesOf(rows));
    for (const [part, { rows, segment }] of parts.entries()) {
      const ofRows = shelves[part] ?? [];
      for (let ordinal = 0; ordinal < ofRows.length; ordinal += 1) {
        const at = ordinal * ROW_NUMBERS;
        const sequence = rows[at + ROW.sequence] ?? 0;
        const high = rows[at + ROW.idHigh] ?? 0;
        ofRows[ordinal]?.add(sequence, high, rows[at + ROW.idLow] ?? 0, segment, ordinal);
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

  /** The shelf of each row, which knows then that one more is about to come. */
  #shelvesOf(rows: Int32Array): readonly Shelf[] {
    const shelves: Shelf[] = [];
    for (let at = 0; at < rows.length; at += ROW_NUMBERS) {
      const high = rows[at + ROW.streamHigh] ?? 0;
      const shelf = this.#shelfFor(high, rows[at + ROW.streamLow] ?? 0);
      shelf.expected += 1;
      shelves.push(shelf);
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
/** The numbers that a shelf holds of a release, by their places: beside one another, so that they are one access. */
const ENTRY = { sequence: 0, idHigh: 1, idLow: 2, segment: 3, ordinal: 4 };
const ENTRY_NUMBERS = 5;

/** The releases of one stream, by rising sequence. */
class Shelf {
  /** The lower half of the fingerprint of the stream's name. */
  readonly low: number;
  count = 0;
  /** At least so many are about to be added: when it grows next, it grows for all of them. */
  expected = 0;
  #entries = new Int32Array(SMALLEST * ENTRY_NUMBERS);

  constructor(low: number) {
    this.low = low;
  }

  add(sequence: number, high: number, low: number, segment: number, ordinal: number): void {
    const index = this.#indexFor(sequence);
    if (index === this.count || this.#sequence(index) !== sequence) this.#makeRoom(index);
    const at = index * ENTRY_NUMBERS;
    this.#entries[at + ENTRY.sequence] = sequence;
    this.#entries[at + ENTRY.idHigh] = high;
    this.#entries[at + ENTRY.idLow] = low;
    this.#entries[at + ENTRY.segment] = segment;
    this.#entries[at + ENTRY.ordinal] = ordinal;
  }

  /** Looks at all of them, the newest first: some microseconds for a thousand. */
  find({ high, low }: Fingerprint): readonly number[] {
    const found: number[] = [];
    for (let index = this.count - 1; index >= 0; index -= 1) {
      const at = index * ENTRY_NUMBERS;
      const isIt = this.#entries[at + ENTRY.idHigh] === high;
      if (isIt && this.#entries[at + ENTRY.idLow] === low) found.push(index);
    }
    return found;
  }

  place(index: number): ReleasePlace {
    const at = index * ENTRY_NUMBERS;
    const segment = this.#entries[at + ENTRY.segment] ?? 0;
    return { segment, ordinal: this.#entries[at + ENTRY.ordinal] ?? 0 };
  }

  /** Where it stands, or would stand. Releases are archived in about the order of their sequences. */
  #indexFor(sequence: number): number {
    let index = this.count;
    while (index > 0 && this.#sequence(index - 1) >= sequence) index -= 1;
    return index;
  }

  #sequence(index: number): number {
    return this.#entries[index * ENTRY_NUMBERS + ENTRY.sequence] ?? 0;
  }

  #makeRoom(index: number): void {
    const end = this.count * ENTRY_NUMBERS;
    if (end === this.#entries.length) {
      const length = Math.max(2 * this.count, this.count + this.expected);
      this.expected = 0;
      const larger = new Int32Array(length * ENTRY_NUMBERS);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    const at = index * ENTRY_NUMBERS;
    if (at < end) this.#entries.copyWithin(at + ENTRY_NUMBERS, at, end);
    this.count += 1;
  }
}
