import { Counter } from "prom-client";
import { type Episode, trafficEnd } from "../../core/episodes/episode.ts";
import type { Instant } from "../../core/json.ts";
import { type Replay, replayCheck } from "../../core/replay/replay-check.ts";
import { type GuardLooks, replayGuard } from "../../core/replay/replay-guard.ts";
import {
  type JudgedPolicy,
  replayWatch,
  type WatchReplay,
} from "../../core/replay/replay-watch.ts";
import { assess } from "../../core/watch/assess.ts";
import type { AssessRequest } from "../../core/watch/assess-request.ts";
import type { WatchWindow } from "../../core/watch/watch-window.ts";
import type { WatchCheck, WatchPolicy } from "../../core/watch-policy.ts";
import type { Clock } from "../../shared/clock.ts";
import type { MetricSource } from "../metrics/metric-source.ts";
import { createCheckMeter } from "../watch/measure-checks.ts";

/** How a watch would have measured. */
export type Timing = Pick<WatchPolicy, "for" | "every" | "warmUp">;

/** A past release, as far as its measurements depend on it. */
export type Replayed = Pick<
  Episode,
  "component" | "environment" | "version" | "previous" | "from" | "outcome"
>;

/**
 * What would have come of a past release. Asks the sources as a watch does. Rejects only when the signal
 * fires.
 */
export interface EpisodeReplayer {
  /** What these checks would have come to in its watch, in their order. */
  replay(
    episode: Replayed,
    checks: readonly WatchCheck[],
    timing: Timing,
    signal: AbortSignal,
  ): Promise<readonly Replay[]>;
  /** The same, and what the watch that has these checks would have done. */
  replayWatch(
    episode: Replayed,
    watch: JudgedPolicy & Timing,
    signal: AbortSignal,
  ): Promise<{ readonly checks: readonly Replay[]; readonly watch: WatchReplay }>;
  /** What these checks would have come to in looks of its guard, in their order. */
  replayGuard(
    episode: Replayed,
    checks: readonly WatchCheck[],
    looks: GuardLooks,
    signal: AbortSignal,
  ): Promise<readonly Replay[]>;
}

type Request = Omit<AssessRequest, "now">;

/** Replays with the meter of watches, so that it asks what they ask and judges as they judge. */
export function createEpisodeReplayer(options: {
  readonly sources: () => Readonly<Record<string, MetricSource>>;
  readonly clock: Clock;
}): EpisodeReplayer {
  const { sources, clock } = options;
  // A measurement of the past is none that Slipway reports of itself.
  const uncounted = new Counter({
    name: "replayed_measurements",
    help: "Of no registry.",
    labelNames: ["verdict"],
    registers: [],
  });

  /** What each check is judged by, in their order. */
  async function measured(
    { component, environment, version, previous }: Replayed,
    checks: readonly WatchCheck[],
    window: WatchWindow & { readonly to: Instant },
    signal: AbortSignal,
  ): Promise<readonly Request[]> {
    const requests = new Map<WatchCheck, Request>();
    const meter = createCheckMeter({
      sources,
      clock,
      telemetry: { watchMeasurements: uncounted },
      assess: (request) => {
        requests.set(request.check, request);
        return assess(request);
      },
    });
    const subject = { component, environment, version, previous };
    const now = clock.now();
    await meter.measure({ checks, window, subject, now, kept: [] }, signal);
    return checks.flatMap((check) => requests.get(check) ?? []);
  }

  /** Of the time after the deployment, as far as it is known yet. */
  async function inWatch(
    episode: Replayed,
    checks: readonly WatchCheck[],
    { for: length, every, warmUp }: Timing,
    signal: AbortSignal,
  ): Promise<{ readonly requests: readonly Request[]; readonly end: Instant }> {
    const { from } = episode;
    const until = from + length;
    const end = Math.min(trafficEnd(episode) ?? until, clock.now());
    const to = Math.min(end, until);
    const window = { deployedAt: from, from, to, until, every, warmUp };
    return { requests: await measured(episode, checks, window, signal), end };
  }

  return {
    replay: async (episode, checks, timing, signal) => {
      const { requests, end } = await inWatch(episode, checks, timing, signal);
      return requests.map((request) => replayCheck(request, end));
    },
    replayWatch: async (episode, watch, signal) => {
      const { requests, end } = await inWatch(episode, watch.checks, watch, signal);
      return {
        checks: requests.map((request) => replayCheck(request, end)),
        watch: replayWatch(watch, requests, end),
      };
    },
    replayGuard: async (episode, checks, looks, signal) => {
      const { from: deployedAt } = episode;
      const { first, last, window: length, every, since } = looks;
      const from = Math.max(since, first - length);
      const window = { deployedAt, from, to: last, until: last, every, warmUp: 0 };
      const requests = await measured(episode, checks, window, signal);
      return requests.map((request) => replayGuard(request, looks));
    },
  };
}
