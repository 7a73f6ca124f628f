import type { Episode } from "../../core/episodes/episode.ts";
import { labelled } from "../../core/false-alarm.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import { environmentPolicy } from "../../core/policy.ts";
import { promotionInto } from "../../core/release.ts";
import { releaseId } from "../../core/release-id.ts";
import {
  chooseVariant,
  type FalseAlarmReplay,
  isQuiet,
  type VariantResult,
} from "../../core/replay/choose-variant.ts";
import type { ReplayResult } from "../../core/replay/replay-check.ts";
import { type Variant, variantsOf } from "../../core/replay/variants.ts";
import type { WatchCheck, WatchPolicy } from "../../core/watch-policy.ts";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import { startDeadline } from "../deadline.ts";
import type { StateReader } from "../state-reader.ts";
import type { EpisodeReplayer } from "./replay-episode.ts";

/** The release whose breach somebody calls a false alarm. */
export interface Alarm {
  readonly component: string;
  readonly version: string;
  readonly environment: string;
}

export type FalseAlarmAnswer =
  | ({ readonly kind: "replayed" } & FalseAlarmReplay)
  /** Nothing can be replayed: why, for people. */
  | { readonly kind: "none"; readonly why: string };

/** Answers within some seconds, and never rejects. */
export type ReplayFalseAlarm = (alarm: Alarm) => Promise<FalseAlarmAnswer>;

/** People wait for it, with a dialog open. */
const WITHIN: Milliseconds = 12_000;
const BAD_RELEASES = 5;
const SINCE: Milliseconds = 90 * 86_400_000;
/** Who submits a reason gets what the dialog showed. */
const KEPT: Milliseconds = 10 * 60_000;

/**
 * Replays the window of a breach with other limits of its check, and those that would have been quiet on bad
 * releases that the check found. Changes nothing.
 */
export function createFalseAlarmReplay(ports: {
  readonly state: Pick<StateReader, "component" | "policy">;
  readonly episodes: (component: string, since: Instant) => Promise<readonly Episode[]>;
  readonly replayer: EpisodeReplayer;
  readonly clock: Clock;
}): ReplayFalseAlarm {
  const { state, replayer, clock } = ports;
  const known = new Map<
    string,
    { readonly at: number; readonly answer: Promise<FalseAlarmAnswer> }
  >();

  async function replay(alarm: Alarm): Promise<FalseAlarmAnswer> {
    const { component, version, environment } = alarm;
    const never = new AbortController().signal;
    const what = "the replay took too long";
    const limit = startDeadline({ clock, after: WITHIN, signal: never, what });
    try {
      const own = await state.component(component);
      const release = own.releases[releaseId(component, version)];
      const promotion = release === undefined ? undefined : promotionInto(release, environment);
      const incident = promotion === undefined ? null : labelled(promotion);
      if (promotion === undefined || incident === null) return none("no check of it has failed");
      if (incident.phase !== undefined)
        return none("only breaches of the first watch are replayed");
      const watch = watchOf(alarm);
      const failed = incident.checks.map(({ check }) => check);
      const check = watch?.checks.find(({ name }) => failed.includes(name));
      if (watch === null || check === undefined) {
        return none("its check is not configured any more, or was an alert of another system");
      }
      const episodes = await ports.episodes(component, clock.now() - SINCE);
      const episode = episodes.find((one) => one.promotion === promotion.id);
      if (episode === undefined) return none("the ledger does not say when it took traffic");
      const bad = episodes.filter((one) => isKnownBad(one, episode, check)).slice(-BAD_RELEASES);
      return await tryVariants({ check, watch, episode, bad }, limit.signal);
    } catch (error) {
      return none(errorText(error));
    } finally {
      limit.met();
    }
  }

  function watchOf({ component, environment }: Alarm): WatchPolicy | null {
    const { components } = state.policy();
    const policy = Object.hasOwn(components, component) ? components[component] : undefined;
    return policy === undefined ? null : (environmentPolicy(policy, environment)?.watch ?? null);
  }

  async function tryVariants(
    tried: {
      readonly check: WatchCheck;
      readonly watch: WatchPolicy;
      readonly episode: Episode;
      readonly bad: readonly Episode[];
    },
    signal: AbortSignal,
  ): Promise<FalseAlarmAnswer> {
    const { check, watch, episode, bad } = tried;
    const variants = variantsOf(check);
    if (variants.length === 0) return none(`${check.name} has no limits that could be wider`);
    const results = await resultsOf(variants, episode, watch, signal);
    if (results.every((result) => result === "no-data")) {
      return none("the source has nothing of this time");
    }
    const quiet = variants.filter((_variant, index) => isQuiet(results[index] ?? "undecided"));
    const found = new Map<Variant, ReplayResult[]>(quiet.map((variant) => [variant, []]));
    let late = 0;
    for (const one of bad) {
      const own = await inTime(() =>
        replayAll([check, ...quiet.map((each) => each.check)], one, watch, signal),
      );
      if (own === null) late += 1;
      // What the check as it is would not find, or what is gone, is no reason against a change.
      if (own?.[0] !== "failed") continue;
      for (const [index, variant] of quiet.entries()) {
        found.get(variant)?.push(own[index + 1] ?? "undecided");
      }
    }
    const all = variants.map(
      (variant, index): VariantResult => ({
        variant,
        result: results[index] ?? "undecided",
        bad: found.get(variant) ?? [],
      }),
    );
    return {
      kind: "replayed",
      check: check.name,
      results: all,
      proposal: chooseVariant(check.name, all),
      note:
        late === 0 ? null : `${late} of ${bad.length} bad releases could not be replayed in time`,
    };
  }

  async function resultsOf(
    variants: readonly Variant[],
    episode: Episode,
    watch: WatchPolicy,
    signal: AbortSignal,
  ): Promise<readonly ReplayResult[]> {
    return replayAll(
      variants.map(({ check }) => check),
      episode,
      watch,
      signal,
    );
  }

  async function replayAll(
    checks: readonly WatchCheck[],
    episode: Episode,
    watch: WatchPolicy,
    signal: AbortSignal,
  ): Promise<readonly ReplayResult[]> {
    const replays = await replayer.replay(episode, checks, watch, signal);
    return replays.map(({ result }) => result);
  }

  return (alarm) => {
    const key = JSON.stringify([alarm.component, alarm.version, alarm.environment]);
    const now = clock.monotonic();
    for (const [other, { at }] of known) if (now - at > KEPT) known.delete(other);
    const present = known.get(key);
    if (present !== undefined) return present.answer;
    const answer = replay(alarm);
    known.set(key, { at: now, answer });
    return answer;
  };
}

async function inTime<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}

function isKnownBad(one: Episode, alarm: Episode, { name }: WatchCheck): boolean {
  return (
    one.promotion !== alarm.promotion &&
    one.environment === alarm.environment &&
    one.truth.kind === "bad" &&
    (one.breach?.checks.some(({ check }) => check === name) ?? false)
  );
}

function none(why: string): FalseAlarmAnswer {
  return { kind: "none", why };
}
