import type { CountPoint, RatioPoint, ValuePoint } from "../../src/core/analysis/points.ts";

/** Distance of the points of the series that tests make. */
export const EVERY = 15_000;

interface Steady {
  readonly points: number;
  /** Place of the first point. */
  readonly from?: number;
}

/**
 * Numbers that look like chance and are always the same, from 0 to 1: the golden ratio's multiples, mixed.
 */
export function noise(index: number, seed = 0): number {
  const mixed = Math.imul(index + 1 + seed * 7_919, 0x9e3779b1) ^ ((index + seed) << 7);
  const hashed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return ((hashed ^ (hashed >>> 13)) >>> 0) / 2 ** 32;
}

/** A share of bad events that differs from point to point about as much as counts do. */
export function ratios(
  share: number,
  total: number,
  { points, from = 0, seed = 0 }: Steady & { readonly seed?: number },
): readonly RatioPoint[] {
  const sd = Math.sqrt(total * share * (1 - share));
  return Array.from({ length: points }, (_, index) => ({
    at: (from + index) * EVERY,
    bad: Math.max(0, Math.round(total * share + spread(from + index, seed) * sd)),
    total,
  }));
}

export function counts(
  events: number,
  { points, from = 0, seed = 0 }: Steady & { readonly seed?: number },
): readonly CountPoint[] {
  return Array.from({ length: points }, (_, index) => ({
    at: (from + index) * EVERY,
    events: Math.max(0, Math.round(events + spread(from + index, seed) * Math.sqrt(events))),
    time: EVERY,
  }));
}

/** Values that spread by a share of the level. */
export function values(
  level: number,
  by: number,
  { points, from = 0, seed = 0 }: Steady & { readonly seed?: number },
): readonly ValuePoint[] {
  return Array.from({ length: points }, (_, index) => ({
    at: (from + index) * EVERY,
    value: level + level * by * spread(from + index, seed),
  }));
}

/** About standard normal: the sum of twelve. */
function spread(index: number, seed: number): number {
  let total = -6;
  for (let part = 0; part < 12; part += 1) total += noise(index * 12 + part, seed);
  return total;
}
