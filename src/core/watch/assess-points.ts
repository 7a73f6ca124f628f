import { median } from "../analysis/robust.ts";
import { type CheckAssessment, KEPT_SAMPLES, type Sample } from "../verdict.ts";
import type { WatchCheck } from "../watch-policy.ts";
import type { AssessRequest } from "./assess-request.ts";
import { type Chosen, chooseBaseline } from "./choose-baseline.ts";
import { compare } from "./compare.ts";
import type { ComparisonResult } from "./compare-request.ts";
import { type BaselineValue, type ConditionsResult, judgeConditions } from "./conditions.ts";
import type { Finding } from "./finding.ts";
import { notRead } from "./finding.ts";
import { strideOf } from "./overlap.ts";
import { type PointMeasure, readSeries } from "./read-series.ts";
import { judgedPart, type Series, valuePoints } from "./series.ts";
import { BASELINE_WORDS } from "./words.ts";

/** This many points without data at the end of a watch, and nobody can say how the release is. */
const TRAILING_GAP = 5;

/**
 * What is measured point by point: first by its conditions and limits, then by its comparison. At the end
 * it is a success only with enough samples, data on at least half of the points, and data up to the end.
 */
export function assessPoints(request: AssessRequest, measure: PointMeasure): Finding {
  const { check, measured, window, now } = request;
  const condition = conditionOf(check);
  const { comparison } = check;
  const read = { measure, every: window.every };
  const chosen: Chosen =
    comparison === null ? { kind: "none" } : chooseBaseline(comparison, measured, read);
  const series =
    chosen.kind === "chosen"
      ? chosen.pair.release
      : readSeries({ ...read, release: measured.release }, measured.baselines.stable ?? null);
  if (!("points" in series)) return notRead(series, condition);

  const isJudged = ({ at, value }: Sample) =>
    at >= window.from + window.warmUp &&
    // The newest point may lack only because it has not been scraped yet.
    (value !== null || at <= now - window.every);
  const release = judgedPart(series, isJudged);
  const conditions = judgeConditions(check, release.samples, baselineValue(check, chosen));
  const compared = comparedWith(request, chosen, release);
  const common = { condition, ...shown(conditions), ...additions(compared) };
  const result = (verdict: CheckAssessment["verdict"], sentence: string): Finding => ({
    verdict,
    sentence,
    ...common,
  });

  if (conditions.kind === "failure") return result("failure", conditions.sentence);
  if (compared.kind === "worse") {
    const doubt = compared.isDoubtful ? ({ isDoubtful: true } as const) : {};
    return { ...result("failure", compared.sentence), ...doubt };
  }
  if (conditions.kind === "error") return result("error", conditions.sentence);
  if (compared.kind === "unread") return notRead(compared.because, condition, compared.of);
  if (conditions.kind === "inconclusive") return result("inconclusive", conditions.sentence);
  if (now < window.until) {
    const isOver = conditions.kind === "success" && compared.kind === "none";
    if (isOver) return result("success", conditions.sentence);
    return result("pending", pendingSentence(compared));
  }
  const doubt = whyInconclusive(check, conditions) ?? whyNotCompared(compared);
  return doubt === null
    ? result("success", successSentence(conditions, compared))
    : result("inconclusive", doubt);
}

type Compared =
  | ComparisonResult
  /** Nothing is to be compared, or nothing was live before. */
  | { readonly kind: "none" | "nothing-live" }
  | {
      readonly kind: "unread";
      readonly because: Parameters<typeof notRead>[0];
      readonly of: string;
    };

function comparedWith(
  { check, window, now }: AssessRequest,
  chosen: Chosen,
  release: Series,
): Compared {
  const { comparison, measure } = check;
  if (comparison === null) return { kind: "none" };
  switch (chosen.kind) {
    case "none":
      return { kind: "nothing-live" };
    case "unusable": {
      const { because, baseline } = chosen;
      if (because.kind === "incomparable") {
        return { kind: "open", why: because.why, shortfall: because.why, summary: null };
      }
      return { kind: "unread", because, of: `the baseline ${BASELINE_WORDS[baseline]}: ` };
    }
    case "chosen": {
      const { baseline, pair, history } = chosen;
      const at = new Set(release.samples.map((sample) => sample.at));
      const beside = judgedPart(pair.baseline, (sample) => at.has(sample.at));
      const judged = baseline === "stable" ? beside : pair.baseline;
      return compare({
        policy: comparison,
        baseline,
        pair: { kind: "pair", release, baseline: judged },
        history,
        isGood: "good" in measure,
        stride: strideOf(measure, window.every),
        window,
        now,
      });
    }
  }
}

/** What a condition may read as `baseline`: the median of its numbers. */
function baselineValue({ comparison }: WatchCheck, chosen: Chosen): BaselineValue {
  if (chosen.kind === "none") return comparison === null ? "unknown" : "nothing-live";
  if (chosen.kind === "unusable") return "unknown";
  const values = valuePoints(chosen.pair.baseline).map(({ value }) => value);
  return values.length === 0 ? "unknown" : median(values);
}

function conditionOf({ pass, fail, comparison }: WatchCheck): string {
  const texts = [
    ...(pass === null ? [] : [pass.source]),
    ...(fail === null ? [] : [`not (${fail.source})`]),
    ...(comparison === null ? [] : [`not worse than ${COMPARED[comparison.with]}`]),
  ];
  return texts.join(", and ");
}

const COMPARED = {
  auto: "the live version",
  stable: "the version beside it",
  previous: "before the deployment",
  "last-week": "a week before",
} as const;

function shown({ samples, counts }: ConditionsResult): Pick<Finding, "samples" | "counts"> {
  return {
    samples: samples.slice(-KEPT_SAMPLES).map(({ at, value }) => ({ at, value })),
    counts,
  };
}

function additions(compared: Compared): Pick<Finding, "comparison" | "shortfall"> {
  const summary = "summary" in compared ? compared.summary : null;
  const shortfall = compared.kind === "open" ? compared.shortfall : null;
  return {
    ...(summary === null ? {} : { comparison: summary }),
    ...(shortfall === null ? {} : { shortfall }),
  };
}

function pendingSentence(compared: Compared): string {
  const nothing = "no limit has tripped";
  if (compared.kind === "nothing-live") return `${nothing}; nothing live to compare with`;
  if (compared.kind !== "open" || compared.shortfall === null) return nothing;
  return `${nothing}; it cannot be compared: ${compared.shortfall}`;
}

function whyInconclusive(check: WatchCheck, conditions: ConditionsResult): string | null {
  if (conditions.kind === "success") return null;
  const { passed, failed, noData, inconclusive = 0 } = conditions.counts;
  const samples = passed + failed + inconclusive;
  if (samples < check.minSamples) {
    return `only ${samples} of at least ${check.minSamples} samples have data`;
  }
  if (noData > samples) return `${noData} of ${samples + noData} points have no data`;
  if (conditions.trailingGap >= TRAILING_GAP) {
    return `the last ${conditions.trailingGap} points have no data`;
  }
  if (inconclusive > passed + failed) {
    return `${inconclusive} of ${samples} samples neither pass nor fail`;
  }
  return null;
}

function whyNotCompared(compared: Compared): string | null {
  return compared.kind === "open" ? compared.why : null;
}

function successSentence({ counts }: ConditionsResult, compared: Compared): string {
  const { passed, failed, noData, inconclusive = 0 } = counts;
  const gaps = noData === 0 ? "" : `, ${noData} without data`;
  const judged = `${passed} of ${passed + failed + inconclusive} samples passed${gaps}`;
  switch (compared.kind) {
    case "nothing-live":
      return `${judged}; nothing live to compare with`;
    case "not-worse":
      return `${judged}; not worse than ${COMPARED[compared.summary.with]}`;
    default:
      return judged;
  }
}
