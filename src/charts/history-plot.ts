import { MOST_CHARTS } from "../core/chart.ts";
import type { ComparisonOperator } from "../core/expression.ts";
import type { GateNumber, GateVerdict, Release } from "../core/release.ts";

/** One number of a gate over the last releases, oldest first. Names are untrusted text. */
export interface HistoryPlot {
  readonly component: string;
  readonly environment: string;
  readonly gate: string;
  /** What was measured, as the gate writes it: `metrics.auc`. */
  readonly subject: string;
  readonly operator: ComparisonOperator;
  readonly points: readonly HistoryPoint[];
}

export interface HistoryPoint {
  readonly version: string;
  /** null: the release has no such number. */
  readonly value: number | null;
  /** What was asked of it then. */
  readonly limit: number | null;
  readonly verdict: GateVerdict;
  readonly isLive: boolean;
}

/** With fewer numbers there is nothing to see. */
const LEAST_POINTS = 2;

/**
 * The charts of the gates that have numbers, at most MOST_CHARTS: those that failed or warned last come
 * first, then in the order of the configuration.
 */
export function historyPlots(request: {
  readonly component: string;
  readonly environment: string;
  /** Newest first. */
  readonly releases: readonly Release[];
  /** Id of the release that is live there. */
  readonly live: string | null;
}): readonly HistoryPlot[] {
  const { component, environment, live } = request;
  const releases = request.releases
    .filter(({ gates }) => gates[environment] !== undefined)
    .toReversed();
  const subjects = new Map<string, { gate: string; number: GateNumber }>();
  for (const release of releases.toReversed()) {
    for (const { name, numbers } of release.gates[environment]?.results ?? []) {
      for (const number of numbers) {
        const key = JSON.stringify([name, number.subject]);
        if (!subjects.has(key)) subjects.set(key, { gate: name, number });
      }
    }
  }
  const plots = [...subjects.values()].map(({ gate, number: { subject, operator } }) => ({
    component,
    environment,
    gate,
    subject,
    operator,
    points: releases.map((release) => pointOf(release, { environment, gate, subject, live })),
  }));
  return plots
    .filter(({ points }) => points.filter(({ value }) => value !== null).length >= LEAST_POINTS)
    .map((plot, index) => ({ plot, index, worry: lastWorry(plot) }))
    .sort((a, b) => a.worry - b.worry || a.index - b.index)
    .slice(0, MOST_CHARTS)
    .map(({ plot }) => plot);
}

function pointOf(
  release: Release,
  at: {
    readonly environment: string;
    readonly gate: string;
    readonly subject: string;
    readonly live: string | null;
  },
): HistoryPoint {
  const result = release.gates[at.environment]?.results.find(({ name }) => name === at.gate);
  const number = result?.numbers.find(({ subject }) => subject === at.subject);
  return {
    version: release.version,
    value: number?.actual ?? null,
    limit: number?.limit ?? null,
    verdict: result?.verdict ?? "missing",
    isLive: release.id === at.live,
  };
}

/** How many releases ago it last did not pass. */
function lastWorry({ points }: HistoryPlot): number {
  const ago = points
    .toReversed()
    .findIndex(({ verdict }) => verdict === "fail" || verdict === "warn");
  return ago === -1 ? points.length : ago;
}
