import { boundNear } from "../analysis/histogram.ts";
import type { Instant, Milliseconds } from "../json.ts";
import type { Measured } from "../measured.ts";
import { replayCheck } from "../replay/replay-check.ts";
import { between } from "../replay/up-to.ts";
import { upperLimit } from "../replay/upper-limit.ts";
import { baselineLength } from "../watch/baseline-length.ts";
import { readSeries } from "../watch/read-series.ts";
import type { Effect, WatchCheck } from "../watch-policy.ts";
import { effectOf, fixedLimit, type Limit, movingLimit, passOf, roomOf } from "./limit.ts";
import { type Normal, normalOf, withoutDay } from "./normal.ts";
import type { Signal, SignalMeasure } from "./signals.ts";
import { apartIn, type Span, windowStarts } from "./windows.ts";

/** The past of one signal: what its source answered for all of it. */
export interface History {
  readonly signal: Signal;
  readonly measured: Measured;
}

export interface SuggestTiming {
  readonly for: Milliseconds;
  readonly every: Milliseconds;
  readonly warmUp: Milliseconds;
}

export interface Proposal {
  readonly signal: Signal;
  readonly check: WatchCheck;
  readonly limit: Limit;
  /** The smallest difference that matters; null: too little traffic to compare. */
  readonly effect: Effect | null;
  readonly normal: Normal;
  readonly rate: FalseAlarmRate;
}

/** What replaying the check on windows of the healthy past came to. */
export interface FalseAlarmRate {
  readonly alarms: number;
  /** Those that could be judged. */
  readonly windows: number;
  /** So many windows have no time in common: the limit is reckoned with no more than these. */
  readonly apart: number;
  /** With 95 % confidence. */
  readonly atMost: number;
}

export type Proposed =
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  /** Nothing that would help: why, for people. */
  | { readonly kind: "none"; readonly signal: Signal; readonly why: string };

const WINDOWS = 200;
const SEED = 20_231_122;
/** With fewer windows that have no time in common, a rate says nothing. */
export const LEAST_APART = 20;
/** Wider and wider, until the past would have been quiet. */
const WIDTHS = [1, 1.5, 2, 3, 5];
/** What is tried in turn: compared where there is the traffic for it, else by a limit alone. */
const CANDIDATES = (["compared", "alone"] as const).flatMap((how) =>
  WIDTHS.map((width) => ({ width, how })),
);
/** With a daily pattern the limit at first goes with what the check is compared with. */
const OF_A_DAY = [...WIDTHS.map((width) => ({ width, how: "moving" as const })), ...CANDIDATES];
/** A day makes this much more room necessary before anything is done about it. */
const MUCH = 2;
const PROBE = 10;

/** So much time a check is replayed on: a watch, and what it is compared with. */
export function windowLength({
  for: length,
  every,
}: Pick<SuggestTiming, "for" | "every">): Milliseconds {
  return length + baselineLength(length, every);
}

/**
 * A check of a signal that would have been quiet in the healthy past: a limit and an effect that are learned
 * from it, made wider until at most one in a hundred of windows cut at random fails, and the rate that is
 * left. A release is compared with the time before it, as it is where no version runs beside it. Where a
 * limit for all hours of the day would be much too wide, it is one above what the release is compared with.
 */
export function propose(
  { signal, measured }: History,
  source: string,
  time: {
    readonly timing: SuggestTiming;
    readonly healthy: readonly Span[];
    readonly windows?: number;
  },
): Proposed {
  const none = (why: string): Proposed => ({ kind: "none", signal, why });
  const { timing, healthy, windows = WINDOWS } = time;
  const { every } = timing;
  const first = { measure: signal.overall, release: measured, every };
  const series = readSeries(first, null);
  if (!("points" in series)) return none(series.why);
  const isHealthy = (at: Instant) => healthy.some(({ from, to }) => at >= from && at <= to);
  const past = series.samples.filter(({ at }) => isHealthy(at));
  const normal = normalOf(past);
  const apartFromDay = normalOf(withoutDay(past));
  if (normal === null || apartFromDay === null) return none("it has no numbers in this time");
  const { kind } = series;
  const isDaily = normal.daily !== null && roomOf(normal, kind) > MUCH * roomOf(apartFromDay, kind);

  const before = baselineLength(timing.for, every);
  const length = windowLength(timing);
  const apart = apartIn(healthy, length);
  if (apart < LEAST_APART) return none(`only ${apart} windows of it have no time in common`);
  const starts = windowStarts(healthy, { length, step: every, count: windows, seed: SEED });
  const over = overOf(measured);
  const bounded = withBound(signal, over);
  let best: Proposal | null = null;
  for (const { width, how } of isDaily ? OF_A_DAY : CANDIDATES) {
    const isMoving = how === "moving";
    const limit = isMoving
      ? movingLimit({ normal, apartFromDay }, width, kind)
      : fixedLimit(normal, width, kind);
    const effect = how === "alone" ? null : effectOf(isMoving ? apartFromDay : normal, width, kind);
    const check = checkOf(bounded, source, { limit, effect });
    const replayed = { timing, before, apart };
    // Most that can never be decided is found out soon.
    const probe = rateOf(check, measured, { ...replayed, starts: starts.slice(0, PROBE) });
    if (!isDecided(probe, Math.min(PROBE, starts.length))) continue;
    const rate = rateOf(check, measured, { ...replayed, starts });
    best = { signal: bounded, check, limit, effect, normal, rate };
    if (rate.alarms <= rate.windows / 100 && isDecided(rate, starts.length)) break;
  }
  return best === null
    ? none("most windows cannot be judged: there is too little traffic")
    : { kind: "proposal", proposal: best };
}

/** Whether nearly all of so many windows could be judged: what cannot be is asked about at each release. */
function isDecided({ windows }: FalseAlarmRate, tried: number): boolean {
  return windows >= 0.9 * tried;
}

function rateOf(
  check: WatchCheck,
  measured: Measured,
  request: {
    readonly timing: SuggestTiming;
    readonly before: Milliseconds;
    readonly starts: readonly Instant[];
    readonly apart: number;
  },
): FalseAlarmRate {
  const { timing, before, starts, apart } = request;
  let alarms = 0;
  let windows = 0;
  for (const start of starts) {
    const from = start + before;
    const until = from + timing.for;
    const window = { deployedAt: from, from, until, every: timing.every, warmUp: timing.warmUp };
    const { result } = replayCheck({
      check,
      query: "",
      url: null,
      measured: {
        release: between(measured, from, until),
        baselines: { previous: between(measured, start, from) },
      },
      window,
    });
    if (result === "failed") alarms += 1;
    if (result === "failed" || result === "passed") windows += 1;
  }
  const counted = Math.max(1, Math.min(windows, apart));
  const atMost = windows === 0 ? 1 : upperLimit(Math.ceil((alarms / windows) * counted), counted);
  return { alarms, windows, apart, atMost };
}

/** The bound of a histogram by which events are called slow, so that it is the same in every window. */
function overOf(measured: Measured): number | null {
  return measured.kind === "histogram" && measured.buckets.kind === "buckets"
    ? boundNear(measured.buckets.histograms)
    : null;
}

function withBound(signal: Signal, over: number | null): Signal {
  const bound = (measure: SignalMeasure): SignalMeasure =>
    measure.kind === "histogram" ? { ...measure, over } : measure;
  return { ...signal, measure: bound(signal.measure), overall: bound(signal.overall) };
}

function checkOf(
  signal: Signal,
  source: string,
  wanted: {
    readonly limit: Limit;
    readonly effect: Effect | null;
  },
): WatchCheck {
  return {
    name: signal.name,
    source,
    measure: signal.measure,
    pass: passOf(wanted.limit),
    fail: null,
    failureLimit: null,
    consecutiveFailures: 3,
    inconclusiveLimit: null,
    consecutiveSuccesses: null,
    minSamples: 3,
    noData: "inconclusive",
    comparison:
      wanted.effect === null
        ? null
        : {
            with: "auto",
            method: "sequential",
            worse: "higher",
            effect: wanted.effect,
            measure: null,
          },
    weight: 1,
    isKey: false,
  };
}
