import { worstFirst } from "./cards/headline/watch-lines.ts";
import type { Message } from "./cards/message.ts";
import { drawWatch, recordedChecks } from "./cards/watch.ts";
import { watchDrawing } from "./charts/drawing.ts";
import { checkPlots } from "./charts/incident-plots.ts";
import { isGuarded } from "./core/after-watch.ts";
import {
  type ComponentState,
  environmentState,
  findPromotion,
  type Located,
} from "./core/component.ts";
import type { Instant } from "./core/json.ts";
import { type ComponentPolicy, environmentPolicy } from "./core/policy.ts";
import type { Promotion } from "./core/promotion.ts";
import type { WatchPolicy } from "./core/watch-policy.ts";
import type { ChartDesk } from "./effects/charts/chart-desk.ts";
import { type LookRequest, seriesByCheck, type WatchLook } from "./effects/charts/watch-look.ts";
import type { StateReader } from "./effects/state-reader.ts";
import { guardWindow } from "./effects/watch/guard-handler.ts";
import { watchWindow } from "./effects/watch/watch-window.ts";
import type { Clock } from "./shared/clock.ts";
import { plainMessage } from "./shared/plain-message.ts";

export interface WatchQuestion {
  readonly component: string;
  /** null: wherever something is watched. */
  readonly environment: string | null;
}

/** `/release COMPONENT watch`: how what is watched, guarded, or was watched last, is doing now. */
export function createWatchAnswer(ports: {
  readonly state: StateReader;
  readonly look: WatchLook;
  readonly charts: ChartDesk;
  readonly clock: Clock;
}): (question: WatchQuestion) => Promise<Message> {
  const { state, look, charts, clock } = ports;

  return async ({ component, environment }) => {
    const configured = state.policy().components;
    const policy = Object.hasOwn(configured, component) ? configured[component] : undefined;
    const names = (policy?.environments ?? []).map(({ name }) => name);
    if (environment !== null && !names.includes(environment)) {
      return plainMessage(
        `${component} has no environment “${environment}”: it has ${names.join(", ")}.`,
      );
    }
    const own = await state.component(component);
    // Users are in the last one.
    const found = mostWatched(own, environment === null ? names.toReversed() : [environment]);
    if (found === null) {
      const where = environment === null ? "" : ` in ${environment}`;
      return plainMessage(`Nothing of ${component} is watched${where}, and nothing has been.`);
    }
    const now = clock.now();
    const request = lookAt(own, found, policy ?? null, now);
    const seen = request === null ? null : await look.look(request, new AbortController().signal);
    const { promotion, release } = found;
    const measured = seen?.map(({ assessment }) => assessment) ?? null;
    const drawings =
      request === null || seen === null
        ? []
        : checkPlots({
            component,
            version: release.version,
            environment: promotion.environment,
            assessments: worstFirst(measured ?? []),
            checks: request.checks,
            series: seriesByCheck(seen),
            window: request.window,
            incident: promotion.incident,
            rolledBackAt: null,
          }).map(watchDrawing);
    const shown = await charts.show(drawings);
    return drawWatch({
      state: own,
      release,
      promotion,
      policy: policy ?? null,
      measured,
      charts: request === null ? (promotion.charts?.drawn ?? []) : shown,
      notes: [
        ...(seen === null ? [lastMeasurements(promotion)] : []),
        ...(shown.some(({ file }) => file === null) && state.policy().slack.charts !== "none"
          ? ["The chart could not be shown: /readyz says why."]
          : []),
      ],
      now,
    });
  };
}

/** What is watched comes before what is live, and that before what was watched last. */
function mostWatched(state: ComponentState, environments: readonly string[]): Located | null {
  const places = environments.map((name) => environmentState(state, name));
  const active = places.flatMap((place) => findPromotion(state, place.active) ?? []);
  const watching = active.find(({ promotion }) => promotion.state.kind === "watching");
  if (watching !== undefined) return watching;
  const all = environments.flatMap((name) =>
    Object.values(state.releases).flatMap((release) =>
      release.promotions
        .filter(({ environment, plan }) => environment === name && plan.watched)
        .map((promotion) => ({ release, promotion })),
    ),
  );
  const live = all.find(
    ({ promotion, release }) =>
      promotion.state.kind === "live" &&
      environmentState(state, promotion.environment).live === release.id,
  );
  if (live !== undefined) return live;
  const ended = all.filter(({ promotion }) => promotion.incident !== null);
  return ended.sort((a, b) => b.promotion.requestedAt - a.promotion.requestedAt)[0] ?? null;
}

/** What is to be measured; null: nothing is, any more. */
function lookAt(
  state: ComponentState,
  located: Located,
  policy: ComponentPolicy | null,
  now: Instant,
): LookRequest | null {
  const { promotion } = located;
  const watch: WatchPolicy | null =
    policy === null ? null : (environmentPolicy(policy, promotion.environment)?.watch ?? null);
  if (watch === null) return null;
  if (promotion.state.kind === "watching") {
    const circumstances = { peopleAreAsked: promotion.incident !== null, now };
    const window = watchWindow(promotion.state, watch, circumstances);
    return { state, located, checks: watch.checks, window };
  }
  if (!isGuarded(promotion) || watch.guard === null) return null;
  const window = guardWindow(promotion.guard, watch.guard, now);
  return { state, located, checks: watch.guard.checks, window };
}

function lastMeasurements(promotion: Promotion): string {
  return recordedChecks(promotion).length > 0
    ? "Nothing is measured at present: these are the last measurements that were recorded."
    : "Nothing is measured at present. Measurements are kept only of what went wrong.";
}
