import { type CheckSeries, shifted } from "../../charts/check-plot.ts";
import type { Instant } from "../../core/json.ts";
import type { CheckAssessment } from "../../core/verdict.ts";
import type { WatchPolicy } from "../../core/watch-policy.ts";
import type { TemplateValues } from "../../shared/template.ts";
import type { MetricSource } from "../metrics/metric-source.ts";
import type { CheckReader } from "../watch/read-checks.ts";

export interface SeriesRequest {
  readonly policy: Pick<WatchPolicy, "checks" | "every">;
  /** Which checks are drawn. */
  readonly assessments: readonly CheckAssessment[];
  readonly variables: TemplateValues;
  /** When it took traffic. */
  readonly from: Instant;
  readonly to: Instant;
}

/** Reads what was measured once more, for drawing it. */
export interface WatchSeries {
  /** By the name of the check; a check without numbers is not there. Rejects only when the signal fires. */
  read(request: SeriesRequest, signal: AbortSignal): Promise<ReadonlyMap<string, CheckSeries>>;
}

/** More points than the picture has columns are not asked for. */
const MOST_POINTS = 1_000;

/** What is measured as a value: its query is asked over the whole time that the chart shows. */
export function createWatchSeries(options: {
  readonly sources: () => Readonly<Record<string, MetricSource>>;
  readonly reader: CheckReader;
}): WatchSeries {
  return {
    async read({ policy, assessments, variables, from, to }, signal) {
      const sources = options.sources();
      const wanted = new Set(assessments.map(({ check }) => check));
      const checks = policy.checks.flatMap((check) => {
        const source = Object.hasOwn(sources, check.source) ? sources[check.source] : undefined;
        if (!wanted.has(check.name) || check.measure.kind !== "value" || source === undefined) {
          return [];
        }
        return [{ check, query: source.render(check.measure.query, variables) }];
      });
      const every = Math.max(policy.every, Math.ceil((to - from) / MOST_POINTS));
      const window = { from, to, until: to, every, warmUp: 0 };
      const read = await options.reader.read(checks, window, signal);
      const baselines = new Map(
        assessments.flatMap(({ check, comparison }) =>
          comparison === undefined
            ? []
            : [[check, shifted({ with: comparison.with, samples: comparison.baseline })] as const],
        ),
      );
      return new Map(
        read.flatMap(({ check, reading }) =>
          reading.kind === "samples"
            ? [
                [
                  check.name,
                  { release: reading.samples, baseline: baselines.get(check.name) ?? null },
                ] as const,
              ]
            : [],
        ),
      );
    },
  };
}
