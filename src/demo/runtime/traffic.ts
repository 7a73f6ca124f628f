import type { Clock } from "../../shared/clock.ts";
import type { SeededRandom } from "../training/seeded-random.ts";
import type { Pair } from "../training/snapshot.ts";

export interface TrafficOptions {
  /** The runtime that is asked. */
  readonly url: string;
  readonly pairs: readonly Pair[];
  readonly random: SeededRandom;
  readonly clock: Clock;
  /** Milliseconds between two predictions, and between two feeds. */
  readonly every: { readonly prediction: number; readonly feed: number };
}

const TIMEOUT = 5000;

/**
 * People who use the sample product: real requests over loopback, each after the one before it was
 * answered, so that at most two are under way. Runs until the signal fires.
 */
export async function generateTraffic(options: TrafficOptions, signal: AbortSignal): Promise<void> {
  const { url, pairs, random, clock, every } = options;

  function anyPair(): string {
    return pairs[Math.floor(random.uniform() * pairs.length)]?.id ?? "";
  }

  async function visit(path: () => string, pause: number): Promise<void> {
    while (!signal.aborted) {
      await request(`${url}${path()}`, signal);
      await clock.sleep(pause, signal);
    }
  }

  await Promise.all([
    visit(() => `/models/pymk/score?pair=${anyPair()}`, every.prediction),
    visit(() => `/feed?member=${anyPair().split("-")[0]}`, every.feed),
  ]);
}

/** How it ends does not matter here: the runtime counts it. */
async function request(url: string, signal: AbortSignal): Promise<void> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
    await (await fetch(url, { signal: limited })).arrayBuffer();
  } catch {
    return;
  }
}
