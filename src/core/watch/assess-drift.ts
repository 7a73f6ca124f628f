import { drift } from "../analysis/drift.ts";
import type { Measured } from "../measured.ts";
import type { Histograms } from "../verdict.ts";
import type { Baseline, Measure } from "../watch-policy.ts";
import type { AssessRequest } from "./assess-request.ts";
import type { Finding } from "./finding.ts";
import { finding, notRead } from "./finding.ts";
import { usable } from "./unusable.ts";
import { BASELINE_WORDS, digits } from "./words.ts";

type DriftMeasure = Extract<Measure, { readonly kind: "drift" }>;

const NAMES = { psi: "PSI", "kolmogorov-smirnov": "Kolmogorov–Smirnov distance" } as const;

/**
 * How far the distribution of the whole window is from the baseline's. It fails as soon as it is too far;
 * it takes many events to say so, or to say that it is not.
 */
export function assessDrift(
  { measured, window, now }: AssessRequest,
  { statistic, most }: DriftMeasure,
): Finding {
  const name = NAMES[statistic];
  const condition = most === null ? `no drift by ${name}` : `${name} at most ${most}`;
  const release = bucketsOf(measured.release);
  if (release.kind !== "buckets") return notRead(release, condition);
  const found = baselineOf(measured.baselines);
  if (found === null) return withoutBaseline(release.histograms, condition, now >= window.until);
  const baseline = bucketsOf(found.measured);
  const beside = BASELINE_WORDS[found.baseline];
  if (baseline.kind !== "buckets") return notRead(baseline, condition, `the baseline ${beside}: `);

  const judged = {
    bounds: release.histograms.bounds,
    points: release.histograms.points.filter(({ at }) => at >= window.from + window.warmUp),
  };
  const result = drift(statistic, judged, baseline.histograms, most);
  const hasEnded = now >= window.until;
  if (result.kind === "too-little") {
    return finding(hasEnded ? "inconclusive" : "pending", result.why, condition);
  }
  const { events, limit } = result;
  const against = `over ${events.release} events against ${events.baseline} ${beside}`;
  const sentence = `${name} ${digits(result.statistic)} ${against} (limit ${digits(limit)})`;
  const samples = [{ at: Math.min(now, window.until), value: result.statistic }];
  if (result.kind === "drift") {
    const doubt = found.baseline === "stable" ? {} : ({ isDoubtful: true } as const);
    return {
      ...finding("failure", sentence, condition),
      samples,
      counts: { passed: 0, failed: 1, noData: 0 },
      ...doubt,
    };
  }
  const verdict = hasEnded ? "success" : "pending";
  return {
    ...finding(verdict, sentence, condition),
    samples,
    counts: { passed: 1, failed: 0, noData: 0 },
  };
}

/** Where nothing was live there is nothing to drift from; that the release has events is known. */
function withoutBaseline(release: Histograms, condition: string, hasEnded: boolean): Finding {
  const hasEvents = release.points.some(({ counts }) => counts?.some((count) => count > 0));
  if (!hasEnded) return finding("pending", "nothing live to compare with", condition);
  return hasEvents
    ? finding("success", "nothing live to compare with", condition)
    : finding("inconclusive", "the release has no events", condition);
}

function bucketsOf(measured: Measured) {
  if (measured.kind !== "drift") {
    const why = `${measured.kind} was measured, and drift is needed`;
    return { kind: "error", why } as const;
  }
  return usable(measured.buckets, "buckets");
}

/** The version beside it where it has events, else the time before. */
function baselineOf(baselines: AssessRequest["measured"]["baselines"]) {
  const names: readonly Baseline[] = ["stable", "previous", "last-week"];
  let last: { readonly baseline: Baseline; readonly measured: Measured } | null = null;
  for (const baseline of names) {
    const measured = baselines[baseline];
    if (measured === undefined) continue;
    last = { baseline, measured };
    if (!isEmpty(measured)) return last;
  }
  return last;
}

function isEmpty(measured: Measured): boolean {
  const read = bucketsOf(measured);
  if (read.kind !== "buckets") return false;
  return !read.histograms.points.some(({ counts }) => counts?.some((count) => count > 0));
}
