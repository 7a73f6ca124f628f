import { mean, sum, variance } from "../robust.ts";
import { ranksOf } from "./ranks.ts";

/** How many times the control's mean the experiment's is; NaN where one of them is 0. */
export function meanRatio(control: readonly number[], experiment: readonly number[]): number {
  const [controls, experiments] = [mean(control), mean(experiment)];
  return controls === 0 || experiments === 0 ? Number.NaN : experiments / controls;
}

/**
 * The common language effect size: the share of pairs in which the experiment is the higher one, where
 * equal ones count half. Vargha and Delaney, Journal of Educational and Behavioral Statistics 25 (2000).
 */
export function cles(control: readonly number[], experiment: readonly number[]): number {
  const [m, n] = [experiment.length, control.length];
  const { ranks } = ranksOf([...experiment, ...control]);
  return (2 * sum(ranks.slice(0, m)) - m * (m + 1)) / (2 * n * m);
}

/** Cohen's d: the distance of the means in standard deviations of both samples together. */
export function cohenD(control: readonly number[], experiment: readonly number[]): number {
  const [n, m] = [control.length, experiment.length];
  const pooled = ((m - 1) * variance(experiment) + (n - 1) * variance(control)) / (n + m - 2);
  return Math.abs(mean(experiment) - mean(control)) / Math.sqrt(pooled);
}
