import type { Instant } from "../json.ts";
import type { Measured, MeasuredCheck } from "../measured.ts";
import type { Reading } from "../verdict.ts";

/**
 * What was known at a moment, out of what is known now. Readings without times (patterns, alerts, what
 * could not be had) are the same at every moment.
 */
export function upTo({ release, baselines }: MeasuredCheck, at: Instant): MeasuredCheck {
  const sides = Object.entries(baselines).map(([name, side]) => [name, measuredUpTo(side, at)]);
  return { release: measuredUpTo(release, at), baselines: Object.fromEntries(sides) };
}

function measuredUpTo(measured: Measured, at: Instant): Measured {
  const { kind } = measured;
  const parts = Object.entries(measured).filter(([name]) => name !== "kind");
  const cut = parts.map(([name, reading]) => [name, readingUpTo(reading as Reading, at)]);
  return { kind, ...Object.fromEntries(cut) } as Measured;
}

function readingUpTo(reading: Reading, at: Instant): Reading {
  switch (reading.kind) {
    case "samples":
      return { kind: "samples", samples: reading.samples.filter((sample) => sample.at <= at) };
    case "buckets": {
      const { bounds, points } = reading.histograms;
      const known = points.filter((point) => point.at <= at);
      return { kind: "buckets", histograms: { bounds, points: known } };
    }
    default:
      return reading;
  }
}

/** Whether any number of a side is known: history that is no longer kept has none. */
export function hasData(measured: Measured): boolean {
  const parts = Object.entries(measured).filter(([name]) => name !== "kind");
  return parts.some(([, reading]) => isKnown(reading as Reading));
}

function isKnown(reading: Reading): boolean {
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
