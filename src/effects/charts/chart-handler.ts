import { type Drawing, watchDrawing } from "../../charts/drawing.ts";
import { checkPlots } from "../../charts/incident-plots.ts";
import type { ChartRequest } from "../../core/chart-command.ts";
import { findPromotion } from "../../core/component.ts";
import type { Milliseconds } from "../../core/json.ts";
import { environmentPolicy } from "../../core/policy.ts";
import type { Clock } from "../../shared/clock.ts";
import type { JobHandler, JobResult, Run } from "../job-handler.ts";
import { laterWhenLimited, slackRetryDelay } from "../slack/job-timing.ts";
import { SlackCallError } from "../slack/slack-call-error.ts";
import type { StateReader } from "../state-reader.ts";
import { checksAsJudged } from "./checks-as-judged.ts";
import { incidentWindow } from "./incident-window.ts";
import type { PictureTrouble } from "./picture-trouble.ts";
import { type PictureTools, uploadDrawings, withoutPictures } from "./upload-drawings.ts";
import { seriesByCheck, type WatchLook } from "./watch-look.ts";

export interface ChartOptions extends PictureTools {
  readonly state: Pick<StateReader, "component" | "policy">;
  readonly look: WatchLook;
  readonly trouble: PictureTrouble;
  readonly clock: Clock;
}

const TIMEOUT: Milliseconds = 120_000;
export const CHART_ATTEMPTS = 6;

/**
 * Draws the checks behind an incident, hands Slack the pictures, and records what they are called, once for
 * each occasion. The announcement does not wait for it, and does without where it fails.
 */
export function createChartHandler(options: ChartOptions): JobHandler<"chart"> {
  const { state, look, trouble, clock } = options;

  async function run(request: ChartRequest, circumstances: Run): Promise<JobResult> {
    const form = state.policy().slack.charts;
    const component = await state.component(request.component);
    const found = findPromotion(component, request.promotion);
    const incident = found?.promotion.incident ?? null;
    if (form === "none" || found === undefined || incident?.at !== request.of) return DONE;
    const { charts } = found.promotion;
    if (charts?.of === request.of && charts.occasion === request.occasion) return DONE;

    const configured = state.policy().components[request.component];
    const watch =
      configured === undefined
        ? null
        : (environmentPolicy(configured, found.promotion.environment)?.watch ?? null);
    const { checks, window } = incidentWindow({
      chart: request,
      promotion: found.promotion,
      incident,
      policy: watch,
      now: clock.now(),
    });
    const wanted = checksAsJudged(checks, incident.checks);
    const { signal } = circumstances;
    const seen = await look.look(
      { state: component, located: found, checks: wanted, window },
      signal,
    );
    const plots = checkPlots({
      component: request.component,
      version: found.release.version,
      environment: found.promotion.environment,
      assessments: incident.checks,
      checks,
      series: seriesByCheck(seen),
      window,
      incident,
      rolledBackAt: request.occasion === "rollback" ? circumstances.due : null,
    });
    const drawings = plots.map(watchDrawing);
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
        charts: { occasion, of, from: window.from, drawn: kept },
      },
    };
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

/** Whether another try may do. A scope that lacks is not mended by trying. */
function mayBeMended(error: unknown): boolean {
  return error instanceof SlackCallError && error.retryable && error.kind !== "credentials";
}
