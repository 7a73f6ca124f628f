import type { RatioPoint } from "../../src/core/analysis/points.ts";
import type { Chance } from "./chance.ts";
import {
  type Bursts,
  type Gauge,
  hits,
  hourly,
  MEMORY,
  MISSING,
  nextBurst,
  SAMPLES,
  type Simulated,
  STEP_SECONDS,
  tear,
  type World,
} from "./world.ts";

/** In a burst a gauge is so many times as high. */
const BURST_TIMES = 2;

/**
 * One release with its baselines, whose gauge is at `level`. In the harsh world each version's own noise
 * remembers the samples before, and the level of both wanders as much; in the clean one there is nothing but
 * noise that forgets.
 */
export function simulateGauge(
  gauge: Gauge,
  world: World,
  level: number,
  chance: Chance,
): Simulated {
  const isHarsh = world === "harsh";
  const wander = wandering(isHarsh ? gauge.spread : 0, MEMORY, chance);
  const own = {
    release: wandering(gauge.spread, isHarsh ? gauge.memory : 0, chance),
    stable: wandering(gauge.spread, isHarsh ? gauge.memory : 0, chance),
  };
  const offset = isHarsh ? 0.5 * gauge.spread * chance.normal() : 0;
  const phase = 2 * Math.PI * chance.share();
  const bursts: Bursts = { left: 0, who: "both" };

  const before: (RatioPoint | null)[] = [];
  const release: (RatioPoint | null)[] = [];
  const stable: (RatioPoint | null)[] = [];
  for (let index = -SAMPLES; index < SAMPLES; index += 1) {
    const common = wander() + (isHarsh ? hourly(phase, index) : 0) + (index < 0 ? 0 : offset);
    if (isHarsh) nextBurst(bursts, chance);
    const sample = (of: number, who: "release" | "stable") => {
      const times = hits(bursts, who) ? BURST_TIMES : 1;
      const value = of * times * Math.exp(common + own[who]());
      const isMissing = isHarsh && chance.share() < MISSING;
      return isMissing ? null : { at: index * STEP_SECONDS * 1_000, bad: value, total: 1 };
    };
    if (index < 0) {
      before.push(sample(gauge.healthy, "stable"));
      continue;
    }
    release.push(sample(level, "release"));
    stable.push(sample(gauge.healthy, "stable"));
  }
  if (isHarsh) for (const series of [before, release, stable]) tear(series, chance);
  return { before, release, stable };
}

/** An autoregressive series of this standard deviation, one number after the other. */
function wandering(spread: number, memory: number, chance: Chance): () => number {
  let now = spread * chance.normal();
  return () => {
    now = memory * now + Math.sqrt(1 - memory ** 2) * spread * chance.normal();
    return now;
  };
}
