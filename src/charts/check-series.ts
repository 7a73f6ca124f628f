import type { Milliseconds } from "../core/json.ts";
import type { MeasuredCheck } from "../core/measured.ts";
import type { Sample } from "../core/verdict.ts";
import { chooseBaseline } from "../core/watch/choose-baseline.ts";
import { type PointMeasure, readSeries } from "../core/watch/read-series.ts";
import type { WatchWindow } from "../core/watch/watch-window.ts";
import type { Baseline, WatchCheck } from "../core/watch-policy.ts";
import type { BaselineLine } from "./watch-plot.ts";

/** What a source answered, as numbers that can be drawn. */
export interface CheckSeries {
  readonly release: readonly Sample[];
  readonly baseline: BaselineLine | null;
}

const WEEK: Milliseconds = 7 * 24 * 3_600_000;
/** Of the time before a deployment so many points are shown, or as many as of the time since. */
const LEAD = 10;

/**
 * The numbers that a check was judged by; null: it has none (an outage, alerts, patterns, a distribution).
 * They are those that the verdict is of: the same events counted, the same bound, the same baseline.
 */
export function checkSeries(
  { measure, comparison }: WatchCheck,
  measured: MeasuredCheck,
  window: WatchWindow,
): CheckSeries | null {
  if (!isPointMeasure(measure)) return null;
  const request = { measure, every: window.every };
  if (comparison !== null) {
    const chosen = chooseBaseline(comparison, measured, request);
    if (chosen.kind === "chosen") {
      const { release, baseline } = chosen.pair;
      const samples = drawnBaseline(chosen.baseline, baseline.samples, release.samples, window);
      return { release: release.samples, baseline: { with: chosen.baseline, samples } };
    }
  }
  const series = readSeries({ ...request, release: measured.release }, null);
  return "points" in series ? { release: series.samples, baseline: null } : null;
}

/** At the times at which it is drawn: last week's where this week's are, and not too much of the time before. */
export function drawnBaseline(
  baseline: Baseline,
  samples: readonly Sample[],
  release: readonly Sample[],
  { every, deployedAt }: Pick<WatchWindow, "every" | "deployedAt">,
): readonly Sample[] {
  const last = release.at(-1)?.at ?? deployedAt;
  switch (baseline) {
    case "stable":
      return samples;
    case "last-week":
      return samples
        .map(({ at, value }) => ({ at: at + WEEK, value }))
        .filter(({ at }) => at <= last);
    case "previous": {
      const lead = Math.max(LEAD * every, last - deployedAt);
      return samples.filter(({ at }) => at >= deployedAt - lead);
    }
  }
}

function isPointMeasure(measure: WatchCheck["measure"]): measure is PointMeasure {
  const { kind } = measure;
  return kind === "value" || kind === "ratio" || kind === "count" || kind === "histogram";
}
