import type { RatioPoint } from "../../src/core/analysis/points.ts";
import type { Chance } from "./chance.ts";

/** One sample each 15 seconds; a watch of 30 minutes, and as long a baseline before it. */
export const STEP_SECONDS = 15;
export const SAMPLES = 120;

/** A kind of check. */
interface Checked {
  readonly name: string;
  /** Of a healthy release, and of one that is worse by this: the share of bad events, or the level of a gauge. */
  readonly healthy: number;
  readonly worse: (by: number) => number;
  /** The limit that an operator would set for those who need a fixed one. */
  readonly fixed: number;
}

export interface CountedService extends Checked {
  readonly kind: "ratio";
  /** Events in one sample of the release, and of the version that runs beside it. */
  readonly release: number;
  readonly stable: number;
}

/** A number that is read: memory, the depth of a queue. */
export interface Gauge extends Checked {
  readonly kind: "value";
  /** Standard deviation of the logarithm, of each version by itself, and how much of it is left a sample later. */
  readonly spread: number;
  readonly memory: number;
}

export type Service = CountedService | Gauge;

export type World = "clean" | "harsh";

/** Samples of a release; null: there is none at that moment. A gauge is read as so much of one. */
export type Series = readonly (RatioPoint | null)[];

export interface Simulated {
  /** Of the version before, in the time before the deployment. */
  readonly before: Series;
  readonly release: Series;
  /** Of the version that runs beside it. */
  readonly stable: Series;
}

/** How the level wanders from one sample to the next. */
export const MEMORY = 0.9;
/** Samples spread as much as this many times what counts do by themselves. */
export const OVERDISPERSION = 2;
/** A day's ups and downs, on the logarithm of the odds. */
const DAILY = 0.2;
const SAMPLES_OF_A_DAY = (24 * 60 * 60) / STEP_SECONDS;
/** In so many samples begins a burst, in which at least this share of events is bad. */
export const BURSTS = 0.01;
export const BURST_SHARE = 0.3;
export const LONG_BURSTS = 0.2;
/** So many samples lack; and of so many series a longer part. */
export const MISSING = 0.02;
const GAPS = 0.2;
const LONGEST_GAP = 10;
/** So many samples begin with a restart, and counted only what came after it. */
const RESTARTS = 0.003;

/** One release with its baselines, whose share of bad events is `bad`. */
export function simulateCounts(
  service: CountedService,
  world: World,
  bad: number,
  chance: Chance,
): Simulated {
  const isHarsh = world === "harsh";
  const { healthy } = service;
  const noise = isHarsh ? samplingNoise(service) : 0;
  const own = noise * Math.sqrt(OVERDISPERSION - 1);
  const ownOfStable = own * Math.sqrt(service.release / service.stable);
  const offset = 0.5 * noise * chance.normal();
  const phase = 2 * Math.PI * chance.share();
  const bursts: Bursts = { left: 0, who: "both" };
  let wander = noise * chance.normal();

  const before: (RatioPoint | null)[] = [];
  const release: (RatioPoint | null)[] = [];
  const stable: (RatioPoint | null)[] = [];
  for (let index = -SAMPLES; index < SAMPLES; index += 1) {
    wander = MEMORY * wander + Math.sqrt(1 - MEMORY ** 2) * noise * chance.normal();
    const hour = isHarsh ? hourly(phase, index) : 0;
    const level = wander + hour + (index < 0 ? 0 : offset);
    const busy = isHarsh ? Math.max(0.2, 1 + 0.1 * chance.normal()) : 1;
    if (isHarsh) nextBurst(bursts, chance);
    const sample = (share: number, events: number, spread: number, who: "release" | "stable") => {
      // As much to either side on average: a side with less traffic must not have a higher share.
      const spreading = spread * chance.normal() - spread ** 2 / 2;
      const moved = isHarsh ? shifted(share, level + spreading) : share;
      const isHit = hits(bursts, who);
      const restarted = isHarsh && chance.share() < RESTARTS ? chance.share() : 1;
      const total = Math.max(1, Math.round(events * busy * restarted));
      const drawn = chance.binomial(total, isHit ? Math.max(moved, BURST_SHARE) : moved);
      const isMissing = isHarsh && chance.share() < MISSING;
      return isMissing ? null : { at: index * STEP_SECONDS * 1_000, bad: drawn, total };
    };
    if (index < 0) {
      before.push(sample(healthy, service.release, own, "stable"));
      continue;
    }
    release.push(sample(bad, service.release, own, "release"));
    stable.push(sample(healthy, service.stable, ownOfStable, "stable"));
  }
  if (isHarsh) for (const series of [before, release, stable]) tear(series, chance);
  return { before, release, stable };
}

/** What counting does to one sample, on the logarithm of the odds; the level wanders as much. */
export function samplingNoise({ release, healthy }: CountedService): number {
  return 1 / Math.sqrt(release * healthy * (1 - healthy));
}

export function hourly(phase: number, index: number): number {
  return DAILY * Math.sin(phase + (2 * Math.PI * index) / SAMPLES_OF_A_DAY);
}

function shifted(share: number, by: number): number {
  const odds = (share / (1 - share)) * Math.exp(by);
  return odds / (1 + odds);
}

/** How many samples are still in a burst, and whose. */
export interface Bursts {
  left: number;
  who: "both" | "release" | "stable";
}

export function hits({ left, who }: Bursts, whose: "release" | "stable"): boolean {
  return left > 0 && (who === "both" || who === whose);
}

export function nextBurst(bursts: Bursts, chance: Chance): void {
  if (bursts.left > 0) bursts.left -= 1;
  if (bursts.left > 0 || chance.share() >= BURSTS) return;
  bursts.left = chance.share() < LONG_BURSTS ? 2 : 1;
  const who = chance.share();
  bursts.who = who < 0.5 ? "both" : who < 0.75 ? "release" : "stable";
}

export function tear(series: (RatioPoint | null)[], chance: Chance): void {
  if (chance.share() >= GAPS) return;
  const length = 2 + Math.floor(chance.share() * (LONGEST_GAP - 1));
  series.fill(null, ...gapAt(Math.floor(chance.share() * (series.length - length)), length));
}

function gapAt(start: number, length: number): [number, number] {
  return [start, start + length];
}
