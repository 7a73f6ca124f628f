import { hash } from "node:crypto";

/**
 * The first 64 bits of a SHA-256, as two signed 32-bit numbers, which cost no memory of their own. That two
 * texts share them does not happen: 1 in 2^64 for each pair.
 */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

export function fingerprintOf(text: string): Fingerprint {
  const digest = hash("sha256", text, "buffer");
  return { high: digest.readInt32LE(0), low: digest.readInt32LE(4) };
}

/** A power of two, as the number of slots is. */
const SHARDS = 64;
const SMALLEST_SHARD = 16;
/** A fuller table is doubled. */
const HIGHEST_LOAD = 0.75;

/**
 * A set that only grows and holds millions: 11 to 22 bytes for each member. It is cut into shards by the
 * lowest bits, so that doubling never stops the process for longer than a shard takes.
 */
export class FingerprintSet {
  #size = 0;
  readonly #shards = Array.from({ length: SHARDS }, () => new Shard());

  get size(): number {
    return this.#size;
  }

  has({ high, low }: Fingerprint): boolean {
    return this.#shardOf(low).has(high, low);
  }

  add({ high, low }: Fingerprint): void {
    if (this.#shardOf(low).add(high, low)) this.#size += 1;
  }

  /** About so many will be added: room is made for them at once, and not by doubling again and again. */
  expect(count: number): void {
    for (const shard of this.#shards) shard.makeRoomFor(Math.ceil(count / SHARDS));
  }

  /**
   * Adds many at once, given as pairs of high and low. Shard by shard, each made large enough before: a
   * shard fits into the processor's cache.
   */
  addAll(parts: readonly Int32Array[]): void {
    const sorted = byShard(parts);
    for (const [index, shard] of this.#shards.entries()) {
      const part = sorted.pairs.subarray(sorted.starts[index], sorted.starts[index + 1]);
      this.#size += shard.addAll(part);
    }
  }

  #shardOf(low: number): Shard {
    const shard = this.#shards[shardOf(low)];
    if (shard === undefined) throw new RangeError("a fingerprint is two signed 32-bit numbers");
    return shard;
  }
}

function shardOf(low: number): number {
  return low & (SHARDS - 1);
}

/** The pairs in the order of their shards, and where each shard's begin; the last entry is the end. */
function byShard(parts: readonly Int32Array[]): {
  readonly pairs: Int32Array;
  readonly starts: Int32Array;
} {
  const starts = new Int32Array(SHARDS + 1);
  for (const part of parts) {
    for (let at = 1; at < part.length; at += 2) {
      const shard = shardOf(part[at] ?? 0);
      starts[shard + 1] = (starts[shard + 1] ?? 0) + 2;
    }
  }
  for (let shard = 0; shard < SHARDS; shard += 1) {
    starts[shard + 1] = (starts[shard + 1] ?? 0) + (starts[shard] ?? 0);
  }
  const pairs = new Int32Array(starts[SHARDS] ?? 0);
  const next = starts.slice();
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) {
      const low = part[at + 1] ?? 0;
      const place = next[shardOf(low)] ?? 0;
      pairs[place] = part[at] ?? 0;
      pairs[place + 1] = low;
      next[shardOf(low)] = place + 2;
    }
  }
  return { pairs, starts };
}

/** Open addressing with linear probing. Two zeros mark a free slot; that fingerprint is kept apart. */
class Shard {
  #slots = new Int32Array(2 * SMALLEST_SHARD);
  #used = 0;
  #hasZero = false;

  has(high: number, low: number): boolean {
    if (high === 0 && low === 0) return this.#hasZero;
    const slot = slotFor(this.#slots, high, low);
    return this.#slots[slot] !== 0 || this.#slots[slot + 1] !== 0;
  }

  /** False: it was there. */
  add(high: number, low: number): boolean {
    this.makeRoomFor(1);
    return this.#put(high, low);
  }

  /** Returns how many of these pairs were not there. */
  addAll(pairs: Int32Array): number {
    this.makeRoomFor(pairs.length / 2);
    let added = 0;
    for (let at = 0; at < pairs.length; at += 2) {
      if (this.#put(pairs[at] ?? 0, pairs[at + 1] ?? 0)) added += 1;
    }
    return added;
  }

  /** There is room. */
  #put(high: number, low: number): boolean {
    if (high === 0 && low === 0) {
      const isNew = !this.#hasZero;
      this.#hasZero = true;
      return isNew;
    }
    const slots = this.#slots;
    const slot = slotFor(slots, high, low);
    if (slots[slot] !== 0 || slots[slot + 1] !== 0) return false;
    slots[slot] = high;
    slots[slot + 1] = low;
    this.#used += 1;
    return true;
  }

  /** So that it need not grow when so many more are added. */
  makeRoomFor(count: number): void {
    let length = this.#slots.length;
    while (this.#used + count > (length / 2) * HIGHEST_LOAD) length *= 2;
    if (length > this.#slots.length) this.#growTo(length);
  }

  #growTo(length: number): void {
    const before = this.#slots;
    const after = new Int32Array(length);
    for (let at = 0; at < before.length; at += 2) {
      const high = before[at] ?? 0;
      const low = before[at + 1] ?? 0;
      if (high === 0 && low === 0) continue;
      const slot = slotFor(after, high, low);
      after[slot] = high;
      after[slot + 1] = low;
    }
    this.#slots = after;
  }
}

/** Where it stands, or the free slot where it would. The number of slots is a power of two. */
function slotFor(slots: Int32Array, high: number, low: number): number {
  const mask = slots.length - 1;
  let slot = (high << 1) & mask;
  for (;;) {
    const foundHigh = slots[slot];
    const foundLow = slots[slot + 1];
    if (foundHigh === high && foundLow === low) return slot;
    if (foundHigh === 0 && foundLow === 0) return slot;
    slot = (slot + 2) & mask;
  }
}
