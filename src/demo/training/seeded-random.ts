/** Repeatable chance: the same seed gives the same numbers on every machine. Not for secrets. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** The index that a draw by these weights gives; weights need not sum to 1. */
  weighted(weights: readonly number[]): number;
  /** A new array in random order. */
  shuffled<T>(items: readonly T[]): readonly T[];
}

/** Starts from any text, so that a date or a name can be a seed. */
export function createSeededRandom(seed: string): SeededRandom {
  let state = fnv1a(seed);

  /** mulberry32 by Tommy Ettinger (public domain): 32 bits of state, passes gjrand's small tests. */
  function uniform(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Box and Muller, 1958. `1 - uniform()` is never 0, so the logarithm is finite. */
  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  function weighted(weights: readonly number[]): number {
    let rest = uniform() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return index;
    }
    return weights.length - 1;
  }

  function shuffled<T>(items: readonly T[]): readonly T[] {
    return items
      .map((item) => ({ item, key: uniform() }))
      .toSorted((left, right) => left.key - right.key)
      .map(({ item }) => item);
  }

  return { uniform, normal, weighted, shuffled };
}

/** 32-bit FNV-1a (Fowler, Noll, Vo) of the UTF-8 bytes. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 0;
}
