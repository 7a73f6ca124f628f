import type { Instant, Milliseconds } from "../json.ts";

export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** The parts of a span that lie in none of the others. */
export function without(span: Span, others: readonly Span[]): readonly Span[] {
  return others.reduce<readonly Span[]>(
    (left, { from, to }) =>
      left
        .flatMap((one) => [
          { from: one.from, to: Math.min(one.to, from) },
          { from: Math.max(one.from, to), to: one.to },
        ])
        .filter((one) => one.to > one.from),
    [span],
  );
}

/** How many windows of this length there are that have no time in common. */
export function apartIn(spans: readonly Span[], length: Milliseconds): number {
  return spans.reduce((sum, { from, to }) => sum + Math.floor((to - from) / length), 0);
}

/**
 * Where windows of this length begin, at random among all places where one fits, on whole steps. The same
 * seed gives the same ones.
 */
export function windowStarts(
  spans: readonly Span[],
  request: {
    readonly length: Milliseconds;
    readonly step: Milliseconds;
    readonly count: number;
    readonly seed: number;
  },
): readonly Instant[] {
  const { length, step, count, seed } = request;
  const places = spans.flatMap(({ from, to }) => {
    const first = Math.ceil(from / step) * step;
    const fit = Math.max(0, Math.floor((to - length - first) / step) + 1);
    return Array.from({ length: fit }, (_, index) => first + index * step);
  });
  const random = randomNumbers(seed);
  const chosen = Array.from({ length: count }, () => Math.floor(random() * places.length));
  return chosen.flatMap((place) => places.slice(place, place + 1));
}

/** Numbers from 0 to 1: mulberry32 by Tommy Ettinger, in the public domain. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
