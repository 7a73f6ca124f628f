import type { RatioPoint } from "../analysis/points.ts";
import type { Measured } from "../measured.ts";
import type { Reading, Sample } from "../verdict.ts";
import { ratioSeries, type Series } from "./series.ts";
import { type Unusable, usable } from "./unusable.ts";

export type MeasuredRatio = Extract<Measured, { readonly kind: "ratio" }>;

/** Counters are scraped one after the other, so that one may be ahead; more than this is another question. */
const MOST_ABOVE = 1.1;

/**
 * A ratio from its two counters. A counter of errors may not be there because there was no error yet, or
 * because the query is wrong: where all events are known and it is not, it counts as 0 only if it proves
 * to be there, by a later point of it, or by the same counter of the version beside it at the same moment.
 * Else nothing is known there.
 */
export function ratioFrom(
  measured: MeasuredRatio,
  beside: MeasuredRatio | null,
): Series | Unusable {
  const part = usable(partOf(measured), "samples");
  const total = usable(measured.total, "samples");
  // What is not there at all goes before what may lack parts.
  if (total.kind !== "samples") return part.kind === "error" ? part : total;
  if (part.kind !== "samples") return part;
  const counted = countedAt(part.samples, beside === null ? [] : samplesOf(partOf(beside)));
  const isGood = "good" in measured;
  const points = total.samples.flatMap(({ at, value }): readonly RatioPoint[] => {
    const number = counted(at);
    if (value === null || value <= 0 || number === null) return [];
    return [{ at, bad: isGood ? value - number : number, total: value }];
  });
  const sums = points.reduce(
    (sum, point) => ({ bad: sum.bad + point.bad, total: sum.total + point.total }),
    { bad: 0, total: 0 },
  );
  const events = isGood ? sums.total - sums.bad : sums.bad;
  if (events > sums.total * MOST_ABOVE) {
    const of = isGood ? "good" : "bad";
    const why = `${Math.round(events)} of ${Math.round(sums.total)} events are ${of}: total must count all events`;
    return { kind: "error", why };
  }
  const within = points.map((point) => ({
    ...point,
    bad: Math.min(point.total, Math.max(0, point.bad)),
  }));
  return ratioSeries(
    total.samples.map(({ at }) => at),
    within,
    isGood,
  );
}

/** How many events the counter has at a point; null: it is not known. */
function countedAt(
  part: readonly Sample[],
  beside: readonly Sample[],
): (at: Sample["at"]) => number | null {
  const known = new Map(part.map(({ at, value }) => [at, value]));
  const knownBeside = new Map(beside.map(({ at, value }) => [at, value]));
  const begins = part.find(({ value }) => value !== null)?.at ?? Number.NEGATIVE_INFINITY;
  return (at) => {
    const value = known.get(at) ?? null;
    if (value !== null) return value;
    return at < begins || (knownBeside.get(at) ?? null) !== null ? 0 : null;
  };
}

function partOf(measured: MeasuredRatio): Reading {
  return "good" in measured ? measured.good : measured.bad;
}

function samplesOf(reading: Reading): readonly Sample[] {
  return reading.kind === "samples" ? reading.samples : [];
}
