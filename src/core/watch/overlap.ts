import type { Milliseconds } from "../json.ts";
import type { Measure } from "../watch-policy.ts";

const UNITS = [
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
] as const satisfies readonly (readonly [string, Milliseconds])[];

const RANGE = /\[\s*(?:\d+(?:ms|[smhdw]))+\s*(?::[^\]]*)?\]/g;

/**
 * Of how many points of a query one is taken for a comparison, so that no event is in two of them: a query
 * of `rate(x[2m])` every 30 s has each event in four points, and one bad moment looks like four. The ranges
 * are read from the text, as PromQL and LogQL write them; a query without any is taken as it is.
 */
export function strideOf(measure: Measure, every: Milliseconds): number {
  if (measure.kind !== "value") return 1;
  const ranges = (measure.query.match(RANGE) ?? []).map((range) => lengthOf(range.split(":")[0]));
  return Math.max(1, Math.ceil(Math.max(0, ...ranges) / every));
}

/** Of `[1h30m`. */
function lengthOf(range: string | undefined): Milliseconds {
  return UNITS.reduce((sum, [unit, length]) => {
    const [, number] = new RegExp(`(\\d+)${unit}(?![a-z])`).exec(`${range}`) ?? [];
    return sum + Number(number ?? 0) * length;
  }, 0);
}
