import { Counter } from "prom-client";
import { type Episode, trafficEnd } from "../../core/episodes/episode.ts";
import { type Replay, replayCheck } from "../../core/replay/replay-check.ts";
import { assess } from "../../core/watch/assess.ts";
import type { WatchCheck, WatchPolicy } from "../../core/watch-policy.ts";
import type { Clock } from "../../shared/clock.ts";
import type { MetricSource } from "../metrics/metric-source.ts";
import { createCheckMeter } from "../watch/measure-checks.ts";

/** How a watch would have measured. */
export type Timing = Pick<WatchPolicy, "for" | "every" | "warmUp">;

export interface EpisodeReplayer {
  /**
   * What these checks would have come to in the watch of a past release, in their order. Asks the sources as
   * a watch does. Rejects only when the signal fires.
   */
  replay(
    episode: Pick<
      Episode,
      "component" | "environment" | "version" | "previous" | "from" | "outcome"
    >,
    checks: readonly WatchCheck[],
    timing: Timing,
    signal: AbortSignal,
  ): Promise<readonly Replay[]>;
}

/** Replays with the meter of watches, so that it asks what they ask and judges as they judge. */
export function createEpisodeReplayer(options: {
  readonly sources: () => Readonly<Record<string, MetricSource>>;
  readonly clock: Clock;
}): EpisodeReplayer {
  // A measurement of the past is none that Slipway reports of itself.
  const uncounted = new Counter({
    name: "replayed_measurements",
    help: "Of no registry.",
    labelNames: ["verdict"],
    registers: [],
  });
  return {
    replay: async (episode, checks, timing, signal) => {
      const { component, environment, version, previous, from } = episode;
      const until = from + timing.for;
      // What lies ahead is not known yet.
      const end = Math.min(trafficEnd(episode) ?? until, options.clock.now());
      const { every, warmUp } = timing;
      const replays = new Map<WatchCheck, Replay>();
      const meter = createCheckMeter({
        sources: options.sources,
        clock: options.clock,
        telemetry: { watchMeasurements: uncounted },
        assess: (request) => {
          replays.set(request.check, replayCheck(request, end));
          return assess(request);
        },
      });
      const window = { deployedAt: from, from, to: Math.min(end, until), until, every, warmUp };
      const subject = { component, environment, version, previous };
      const now = options.clock.now();
      await meter.measure({ checks, window, subject, now, kept: [] }, signal);
      return checks.flatMap((check) => replays.get(check) ?? []);
    },
  };
}
