import type { Sample } from "../verdict.ts";
import { ratioSeries, type Series } from "./series.ts";

/** The two counters of a ratio, as they rose from point to point. */
export interface RatioReading {
  readonly counts: "bad" | "good";
  readonly part: readonly Sample[];
  readonly total: readonly Sample[];
}

/** Counters are scraped one after the other, so that one may be ahead; more than this is another question. */
const MOST_ABOVE = 1.1;

/**
 * A ratio from its two counters. A counter of errors may not be there because there was no error yet, or
 * because the query is wrong: where all events are known and it is not, it counts as 0 only if it proves
 * to be there, by a later point of it, or by `beside`, the same counter of another version at the same
 * moment. Else nothing is known there.
 */
export function ratioOf(
  { counts, part, total }: RatioReading,
  beside: RatioReading | null,
): Series | { readonly kind: "error"; readonly why: string } {
  const parts = new Map(part.map(({ at, value }) => [at, value]));
  const begins = part.find(({ value }) => value !== null)?.at ?? Number.POSITIVE_INFINITY;
  const besides = new Map((beside?.part ?? []).map(({ at, value }) => [at, value]));
  const isProven = (at: Sample["at"]) =>
    (Number.isFinite(begins) && at < begins) || (besides.get(at) ?? null) !== null;
  const countedAt = ({ at }: Sample): number | null =>
    parts.get(at) ?? (isProven(at) ? 0 : null);

  const sums = total.reduce(
    (sum, point) => {
      const counted = countedAt(point);
      if (counted === null || point.value === null) return sum;
      return { part: sum.part + counted, total: sum.total + point.value };
    },
    { part: 0, total: 0 },
  );
  if (sums.part > sums.total * MOST_ABOVE) {
    const why = `${sums.part} of ${sums.total} events are said to be ${counts}: total must count all events`;
    return { kind: "error", why };
  }
  return ratioSeries(
    total.map(({ at }) => at),
    (index) => {
      const point = total[index];
      const counted = point === undefined ? null : countedAt(point);
      if (point === undefined || point.value === null || counted === null) return null;
      const within = Math.min(point.value, Math.max(0, counted));
      return { bad: counts === "bad" ? within : point.value - within, total: point.value };
    },
    counts === "good",
  );
}
