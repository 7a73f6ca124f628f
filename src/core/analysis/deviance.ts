import { clamp } from "./robust.ts";

/** Of `total` events, `bad` were bad; neither need be whole. */
export interface Counts {
  readonly bad: number;
  readonly total: number;
}

const STEPS = 30;
const PRECISION = 1e-10;

/**
 * How far the share of bad events of a release lies above that of its baseline by more than `margin` (or,
 * with a negative one, below it by more than that: then negative): the signed root of twice the logarithm
 * of the likelihood ratio of two binomials, which is about standard normal if the shares differ by just
 * `margin`, also where events are few. Farrington and Manning, Statistics in Medicine 9 (1990), with the
 * likelihood ratio instead of the score.
 */
export function signedRoot(release: Counts, baseline: Counts, margin: number): number {
  const difference = release.bad / release.total - baseline.bad / baseline.total - margin;
  const share = constrainedShare(release, baseline, margin);
  const twice = deviance(release, share + margin) + deviance(baseline, share);
  return Math.sign(difference) * Math.sqrt(Math.max(0, twice));
}

/** Twice the logarithm of the likelihood of the share that was seen over that of another one. */
export function deviance({ bad, total }: Counts, share: number): number {
  return 2 * (part(bad, total * share) + part(total - bad, total * (1 - share)));
}

function part(seen: number, expected: number): number {
  return seen <= 0 ? 0 : seen * Math.log(seen / Math.max(expected, Number.MIN_VALUE));
}

/**
 * The most likely share of the baseline if that of the release is higher by `margin`: where the derivative
 * of the logarithm of the likelihood, which falls all along, is 0. Newton's method, kept between bounds.
 */
export function constrainedShare(release: Counts, baseline: Counts, margin: number): number {
  let low = Math.max(0, -margin);
  let high = Math.min(1, 1 - margin);
  const together = release.total + baseline.total;
  const start = (release.bad - margin * release.total + baseline.bad) / together;
  const least = 1e-3 / together;
  let share = clamp(start, low + least, Math.max(low + least, high - least));
  for (let step = 0; step < STEPS; step += 1) {
    const { slope, curve } = derivatives(release, baseline, margin, share);
    if (slope > 0) low = share;
    else high = share;
    const newton = share + slope / curve;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - share) <= PRECISION * share) return next;
    share = next;
  }
  return share;
}

function derivatives(release: Counts, baseline: Counts, margin: number, share: number) {
  const shifted = share + margin;
  const a = release.bad / shifted;
  const b = (release.total - release.bad) / (1 - shifted);
  const c = baseline.bad / share;
  const d = (baseline.total - baseline.bad) / (1 - share);
  return {
    slope: a - b + c - d,
    curve: a / shifted + b / (1 - shifted) + c / share + d / (1 - share),
  };
}
