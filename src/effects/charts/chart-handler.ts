import { checkPlot } from "../../charts/check-plot.ts";
import { type Drawing, watchDrawing } from "../../charts/drawing.ts";
import type { Moment } from "../../charts/watch-plot.ts";
import { MOST_CHARTS } from "../../core/chart.ts";
import type { ChartRequest } from "../../core/chart-command.ts";
import { environmentState, findPromotion, type Located, versionOf } from "../../core/component.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import { environmentPolicy } from "../../core/policy.ts";
import type { Incident } from "../../core/promotion.ts";
import type { CheckAssessment } from "../../core/verdict.ts";
import type { Clock } from "../../shared/clock.ts";
import type { JobHandler, JobResult, Run } from "../job-handler.ts";
import { laterWhenLimited, slackRetryDelay } from "../slack/job-timing.ts";
import { SlackCallError } from "../slack/slack-call-error.ts";
import type { StateReader } from "../state-reader.ts";
import type { PictureTrouble } from "./picture-trouble.ts";
import { type PictureTools, uploadDrawings, withoutPictures } from "./upload-drawings.ts";
import type { WatchSeries } from "./watch-series.ts";

export interface ChartOptions extends PictureTools {
  readonly state: Pick<StateReader, "component" | "policy">;
  readonly series: WatchSeries;
  readonly trouble: PictureTrouble;
  readonly clock: Clock;
}

const TIMEOUT: Milliseconds = 120_000;
export const CHART_ATTEMPTS = 6;
/** Where nothing says how long the watch had been running. */
const USUAL_TIME: Milliseconds = 30 * 60_000;

/**
 * Draws the checks behind an incident, hands Slack the pictures, and records what they are called, once for
 * each occasion. The announcement does not wait for it, and does without where it fails.
 */
export function createChartHandler(options: ChartOptions): JobHandler<"chart"> {
  const { state, series, trouble, clock } = options;

  async function run(request: ChartRequest, circumstances: Run): Promise<JobResult> {
    const form = state.policy().slack.charts;
    const component = await state.component(request.component);
    const found = findPromotion(component, request.promotion);
    const incident = found?.promotion.incident ?? null;
    if (form === "none" || found === undefined || incident?.at !== request.of) return DONE;
    const { charts } = found.promotion;
    if (charts?.of === request.of && charts.occasion === request.occasion) return DONE;

    const from = request.from ?? incident.at - USUAL_TIME;
    const { live } = environmentState(component, found.promotion.environment);
    const drawings = await draw(found, incident, {
      from,
      previous: versionOf(component, live),
      component: request.component,
      rolledBackAt: request.occasion === "rollback" ? circumstances.due : null,
      signal: circumstances.signal,
    });
    if (drawings.length === 0) return DONE;
    const drawn = await uploaded(drawings, request, circumstances);
    if (form === "image" && drawn.every(({ file }) => file === null)) return DONE;
    const kept = form === "native" ? drawn : drawn.map((chart) => ({ ...chart, native: null }));
    const { occasion, of, promotion } = request;
    return {
      kind: "done",
      command: {
        type: "RecordCharts",
        component: request.component,
        promotion,
        charts: { occasion, of, from, drawn: kept },
      },
    };
  }

  async function draw(
    { release, promotion }: Located,
    incident: Incident,
    around: {
      readonly component: string;
      readonly from: Instant;
      readonly previous: string | null;
      readonly rolledBackAt: Instant | null;
      readonly signal: AbortSignal;
    },
  ): Promise<readonly Drawing[]> {
    const { component, from, previous, rolledBackAt, signal } = around;
    const { environment } = promotion;
    const { version } = release;
    const assessments = incident.checks.filter(isMeasured).slice(0, MOST_CHARTS);
    const configured = state.policy().components[component];
    const watch =
      configured === undefined ? null : (environmentPolicy(configured, environment)?.watch ?? null);
    const read =
      watch === null
        ? new Map()
        : await series.read(
            {
              policy: watch,
              assessments,
              variables: { component, version, environment, previous },
              from,
              to: clock.now(),
            },
            signal,
          );
    const moments: readonly Moment[] = [
      { kind: "deploy", at: from },
      { kind: incident.kind === "undecided" ? "undecided" : "breach", at: incident.at },
      ...(rolledBackAt === null ? [] : [{ kind: "rollback", at: rolledBackAt } as const]),
    ];
    return assessments.map((assessment) =>
      watchDrawing(
        checkPlot({
          ...{ component, version, environment, moments, assessment },
          check: watch?.checks.find(({ name }) => name === assessment.check),
          series: read.get(assessment.check) ?? null,
        }),
      ),
    );
  }

  async function uploaded(drawings: readonly Drawing[], request: ChartRequest, run: Run) {
    const { promotion, occasion, of } = request;
    try {
      const drawn = await uploadDrawings(options, drawings, {
        key: `chart-${promotion}-${occasion}-${of}`,
        since: run.attempt > 1 ? run.due : null,
        signal: run.signal,
      });
      trouble.clear();
      return drawn;
    } catch (error) {
      run.signal.throwIfAborted();
      if (mayBeMended(error) && run.attempt < CHART_ATTEMPTS) throw error;
      trouble.raise(error);
      return withoutPictures(drawings);
    }
  }

  return {
    timeout: TIMEOUT,
    attempts: CHART_ATTEMPTS,
    retryDelay: slackRetryDelay,
    buried: () => null,
    run: (body, circumstances) => laterWhenLimited(circumstances, () => run(body, circumstances)),
  };
}

const DONE: JobResult = { kind: "done", command: null };

/** An alert has numbers in its own system only. */
function isMeasured({ alert }: CheckAssessment): boolean {
  return alert === undefined;
}

/** Whether another try may do. A scope that lacks is not mended by trying. */
function mayBeMended(error: unknown): boolean {
  return error instanceof SlackCallError && error.retryable && error.kind !== "credentials";
}
