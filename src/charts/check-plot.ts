import type { ComparisonOperator, Expression } from "../core/expression.ts";
import type { CheckAssessment, Sample } from "../core/verdict.ts";
import { isJudgedBy } from "../core/watch/judged-by.ts";
import type { WatchWindow } from "../core/watch/watch-window.ts";
import type { Measure, WatchCheck } from "../core/watch-policy.ts";
import { type CheckSeries, drawnBaseline } from "./check-series.ts";
import type { Unit } from "./number-text.ts";
import type { BaselineLine, LimitLine, WatchPlot } from "./watch-plot.ts";

export interface CheckPlotRequest
  extends Pick<WatchPlot, "component" | "version" | "environment" | "moments"> {
  readonly assessment: CheckAssessment;
  /** As it is configured now; undefined: it is no longer. */
  readonly check: WatchCheck | undefined;
  /** null: the source cannot be asked, and what was kept with the verdict is drawn. */
  readonly series: CheckSeries | null;
  readonly window: Pick<WatchWindow, "every" | "deployedAt">;
}

/** All that is known of one check, ready to be drawn. */
export function checkPlot(request: CheckPlotRequest): WatchPlot {
  const { component, version, environment, moments, assessment, check, series } = request;
  const isNewer = series?.release.some(({ value }) => value !== null) === true;
  const release = isNewer ? series.release : assessment.samples;
  return {
    component,
    version,
    environment,
    moments,
    check: assessment.check,
    unit: check === undefined ? "number" : unitOf(check.measure),
    release,
    baseline: isNewer ? series.baseline : keptBaseline(assessment, request.window),
    limit: check === undefined ? null : limitOf(check, assessment, release),
  };
}

/** Shares are printed in percent; of other numbers nobody knows the unit. */
function unitOf(measure: Measure): Unit {
  return measure.kind === "ratio" || measure.kind === "histogram" ? "share" : "number";
}

function keptBaseline(
  { comparison, samples }: CheckAssessment,
  window: Pick<WatchWindow, "every" | "deployedAt">,
): BaselineLine | null {
  if (comparison === undefined || comparison.baseline.length === 0) return null;
  const { with: baseline, baseline: kept } = comparison;
  return { with: baseline, samples: drawnBaseline(baseline, kept, samples, window) };
}

/**
 * The number that the value itself is held against, where the condition is such a comparison and still the
 * one that was judged by.
 */
function limitOf(
  check: WatchCheck,
  { condition, comparison }: CheckAssessment,
  release: readonly Sample[],
): LimitLine | null {
  if (!isJudgedBy(check, condition)) return null;
  const { pass, fail } = check;
  const value = release.findLast((sample) => sample.value !== null)?.value ?? 0;
  const baseline = comparison?.expected ?? value;
  const scope = { value, baseline, samples: [value] };
  if (pass !== null) return comparedWith(pass, scope);
  const failing = fail === null ? null : comparedWith(fail, scope);
  return failing === null ? null : { ...failing, operator: OPPOSITES[failing.operator] };
}

function comparedWith(
  condition: Expression,
  scope: Parameters<Expression["evaluate"]>[0],
): LimitLine | null {
  const evaluation = condition.evaluate(scope);
  if (evaluation.kind !== "value") return null;
  const compared = evaluation.comparisons.find(({ subject }) => subject === "value");
  return compared === undefined ? null : { operator: compared.operator, value: compared.limit };
}

const OPPOSITES: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  ">=": "<",
  ">": "<=",
  "<=": ">",
  "<": ">=",
  "==": "!=",
  "!=": "==",
};
