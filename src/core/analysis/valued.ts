import type { Instant } from "../json.ts";
import { LEAST_BASELINE } from "./counted.ts";
import type { Pair, ValuePoint } from "./points.ts";
import { clamp, mean, median, sum, variance } from "./robust.ts";
import type { Scan } from "./scan.ts";
import type { OneSidedDesign } from "./sequential.ts";
import { smallestEffect } from "./smallest-effect.ts";

const MOST = 4;
const LIMITS = { beside: 5, "before-after": 6 } as const;
const WANDER = 3;
const BLOCK = 10;

/** Values, ready for `scan`; a text: why there is too little. */
export function valuedScan(
  pair: Extract<Pair, { kind: "value" }>,
  design: OneSidedDesign,
): Scan | string {
  return design.together === "beside" ? beside(pair, design) : beforeAfter(pair, design);
}

interface Difference {
  readonly at: Instant;
  readonly value: number;
  readonly release: number;
  readonly baseline: number;
}

function beside(
  { release, baseline }: Extract<Pair, { kind: "value" }>,
  design: OneSidedDesign,
): Scan | string {
  const scale = scaleOf([...release, ...baseline]);
  const partners = new Map(baseline.map(({ at, value }) => [at, value]));
  const pairs: Difference[] = [];
  for (const { at, value } of release) {
    const partner = partners.get(at);
    if (partner === undefined) continue;
    const difference = scale.to(value) - scale.to(partner);
    pairs.push({ at, value: difference, release: value, baseline: partner });
  }
  if (pairs.length === 0) return "the two have no point with data in common";
  const centre = median(pairs.map((point) => point.baseline));
  const { effect, margin } = marginOf(scale, design, centre, 0);
  const steps: number[] = [];
  const sds = pairs.map((point, index) => {
    const before = pairs[index - 1];
    if (before !== undefined) steps.push(Math.abs(point.value - before.value));
    const seen = steps.length < 4 ? 0 : (1.4826 * median(steps)) / Math.SQRT2;
    return Math.max(seen, margin / 2, Number.MIN_VALUE);
  });
  return valued(pairs, sds, margin, effect, 0, LIMITS.beside, scale, design);
}

function beforeAfter(
  { release, baseline }: Extract<Pair, { kind: "value" }>,
  design: OneSidedDesign,
): Scan | string {
  if (baseline.length < LEAST_BASELINE) {
    return `the baseline has ${baseline.length} of at least ${LEAST_BASELINE} points with data`;
  }
  if (release.length === 0) return "the release has no point with data";
  const scale = scaleOf([...release, ...baseline]);
  const before = baseline.map(({ value }) => scale.to(value));
  const middle = median(before);
  const centre = scale.from(middle);
  const { effect, margin } = marginOf(scale, design, centre, wanderOf(before));
  const spread = 1.4826 * median(before.map((value) => Math.abs(value - middle)));
  const pairs = release.map(({ at, value }) => ({
    at,
    value: scale.to(value) - middle,
    release: value,
    baseline: centre,
  }));
  const sd = Math.max(spread, effect / 4, Number.MIN_VALUE);
  const sds = pairs.map(() => sd);
  return valued(pairs, sds, margin, effect, baseline.length, LIMITS["before-after"], scale, design);
}

function valued(
  pairs: readonly Difference[],
  sds: readonly number[],
  margin: number,
  effect: number,
  baselinePoints: number,
  limit: number,
  scale: Scale,
  { worse }: OneSidedDesign,
): Scan {
  const sign = worse === "higher" ? 1 : -1;
  return {
    points: pairs.length,
    limit,
    judge: (end, length) => {
      const window = pairs.slice(end - length + 1, end + 1);
      const first = window[0];
      const sd = sds[end] ?? 1;
      if (first === undefined) return null;
      const total = sum(
        window.map(({ value }) => clamp((sign * value - margin) / sd, -MOST, MOST)),
      );
      if (total <= 0) return null;
      const share = baselinePoints === 0 ? 0 : length / baselinePoints;
      const observed = scale.from(mean(window.map((point) => scale.to(point.release))));
      const expected = scale.from(mean(window.map((point) => scale.to(point.baseline))));
      return {
        since: first.at,
        points: length,
        score: total / Math.sqrt(length * (1 + share)),
        observed,
        expected,
        isClear: sign * (scale.to(observed) - scale.to(expected)) > 2 * effect,
      };
    },
  };
}

interface Scale {
  readonly to: (value: number) => number;
  readonly from: (value: number) => number;
}

const PLAIN: Scale = { to: (value) => value, from: (value) => value };
const LOGARITHM: Scale = { to: Math.log, from: Math.exp };

function scaleOf(points: readonly ValuePoint[]): Scale {
  return points.every(({ value }) => value > 0) ? LOGARITHM : PLAIN;
}

function marginOf(scale: Scale, design: OneSidedDesign, centre: number, wander: number) {
  const least = smallestEffect("value", design.effect, centre);
  const sign = design.worse === "higher" ? 1 : -1;
  const moved = Math.max(centre + sign * least, scale === PLAIN ? -Infinity : centre / 1e3);
  const effect = Math.abs(scale.to(moved) - scale.to(centre));
  return { effect, margin: Math.max(effect, WANDER * wander) };
}

function wanderOf(values: readonly number[]): number {
  const steps: number[] = [];
  for (const [index, value] of values.entries()) {
    const next = values[index + 1];
    if (next !== undefined) steps.push(Math.abs(next - value));
  }
  const noise = (1.4826 * median(steps)) / Math.SQRT2;
  const blocks: number[] = [];
  for (let from = 0; from + BLOCK <= values.length; from += BLOCK) {
    const sorted = values.slice(from, from + BLOCK).toSorted((a, b) => a - b);
    blocks.push(mean(sorted.slice(1, -1)));
  }
  return Math.sqrt(Math.max(0, variance(blocks) - (1.1 * noise ** 2) / BLOCK));
}
