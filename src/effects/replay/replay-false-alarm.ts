import { type Episode, trafficEnd } from "../../core/episodes/episode.ts";
import { labelled } from "../../core/false-alarm.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import { environmentPolicy } from "../../core/policy.ts";
import { promotionInto } from "../../core/release.ts";
import { releaseId } from "../../core/release-id.ts";
import {
  type CheckReplay,
  chooseVariant,
  type FalseAlarmReplay,
  isQuiet,
  type VariantResult,
} from "../../core/replay/choose-variant.ts";
import type { ReplayResult } from "../../core/replay/replay-check.ts";
import type { GuardLooks } from "../../core/replay/replay-guard.ts";
import { type Variant, variantsOf } from "../../core/replay/variants.ts";
import type { GuardPolicy, WatchCheck, WatchPolicy } from "../../core/watch-policy.ts";
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
 * Replays what was in force when a breach was found, the watch or the looks of the guard, with other limits
 * of each check that failed, and those that would have been quiet on bad releases that the check found.
 * Changes nothing.
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
      const episodes = await ports.episodes(component, clock.now() - SINCE);
      const episode = episodes.find((one) => one.promotion === promotion.id);
      if (episode === undefined) return none("the ledger does not say when it took traffic");
      const watch = watchOf(alarm);
      const isGuards = incident.phase === "guard";
      const configured = (isGuards ? watch?.guard?.checks : watch?.checks) ?? [];
      const failed = [...new Set(incident.checks.map(({ check }) => check))];
      const checks = configured.filter(({ name }) => failed.includes(name));
      if (watch === null || checks.length === 0) {
        return none("its checks are not configured any more, or were alerts of another system");
      }
      const left = failed.filter((name) => checks.every((check) => check.name !== name));
      const breach = isGuards ? incident.at : null;
      return await tryAll({ checks, left, watch, episode, episodes, breach }, limit.signal);
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

  async function tryAll(
    { checks, left, watch, episode, episodes, breach }: Tried,
    signal: AbortSignal,
  ): Promise<FalseAlarmAnswer> {
    const variants = new Map(checks.map((check) => [check.name, variantsOf(check)]));
    const all = [...variants.values()].flat();
    if (all.length === 0) return none(`${namesOf(checks)} has no limits that could be wider`);
    const run = await resultsOf(all, { episode, watch, breach }, signal);
    if ([...run.values()].every((result) => result === "no-data")) {
      return none("the source has nothing of this time");
    }
    const quiet = all.filter((variant) => isQuiet(run.get(variant) ?? "undecided"));
    const found = new Map<Variant, ReplayResult[]>();
    const bad = episodes.filter((one) => isKnownBad(one, episode, checks)).slice(-BAD_RELEASES);
    let late = 0;
    for (const one of bad) {
      const about = { episode: one, watch, breach: guardBreach(one) };
      const results = await inTime(() =>
        badResults(one, { checks, quiet, variants }, about, signal),
      );
      if (results === null) late += 1;
      for (const [variant, result] of results ?? []) {
        found.set(variant, [...(found.get(variant) ?? []), result]);
      }
    }
    const replays = checks.flatMap((check): readonly CheckReplay[] => {
      const own = (variants.get(check.name) ?? []).map(
        (variant): VariantResult => ({
          variant,
          result: run.get(variant) ?? "undecided",
          bad: found.get(variant) ?? [],
        }),
      );
      const proposal = chooseVariant(check.name, own);
      return own.length === 0 ? [] : [{ check: check.name, results: own, proposal }];
    });
    const fixed = checks.filter(({ name }) => variants.get(name)?.length === 0);
    return {
      kind: "replayed",
      checks: replays,
      notes: [
        ...fixed.map(({ name }) => `${name} has no limits that could be wider`),
        ...left.map((name) => `${name} is not configured, or an alert of another system`),
        ...(late === 0
          ? []
          : [`${late} of ${bad.length} bad releases could not be replayed in time`]),
      ],
    };
  }

  /** Of a bad release: what quiet variants of those checks give that find it as they are. */
  async function badResults(
    one: Episode,
    { checks, quiet, variants }: Quiet,
    about: About,
    signal: AbortSignal,
  ): Promise<readonly (readonly [Variant, ReplayResult])[]> {
    const behind = checks.filter((check) => isBehind(one, check));
    const tried = behind.map((check): Variant => ({ check, words: "", diff: [] }));
    const mine = quiet.filter((variant) =>
      behind.some(({ name }) => variants.get(name)?.includes(variant)),
    );
    const results = await resultsOf([...tried, ...mine], about, signal);
    // What the check as it is would not find, or what is gone, is no reason against a change.
    const finding = new Set(
      tried.filter((as) => results.get(as) === "failed").map(({ check }) => check.name),
    );
    return mine
      .filter(({ check }) => finding.has(check.name))
      .map((variant) => [variant, results.get(variant) ?? "undecided"] as const);
  }

  /** In the watch of the release, or in the looks of its guard from the one that failed on. */
  async function resultsOf(
    variants: readonly Variant[],
    { episode, watch, breach }: About,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Variant, ReplayResult>> {
    const checks = variants.map(({ check }) => check);
    const replays =
      breach === null || watch.guard === null
        ? await replayer.replay(episode, checks, watch, signal)
        : await replayer.replayGuard(
            episode,
            checks,
            looksFrom(breach, { episode, guard: watch.guard, now: clock.now() }),
            signal,
          );
    return new Map(
      variants.flatMap((variant, index) => {
        const replayed = replays[index];
        return replayed === undefined ? [] : [[variant, replayed.result] as const];
      }),
    );
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

interface About {
  readonly episode: Episode;
  readonly watch: WatchPolicy;
  /** When its guard found the breach; null: its watch did. */
  readonly breach: Instant | null;
}

interface Tried extends About {
  /** Those that failed, as they are configured now. */
  readonly checks: readonly WatchCheck[];
  /** What failed as well, and cannot be replayed. */
  readonly left: readonly string[];
  readonly episodes: readonly Episode[];
}

interface Quiet {
  readonly checks: readonly WatchCheck[];
  readonly quiet: readonly Variant[];
  readonly variants: ReadonlyMap<string, readonly Variant[]>;
}

/** A limit that is wider may only trip later: looks go on for another window, or until the traffic went. */
function looksFrom(
  breach: Instant,
  {
    episode,
    guard,
    now,
  }: { readonly episode: Episode; readonly guard: GuardPolicy; readonly now: Instant },
): GuardLooks {
  const { every, window } = guard;
  const last = Math.min(trafficEnd(episode) ?? now, breach + window, now);
  const since = episode.guardedSince ?? episode.from;
  return { first: breach, last: Math.max(breach, last), every, window, since };
}

async function inTime<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}

function isKnownBad(one: Episode, alarm: Episode, checks: readonly WatchCheck[]): boolean {
  return (
    one.promotion !== alarm.promotion &&
    one.environment === alarm.environment &&
    one.truth.kind === "bad" &&
    checks.some((check) => isBehind(one, check))
  );
}

function isBehind({ breach }: Episode, { name }: WatchCheck): boolean {
  return breach?.checks.some(({ check }) => check === name) ?? false;
}

function guardBreach({ breach }: Episode): Instant | null {
  return breach?.phase === "guard" ? breach.at : null;
}

function namesOf(checks: readonly WatchCheck[]): string {
  return checks.map(({ name }) => name).join(", ");
}

function none(why: string): FalseAlarmAnswer {
  return { kind: "none", why };
}
