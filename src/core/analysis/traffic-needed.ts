import type { Milliseconds } from "../json.ts";
import type { CountPoint, RatioPoint, ValuePoint } from "./points.ts";
import { mean, median, sum, variance } from "./robust.ts";
import type { SequentialDesign } from "./sequential.ts";
import { smallestEffect } from "./smallest-effect.ts";

/** What is known when a watch starts. */
export interface TrafficQuestion {
  readonly design: SequentialDesign;
  readonly baseline:
    | { readonly kind: "ratio"; readonly points: readonly RatioPoint[] }
    | { readonly kind: "count"; readonly points: readonly CountPoint[] }
    | { readonly kind: "value"; readonly points: readonly ValuePoint[] };
  /** Traffic of the release as a share of the baseline's: 1 where it takes as much, 0.05 of a canary. */
  readonly share: number;
  /** Distance of the points. */
  readonly every: Milliseconds;
  /** How long the comparison has. */
  readonly window: Milliseconds;
}

/** Differences are in the unit of what is measured; of a count, in events of one step. */
export type TrafficAnswer =
  | {
      readonly kind: "enough";
      /** Twice the smallest difference that matters: what is acted on without a person. */
      readonly effect: number;
      /** In half of all cases it is found within this time. */
      readonly after: Milliseconds;
    }
  | {
      readonly kind: "too-little";
      readonly effect: number;
      /** The smallest difference that is found in half of all cases within the window. */
      readonly finds: number;
      /** How long the window would have to be; null: no time is enough. */
      readonly time: Milliseconds | null;
      /** How many times the traffic there would have to be; null: traffic does not help. */
      readonly traffic: number | null;
    }
  /** The baseline has nothing to reckon with. */
  | { readonly kind: "unknown"; readonly why: string };

/** Limits and longest window of `sequential`. */
const LIMITS = { beside: 5, "before-after": 6 } as const;
const LONGEST = 40;
const LEAST_POINTS = 2;

/**
 * Whether `sequential` can find twice the smallest difference that matters in the window that it has. The
 * score of a window of L points grows with the root of L: limit = (difference - margin) sqrt(L) / sd, with
 * the standard deviation of one point that counts have, or that values of the baseline have from one point
 * to the next.
 */
export function trafficNeeded(question: TrafficQuestion): TrafficAnswer {
  const { baseline, design, every, window, share } = question;
  if (baseline.points.length < LEAST_POINTS) {
    return { kind: "unknown", why: "the baseline has fewer than two points with data" };
  }
  const { expected, sd } = pointOf(question);
  const margin = smallestEffect(baseline.kind, design.effect, expected);
  const limit = LIMITS[design.together];
  const effect = 2 * margin;
  const points = Math.max(1, Math.min(LONGEST, Math.floor(window / every)));
  const needed =
    margin === 0 ? Infinity : Math.max(2, Math.ceil((limit * sd) / (effect - margin)) ** 2);
  if (needed <= points) return { kind: "enough", effect, after: needed * every };
  const finds = margin + (limit * sd) / Math.sqrt(points);
  return {
    kind: "too-little",
    effect,
    finds,
    time: needed <= LONGEST ? needed * every : null,
    traffic: baseline.kind === "value" || share <= 0 ? null : needed / points,
  };
}

/** What one point has, and how much the difference of two points varies by chance. */
function pointOf({ baseline, share, design }: TrafficQuestion): { expected: number; sd: number } {
  const both = design.together === "beside" ? 1 : 0;
  switch (baseline.kind) {
    case "ratio": {
      const bad = sum(baseline.points.map((point) => point.bad));
      const all = sum(baseline.points.map((point) => point.total));
      const expected = bad / all;
      const total = all / baseline.points.length;
      const least = Math.max(expected * (1 - expected), 1 / (4 * all));
      return { expected, sd: Math.sqrt((least / total) * (1 / share + both)) };
    }
    case "count": {
      const expected = mean(baseline.points.map(({ events }) => events));
      return { expected, sd: Math.sqrt(Math.max(expected, 0.25) * (1 / share + both)) };
    }
    case "value": {
      const values = baseline.points.map(({ value }) => value);
      const steps = values.slice(1).map((value, index) => value - (values[index] ?? value));
      const sd = Math.sqrt(variance([0, ...steps]) / 2);
      return { expected: median(values), sd: sd * Math.sqrt(1 + both) };
    }
  }
}
