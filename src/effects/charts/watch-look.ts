import { type CheckSeries, checkSeries } from "../../charts/check-series.ts";
import {
  type ComponentState,
  environmentState,
  type Located,
  versionOf,
} from "../../core/component.ts";
import type { CheckAssessment } from "../../core/verdict.ts";
import type { AssessRequest } from "../../core/watch/assess-request.ts";
import type { KeptSamples } from "../../core/watch/kept-samples.ts";
import type { WatchCheck } from "../../core/watch-policy.ts";
import type { Clock } from "../../shared/clock.ts";
import type { MetricSource } from "../metrics/metric-source.ts";
import { createCheckMeter } from "../watch/measure-checks.ts";
import type { MeasuredWindow } from "../watch/watch-window.ts";

export interface LookRequest {
  readonly state: ComponentState;
  readonly located: Located;
  readonly checks: readonly WatchCheck[];
  readonly window: MeasuredWindow;
}

/** What one check is like now, and all the numbers of it. */
export interface SeenCheck {
  readonly assessment: CheckAssessment;
  /** null: it has no numbers. */
  readonly series: CheckSeries | null;
}

/** Measures for somebody who wants to see it: changes nothing, and no watch waits for it. */
export interface WatchLook {
  /** In the order of the checks. Rejects only when the signal fires. */
  look(request: LookRequest, signal: AbortSignal): Promise<readonly SeenCheck[]>;
}

export function createWatchLook(options: {
  readonly sources: () => Readonly<Record<string, MetricSource>>;
  readonly assess: (request: AssessRequest) => CheckAssessment;
  /** What the ticks of a promotion have kept so far. */
  readonly kept: (component: string, promotion: string) => Promise<readonly KeptSamples[]>;
  readonly clock: Clock;
}): WatchLook {
  const { sources, clock } = options;
  const series = new WeakMap<CheckAssessment, CheckSeries>();
  const meter = createCheckMeter({
    sources,
    clock,
    assess: (request) => {
      const assessment = { ...options.assess(request) };
      const { check, measured, window } = request;
      const numbers = checkSeries(check, measured, window);
      if (numbers !== null) series.set(assessment, numbers);
      return assessment;
    },
    // It is no measurement of a watch.
    telemetry: { watchMeasurements: { inc: () => {} } },
  });

  return {
    async look({ state, located, checks, window }, signal) {
      const subject = subjectOf(state, located);
      const now = clock.now();
      const kept = await options.kept(subject.component, located.promotion.id);
      const { assessments } = await meter.measure({ checks, window, subject, now, kept }, signal);
      return assessments.map((assessment) => ({
        assessment,
        series: series.get(assessment) ?? null,
      }));
    },
  };
}

/** The numbers of the checks that have some. */
export function seriesByCheck(seen: readonly SeenCheck[]): ReadonlyMap<string, CheckSeries> {
  return new Map(
    seen.flatMap(({ assessment, series }) =>
      series === null ? [] : [[assessment.check, series] as const],
    ),
  );
}

/** Compared with what is live beside it; once it is live itself, with what was before it. */
function subjectOf(state: ComponentState, { promotion, release }: Located) {
  const { environment } = promotion;
  const { live, good } = environmentState(state, environment);
  const before = live === release.id ? (good[0] ?? null) : live;
  return {
    component: state.component,
    environment,
    version: release.version,
    previous: versionOf(state, before),
  };
}
