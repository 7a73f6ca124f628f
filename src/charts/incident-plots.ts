import { MOST_CHARTS } from "../core/chart.ts";
import type { Instant } from "../core/json.ts";
import type { Incident } from "../core/promotion.ts";
import type { CheckAssessment } from "../core/verdict.ts";
import type { WatchWindow } from "../core/watch/watch-window.ts";
import type { WatchCheck } from "../core/watch-policy.ts";
import { checkPlot } from "./check-plot.ts";
import type { CheckSeries } from "./check-series.ts";
import type { Moment, WatchPlot } from "./watch-plot.ts";

export interface PlotsRequest extends Pick<WatchPlot, "component" | "version" | "environment"> {
  /** The worst first. */
  readonly assessments: readonly CheckAssessment[];
  readonly checks: readonly WatchCheck[];
  /** By the name of the check. */
  readonly series: ReadonlyMap<string, CheckSeries>;
  readonly window: Pick<WatchWindow, "deployedAt" | "from" | "every">;
  /** What went wrong; null: nothing has. */
  readonly incident: Incident | null;
  readonly rolledBackAt: Instant | null;
}

/** A chart for each of the worst checks that have numbers, at most MOST_CHARTS. */
export function checkPlots(request: PlotsRequest): readonly WatchPlot[] {
  const { component, version, environment, window } = request;
  const moments = momentsOf(request);
  return request.assessments
    .filter(
      ({ check, alert, samples }) =>
        alert === undefined && (samples.length > 0 || request.series.has(check)),
    )
    .slice(0, MOST_CHARTS)
    .map((assessment) =>
      checkPlot({
        ...{ component, version, environment, window, moments, assessment },
        check: request.checks.find(({ name }) => name === assessment.check),
        series: request.series.get(assessment.check) ?? null,
      }),
    );
}

/** A deployment long before what is shown would leave no room for it. */
function momentsOf({ window, incident, rolledBackAt }: PlotsRequest): readonly Moment[] {
  const { deployedAt, from } = window;
  return [
    ...(deployedAt >= from ? [{ kind: "deploy", at: deployedAt } as const] : []),
    ...(incident === null
      ? []
      : [
          {
            kind: incident.kind === "undecided" ? "undecided" : "breach",
            at: incident.at,
          } as const,
        ]),
    ...(rolledBackAt === null ? [] : [{ kind: "rollback", at: rolledBackAt } as const]),
  ];
}
