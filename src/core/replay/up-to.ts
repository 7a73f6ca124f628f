import type { Instant } from "../json.ts";
import type { Measured, MeasuredCheck } from "../measured.ts";
import type { Reading } from "../verdict.ts";

/**
 * What was known at a moment, out of what is known now. Readings without times (patterns, alerts, what
 * could not be had) are the same at every moment.
 */
export function upTo({ release, baselines }: MeasuredCheck, at: Instant): MeasuredCheck {
  const isKnown: IsKept = (point) => point.at <= at;
  const sides = Object.entries(baselines).map(([name, side]) => [name, cut(side, isKnown)]);
  return { release: cut(release, isKnown), baselines: Object.fromEntries(sides) };
}

/** The part of a longer time that lies between these, both included. */
export function between(measured: Measured, from: Instant, to: Instant): Measured {
  return cut(measured, ({ at }) => at >= from && at <= to);
}

type IsKept = (point: { readonly at: Instant }) => boolean;

function cut(measured: Measured, isKept: IsKept): Measured {
  const { kind } = measured;
  const parts = Object.entries(measured).filter(([name]) => name !== "kind");
  const kept = parts.map(([name, reading]) => [name, cutReading(reading as Reading, isKept)]);
  return { kind, ...Object.fromEntries(kept) } as Measured;
}

function cutReading(reading: Reading, isKept: IsKept): Reading {
  switch (reading.kind) {
    case "samples":
      return { kind: "samples", samples: reading.samples.filter(isKept) };
    case "buckets": {
      const { bounds, points } = reading.histograms;
      return { kind: "buckets", histograms: { bounds, points: points.filter(isKept) } };
    }
    default:
      return reading;
  }
}

/** Whether any number of a side is known: history that is no longer kept has none. */
export function hasData(measured: Measured): boolean {
  const parts = Object.entries(measured).filter(([name]) => name !== "kind");
  return parts.some(([, reading]) => hasNumber(reading as Reading));
}

function hasNumber(reading: Reading): boolean {
  switch (reading.kind) {
    case "samples":
      return reading.samples.some(({ value }) => value !== null);
    case "buckets":
      return reading.histograms.points.some(({ counts }) => counts !== null);
    case "patterns":
      return reading.patterns.length > 0;
    // They are of now: what fired then is not known any more.
    case "alerts":
      return false;
    case "partial":
    case "error":
      return true;
  }
}
