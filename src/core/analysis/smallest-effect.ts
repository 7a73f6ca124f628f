import type { Effect } from "../watch-policy.ts";
import type { Pair } from "./points.ts";
import { clamp } from "./robust.ts";

/**
 * The smallest difference that matters, in the unit of what is measured, and above 0.
 *
 * Where none is configured: of a ratio half of the baseline's, but at least 0.2 and at most 0.5 percentage
 * points; of a count a quarter; of a value 3 per cent.
 *
 * @param expected the baseline's, in the same unit
 */
export function smallestEffect(
  kind: Pair["kind"],
  effect: Effect | null,
  expected: number,
): number {
  if (effect === null) return DEFAULTS[kind](Math.abs(expected));
  return effect.unit === "value" ? effect.least : effect.least * Math.abs(expected);
}

const DEFAULTS: Readonly<Record<Pair["kind"], (expected: number) => number>> = {
  ratio: (share) => clamp(Math.min(share, 1 - share) / 2, 0.002, 0.005),
  count: (events) => 0.25 * events,
  value: (value) => 0.03 * value,
};
