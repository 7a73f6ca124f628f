import type { RatioPoint } from "../../src/core/analysis/points.ts";
import { mean, sum } from "../../src/core/analysis/robust.ts";
import type { Method } from "./peers.ts";
import {
  BURST_SHARE,
  BURSTS,
  type CountedService,
  LONG_BURSTS,
  OVERDISPERSION,
  SAMPLES,
  samplingNoise,
} from "./world.ts";

/** One false rollback in so many healthy releases: what ours is held to. */
const HEALTHY = 1_000;
const IN_BURST = BURSTS * (1 + LONG_BURSTS);
/** Places on the level of both, and on what each is off it by itself, up to so many standard deviations. */
const LEVELS = places(61, 7);
const NOISES = places(31, 4.5);
const WEIGHTS = NOISES.map((noise) => Math.exp(-(noise ** 2) / 2));

type Counts = Pick<RatioPoint, "bad" | "total">;
/** Of a count, at each place of the level. */
type Likelihood = (point: Counts) => readonly number[];

/**
 * The quickest that anything can be: Wald's sequential probability ratio test (1945), told how bad the
 * release is if it is bad, how samples spread, and how often bursts come; all but the level of both at a
 * moment. By Ville's inequality it is wrong for one in `HEALTHY` healthy releases at most, and nothing that
 * is wrong as rarely needs fewer samples on average (Wald and Wolfowitz 1948). For the harsh world, beside.
 */
export function oracle(service: CountedService, share: number): Method {
  const noise = samplingNoise(service);
  const own = noise * Math.sqrt(OVERDISPERSION - 1);
  const asGood = likelihood(service.healthy, own, noise);
  const worse = likelihood(share, own, noise);
  const beside = likelihood(
    service.healthy,
    own * Math.sqrt(service.release / service.stable),
    noise,
  );
  return ({ release, stable }) => {
    let evidence = 0;
    for (let index = 0; index < SAMPLES; index += 1) {
      const [ours, theirs] = [release[index], stable[index]];
      if (ours === null || ours === undefined || theirs === null || theirs === undefined) continue;
      const level = beside(theirs);
      const likely = (of: Likelihood) => together(of(ours), level, inBurst(ours), inBurst(theirs));
      evidence += Math.log(likely(worse) / likely(asGood));
      if (evidence > Math.log(HEALTHY)) return index + 1;
    }
    return Infinity;
  };
}

/** Of both counts, on levels that are all as likely; in bursts of both, or of one of them. */
function together(
  ours: readonly number[],
  theirs: readonly number[],
  ourBurst: number,
  theirBurst: number,
): number {
  const calm = mean(ours.map((value, place) => value * (theirs[place] ?? 0)));
  const burst = (2 * ourBurst * theirBurst + ourBurst * mean(theirs) + mean(ours) * theirBurst) / 4;
  return (1 - IN_BURST) * calm + IN_BURST * burst;
}

function likelihood(share: number, own: number, level: number): Likelihood {
  const odds = Math.log(share / (1 - share)) - own ** 2 / 2;
  const logs = LEVELS.map((place) =>
    NOISES.map((noise, index) => {
      const at = odds + level * place + own * noise;
      return {
        bad: -Math.log1p(Math.exp(-at)),
        good: -Math.log1p(Math.exp(at)),
        weight: (WEIGHTS[index] ?? 0) / sum(WEIGHTS),
      };
    }),
  );
  return ({ bad, total }) => {
    const most = mostLikely({ bad, total });
    return logs.map((noises) => {
      let likely = 0;
      for (const at of noises) {
        likely += at.weight * Math.exp(bad * at.bad + (total - bad) * at.good - most);
      }
      return likely;
    });
  };
}

function inBurst(point: Counts): number {
  const { bad, total } = point;
  const log = bad * Math.log(BURST_SHARE) + (total - bad) * Math.log(1 - BURST_SHARE);
  return Math.exp(log - mostLikely(point));
}

/** The logarithm of what a count is held against, so that no likelihood is too small for a number. */
function mostLikely({ bad, total }: Counts): number {
  const share = (bad + 0.01) / (total + 0.02);
  return bad * Math.log(share) + (total - bad) * Math.log(1 - share);
}

function places(count: number, width: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => -width + (2 * width * index) / (count - 1));
}
