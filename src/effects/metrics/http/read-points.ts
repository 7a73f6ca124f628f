import type { Instant, Json } from "../../../core/json.ts";
import type { Sample } from "../../../core/verdict.ts";

/** Before this a number is taken for seconds since the epoch, from here on for milliseconds: 1973 or 5138. */
const LEAST_MILLISECONDS = 1e11;
const MOST_POINTS = 100_000;

export type ReadPoints =
  | { readonly kind: "points"; readonly points: readonly Sample[] }
  | { readonly kind: "error"; readonly why: string };

/**
 * The points of an answer: `{"at": …, "value": …}` or `[at, value]`. The time is milliseconds or seconds since
 * the epoch, or a text of ISO 8601; the value a number or null.
 */
export function readPoints(value: Json): ReadPoints {
  if (!Array.isArray(value)) return { kind: "error", why: "points gives no list" };
  if (value.length > MOST_POINTS) {
    return { kind: "error", why: `points gives more than ${MOST_POINTS} points` };
  }
  const points: Sample[] = [];
  for (const [index, point] of value.entries()) {
    const [at, number] = membersOf(point as Json);
    const instant = instantOf(at);
    if (instant === null) {
      return { kind: "error", why: `point ${index} has no time, as in {"at": …, "value": …}` };
    }
    if (number !== null && typeof number !== "number") {
      return { kind: "error", why: `point ${index} has no number as its value` };
    }
    points.push({ at: instant, value: number });
  }
  return { kind: "points", points };
}

function membersOf(point: Json): readonly [Json | undefined, Json | undefined] {
  if (Array.isArray(point)) return [point[0] as Json | undefined, point[1] as Json | undefined];
  if (typeof point !== "object" || point === null) return [undefined, undefined];
  const { at, value } = point as Readonly<Record<string, Json>>;
  return [at, value];
}

function instantOf(at: Json | undefined): Instant | null {
  if (typeof at === "string") {
    const parsed = Date.parse(at);
    return Number.isNaN(parsed) ? null : parsed;
  }
  if (typeof at !== "number" || !Number.isFinite(at) || Math.abs(at) > 8.64e15) return null;
  return Math.round(at < LEAST_MILLISECONDS ? at * 1_000 : at);
}
