import type { ChartRequest } from "../../core/chart-command.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Incident, Promotion } from "../../core/promotion.ts";
import type { WatchCheck, WatchPolicy } from "../../core/watch-policy.ts";
import type { MeasuredWindow } from "../watch/watch-window.ts";

/** The checks behind an incident as they are configured, and the time that its chart shows. */
export interface IncidentWindow {
  readonly checks: readonly WatchCheck[];
  readonly window: MeasuredWindow;
}

/** More points than the picture has columns are not asked for. */
const MOST_POINTS = 1_000;
/** Of what is measured without an end: so many of its windows, up to when it went wrong. */
const WINDOWS_SHOWN = 2;
/** Where nothing says how long it had been measured, or how often. */
const USUAL: { readonly for: Milliseconds; readonly every: Milliseconds } = {
  for: 30 * 60_000,
  every: 30_000,
};

/**
 * Of a first watch the whole time since the deployment; of a guard the time in which it went wrong; of a
 * confirmation the time from which labels were expected.
 */
export function incidentWindow(request: {
  readonly chart: Pick<ChartRequest, "from">;
  readonly promotion: Promotion;
  readonly incident: Incident;
  readonly policy: WatchPolicy | null;
  readonly now: Instant;
}): IncidentWindow {
  const { chart, promotion, incident, policy, now } = request;
  const { at, phase } = incident;
  if (phase === "guard") {
    const { checks = [], window = USUAL.for, every = USUAL.every } = policy?.guard ?? {};
    const deployedAt = promotion.guard?.deployedAt ?? chart.from ?? at - window;
    const from = Math.max(deployedAt, at - WINDOWS_SHOWN * window);
    return { checks, window: measured({ deployedAt, from, to: now, every }) };
  }
  if (phase === "confirmation") {
    const { checks = [], every = USUAL.every, after = 0 } = policy?.confirm ?? {};
    const from = promotion.confirmation?.from ?? chart.from ?? at - USUAL.for;
    return { checks, window: measured({ deployedAt: from - after, from, to: now, every }) };
  }
  const { checks = [], every = USUAL.every } = policy ?? {};
  const from = chart.from ?? at - (policy?.for ?? USUAL.for);
  return { checks, window: measured({ deployedAt: from, from, to: now, every }) };
}

function measured({
  deployedAt,
  from,
  to,
  every,
}: Pick<MeasuredWindow, "deployedAt" | "from" | "to" | "every">): MeasuredWindow {
  const coarse = Math.max(every, Math.ceil((to - from) / MOST_POINTS / every) * every);
  return { deployedAt, from, to, until: to, every: coarse, warmUp: 0 };
}
