import { sum } from "../robust.ts";
import type { Classification } from "./classify.ts";

export interface ScoredMetric extends Pick<Classification, "kind" | "isCritical"> {
  /** A metric counts in each of its groups. */
  readonly groups: readonly string[];
}

export interface WeightedScore {
  /** 0 to 100, two digits after the point. */
  readonly summary: number;
  readonly groups: readonly { readonly name: string; readonly score: number }[];
}

/** From this share of metrics without data on, in per cent, the whole has failed. */
const MOST_WITHOUT_DATA = 50;

/**
 * The score of Kayenta's WeightedSumScorer (commit a69573b): of each group the share of its metrics that
 * pass, and of the groups the sum by weight. Groups without a weight share what is left of 100; a group
 * without data counts as passed. A critical metric that does not pass makes it 0, and so does too little data.
 *
 * @param weights in percent, by group
 */
export function weightedScore(
  metrics: readonly ScoredMetric[],
  weights: Readonly<Record<string, number>>,
): WeightedScore {
  const names = [...new Set(metrics.flatMap(({ groups }) => groups))];
  const groups = names.map((name) => groupScore(name, metrics));
  const shown = groups.map(({ name, score }) => ({ name, score: score ?? 0 }));
  const without = metrics.filter(({ kind }) => kind === "nodata").length;
  const hasFailed =
    metrics.some(({ isCritical, kind }) => isCritical && kind !== "pass") ||
    (100 * without) / metrics.length >= MOST_WITHOUT_DATA;
  if (hasFailed) return { summary: 0, groups: shown };
  const unweighted = names.filter((name) => weights[name] === undefined).length;
  const rest = (100 - sum(Object.values(weights))) / unweighted;
  const summary = sum(
    groups.map(({ name, score }) => ((score ?? 100) * (weights[name] ?? rest)) / 100),
  );
  return { summary: Math.round(summary * 100) / 100, groups: shown };
}

/** null: none of its metrics has data. */
function groupScore(name: string, metrics: readonly ScoredMetric[]) {
  const kinds = metrics.filter(({ groups }) => groups.includes(name)).map(({ kind }) => kind);
  const judged = kinds.filter((kind) => kind !== "nodata" && kind !== "error").length;
  const passed = kinds.filter((kind) => kind === "pass").length;
  return { name, score: judged === 0 ? null : (100 * passed) / judged };
}

/** Whether a score is good enough: by the limit for passing, else by the marginal one, else always. */
export function hasPassed(score: number, pass: number | null, marginal: number | null): boolean {
  return score >= (pass ?? marginal ?? 0);
}
