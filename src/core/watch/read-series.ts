import { boundNear, slowPoints, slowShares } from "../analysis/histogram.ts";
import type { Milliseconds } from "../json.ts";
import type { Measured } from "../measured.ts";
import type { Histograms, Reading, Sample } from "../verdict.ts";
import type { Measure } from "../watch-policy.ts";
import { ratioFrom } from "./ratio-series.ts";
import { countSeries, ratioSeries, type Series, valueSeries } from "./series.ts";
import { type Unusable, usable } from "./unusable.ts";

/** What is measured point by point. */
export type PointMeasure = Extract<
  Measure,
  { readonly kind: "value" | "ratio" | "count" | "histogram" }
>;

export interface ReadRequest {
  readonly measure: PointMeasure;
  readonly release: Measured;
  /** Distance of the points. */
  readonly every: Milliseconds;
}

/** The release's series by itself. `beside`: the version beside it, where there is one. */
export function readSeries(
  { measure, release, every }: ReadRequest,
  beside: Measured | null,
): Series | Unusable {
  switch (release.kind) {
    case "ratio":
      return ratioFrom(release, beside?.kind === "ratio" ? beside : null);
    case "value":
      return fromSamples(release.value, valueSeries);
    case "count":
      return fromSamples(release.events, (samples) => countSeries(samples, every));
    case "histogram": {
      const read = usable(release.buckets, "buckets");
      if (read.kind !== "buckets") return read;
      return slowAlone(read.histograms, overOf(measure));
    }
    default:
      return otherKind(release, measure);
  }
}

export interface SeriesPair {
  readonly kind: "pair";
  readonly release: Series;
  readonly baseline: Series;
}

/** Both were measured, and cannot be compared: no error, and no verdict. */
export interface Incomparable {
  readonly kind: "incomparable";
  readonly why: string;
}

/** Both series, of the same thing: of histograms the share of slow events by a bound that both have. */
export function readPair(
  request: ReadRequest,
  baseline: Measured,
  isBeside: boolean,
): SeriesPair | Incomparable | Unusable {
  const { measure, release } = request;
  if (release.kind === "histogram" && baseline.kind === "histogram") {
    return slowPair(release.buckets, baseline.buckets, overOf(measure));
  }
  const ours = readSeries(request, isBeside ? baseline : null);
  if (!("points" in ours)) return ours;
  const theirs = readSeries({ ...request, release: baseline }, isBeside ? release : null);
  if (!("points" in theirs)) return theirs;
  return { kind: "pair", release: ours, baseline: theirs };
}

function fromSamples(
  reading: Reading,
  seriesOf: (samples: readonly Sample[]) => Series,
): Series | Unusable {
  const read = usable(reading, "samples");
  return read.kind === "samples" ? seriesOf(read.samples) : read;
}

/** null: it is not configured. */
function overOf(measure: PointMeasure): number | null {
  return "over" in measure ? measure.over : null;
}

function slowAlone(histograms: Histograms, over: number | null): Series | Unusable {
  const { bounds } = histograms;
  const bound = over === null ? boundNear(histograms) : bounds.find((one) => one >= over);
  if (over !== null && bounds.length > 0 && (bound === undefined || bound === Infinity)) {
    const why = `no bound of the histogram is at least ${over}: there is ${finite(bounds)}`;
    return { kind: "error", why };
  }
  return slowOf(histograms, slowPoints(histograms, bound ?? Number.POSITIVE_INFINITY));
}

function slowPair(
  release: Reading,
  baseline: Reading,
  over: number | null,
): SeriesPair | Incomparable | Unusable {
  const ours = usable(release, "buckets");
  if (ours.kind !== "buckets") return ours;
  const theirs = usable(baseline, "buckets");
  if (theirs.kind !== "buckets") return theirs;
  // Where one side has no events yet, nothing is wrong with its buckets.
  if (!hasEvents(ours.histograms) || !hasEvents(theirs.histograms)) {
    const release = slowAlone(ours.histograms, over);
    if (!("points" in release)) return release;
    return { kind: "pair", release, baseline: slowOf(theirs.histograms, []) };
  }
  const shares = slowShares(ours.histograms, theirs.histograms, over);
  if (shares.kind === "none") return { kind: "incomparable", why: shares.why };
  return {
    kind: "pair",
    release: slowOf(ours.histograms, shares.release),
    baseline: slowOf(theirs.histograms, shares.baseline),
  };
}

function slowOf({ points }: Histograms, shares: Parameters<typeof ratioSeries>[1]): Series {
  const grid = points.map(({ at }) => at);
  return ratioSeries(grid, shares, false);
}

function hasEvents({ points }: Histograms): boolean {
  return points.some(({ counts }) => counts?.some((count) => count > 0));
}

function finite(bounds: readonly number[]): string {
  return bounds.filter((bound) => Number.isFinite(bound)).join(", ") || "none";
}

function otherKind(release: Measured, measure: PointMeasure): Unusable {
  return { kind: "error", why: `${release.kind} was measured, and ${measure.kind} is needed` };
}
