import type { ValuePoint } from "../analysis/points.ts";
import type { Measured, MeasuredCheck } from "../measured.ts";
import type { Baseline, ComparisonPolicy } from "../watch-policy.ts";
import {
  type Incomparable,
  type PointMeasure,
  type ReadRequest,
  readPair,
  readSeries,
  type SeriesPair,
} from "./read-series.ts";
import { valuePoints } from "./series.ts";
import type { Unusable } from "./unusable.ts";

/** What a release is compared with. */
export type Chosen =
  | { readonly kind: "none" }
  | {
      readonly kind: "chosen";
      readonly baseline: Baseline;
      readonly pair: SeriesPair;
      /** Of the version beside it in the time before: it tells how values spread, and nothing else. */
      readonly history: readonly ValuePoint[];
    }
  | {
      readonly kind: "unusable";
      readonly baseline: Baseline;
      readonly because: Incomparable | Unusable;
    };

/** Of the release's points, so many must have a partner beside them. */
const BESIDE = 0.5;

/**
 * The baseline that the policy names. With `auto` the version beside the release, where it has data at
 * half of the release's points at least and at the newest of them, else the time before. What cannot be
 * read is chosen, too: of what is unknown nobody can say that it has no traffic.
 */
export function chooseBaseline(
  policy: ComparisonPolicy,
  measured: MeasuredCheck,
  request: Omit<ReadRequest, "release"> & { readonly measure: PointMeasure },
): Chosen {
  const candidates: readonly Baseline[] =
    policy.with === "auto" ? ["stable", "previous"] : [policy.with];
  let last: Chosen = { kind: "none" };
  for (const baseline of candidates) {
    const other = measured.baselines[baseline];
    if (other === undefined) continue;
    const pair = readPair({ ...request, release: measured.release }, other, baseline === "stable");
    if (pair.kind === "incomparable") {
      last = { kind: "unusable", baseline, because: pair };
      continue;
    }
    if (pair.kind !== "pair") return { kind: "unusable", baseline, because: pair };
    const history = baseline === "stable" ? historyOf(measured.baselines.previous, request) : [];
    last = { kind: "chosen", baseline, pair, history };
    if (policy.with !== "auto" || (baseline === "stable" && runsBeside(pair))) return last;
  }
  return last;
}

/** Counts say by themselves how they spread; and without a history values are judged by what has been seen. */
function historyOf(
  previous: Measured | undefined,
  request: Omit<ReadRequest, "release">,
): readonly ValuePoint[] {
  if (previous?.kind !== "value") return [];
  const series = readSeries({ ...request, release: previous }, null);
  return "points" in series ? valuePoints(series) : [];
}

/** Both take traffic. */
function runsBeside({ release, baseline }: SeriesPair): boolean {
  const beside = new Set(baseline.points.map(({ at }) => at));
  const partners = release.points.filter(({ at }) => beside.has(at)).length;
  const newest = release.points.at(-1);
  return (
    newest !== undefined && beside.has(newest.at) && partners >= BESIDE * release.points.length
  );
}
