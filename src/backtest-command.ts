import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { type CheckPlace, placeOf, readCheckFile, watchWith } from "./check-file.ts";
import { commandLogger } from "./command-settings.ts";
import type { Configuration } from "./config/configuration.ts";
import { parseDuration } from "./config/duration.ts";
import { fileReaders } from "./config/file-readers.ts";
import { loadConfiguration } from "./config/policy-file.ts";
import { readSettings } from "./config/settings.ts";
import { asMetricSource } from "./connections.ts";
import type { Episode } from "./core/episodes/episode.ts";
import { describeBacktest } from "./core/replay/describe-backtest.ts";
import { describeWatchBacktest } from "./core/replay/describe-watch-backtest.ts";
import { type Tally, type Trial, tally } from "./core/replay/tally.ts";
import { tallyWatch, type WatchTrial } from "./core/replay/tally-watch.ts";
import type { WatchCheck } from "./core/watch-policy.ts";
import { createMetricSources } from "./effects/metrics/registry.ts";
import { createEpisodeReplayer, type EpisodeReplayer } from "./effects/replay/replay-episode.ts";
import { openToRead } from "./open-to-read.ts";
import { readEpisodes } from "./read-episodes.ts";
import { type Clock, systemClock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";

const USAGE =
  "slipway backtest --check FILE [--component C] [--environment E] [--since 90d] [--config FILE] [--json]";

interface Asked {
  readonly file: string;
  readonly component: string | null;
  readonly environment: string | null;
  /** From then on. */
  readonly since: number;
  readonly config: string | null;
  readonly json: boolean;
}

/** One check of the file, and what it would have said of each past release. */
interface Backtest {
  readonly tally: Tally;
  readonly trials: readonly Trial[];
}

/** What comes together while releases are replayed. */
interface Trials {
  /** By check of the file. */
  readonly checks: ReadonlyMap<string, Trial[]>;
  readonly watch: WatchTrial[];
}

/**
 * `slipway backtest`: what a check would have said of the releases that the ledger has, and what the watch
 * with it would have done. It reads the ledger and the history of the checks' sources, and changes nothing.
 * Resolves to the exit code.
 */
export async function backtestCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
  clock: Clock = systemClock,
): Promise<number> {
  const asked = readArguments(argv, clock.now());
  const settings = readSettings({ environment, readFile: fileReaders.readFile, slack: "optional" });
  const path = asked.config ?? settings.configPath;
  const configuration = loadConfiguration(path, environment, fileReaders);
  const secrets = () => [...settings.secrets(), ...configuration.secrets];
  const places = placesOf(asked, configuration);
  const configured = { path, environment, readers: fileReaders };
  const checked = places.map((place) => ({
    place,
    checks: readCheckFile(asked.file, place, configured),
  }));

  const logger = commandLogger(secrets);
  const opened = await openToRead(settings, clock, logger);
  try {
    const metrics = Object.values(configuration.metrics);
    const sources = createMetricSources(metrics.map(asMetricSource), { clock });
    const replayer = createEpisodeReplayer({ sources: () => sources, clock });
    const names = checked.flatMap(({ checks }) => checks.map(({ name }) => name));
    const trials: Trials = { checks: new Map(names.map((name) => [name, []])), watch: [] };
    for (const { place, checks } of checked) {
      const { name } = place.component;
      const episodes = await readEpisodes(opened.ledger, name, asked.since);
      const here = episodes.filter((episode) => episode.environment === place.environment.name);
      await replayAll(replayer, here, { place, checks }, trials);
    }
    const backtests = [...trials.checks].map(([check, all]) => ({
      tally: tally(check, all),
      trials: all,
    }));
    out.write(
      asked.json
        ? `${JSON.stringify(asJson(backtests, trials.watch), null, 2)}\n`
        : textOf(backtests, trials.watch),
    );
    return 0;
  } finally {
    await opened.close();
  }
}

/** One release after the other: a source that serves people is not to feel it. */
async function replayAll(
  replayer: EpisodeReplayer,
  episodes: readonly Episode[],
  { place, checks }: { readonly place: CheckPlace; readonly checks: readonly WatchCheck[] },
  trials: Trials,
): Promise<void> {
  const watch = watchWith(place, checks);
  for (const episode of episodes) {
    const signal = new AbortController().signal;
    const replayed = await replayer.replayWatch(episode, watch, signal);
    // Those of the file stand before the others of the watch.
    for (const [index, check] of checks.entries()) {
      const replay = replayed.checks[index];
      if (replay !== undefined) trials.checks.get(check.name)?.push({ episode, replay });
    }
    trials.watch.push({ episode, replay: replayed.watch });
  }
}

/** @throws ConfigError */
function readArguments(argv: readonly string[], now: number): Asked {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      check: { type: "string" },
      component: { type: "string" },
      environment: { type: "string" },
      since: { type: "string", default: "90d" },
      config: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  if (values.check === undefined) throw new ConfigError([USAGE]);
  return {
    file: values.check,
    component: values.component ?? null,
    environment: values.environment ?? null,
    since: sinceOf(values.since, now),
    config: values.config ?? null,
    json: values.json,
  };
}

/** `90d`, or a time. */
function sinceOf(text: string, now: number): number {
  const ago = parseDuration(text);
  if (ago !== null) return now - ago;
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new ConfigError([
    `--since ${text}: write how long ago, such as 90d, or a time such as 2026-11-22T09:00:00Z`,
  ]);
}

/** What the check is tried on: one environment, or all that are configured. @throws ConfigError */
function placesOf(asked: Asked, configuration: Configuration): readonly CheckPlace[] {
  const { components } = configuration.policy;
  const named = asked.component === null ? Object.keys(components) : [asked.component];
  const unknown = named.filter((name) => !Object.hasOwn(components, name));
  if (unknown.length > 0) {
    const known = Object.keys(components).join(", ");
    throw new ConfigError([`--component ${unknown.join(", ")}: there is ${known}`]);
  }
  const places = named.flatMap((name) =>
    (components[name]?.environments ?? [])
      .filter((one) => asked.environment === null || one.name === asked.environment)
      .flatMap((one) => placeOf(configuration, name, one.name) ?? []),
  );
  if (places.length > 0) return places;
  const known = new Set(
    named.flatMap((name) => components[name]?.environments.map((one) => one.name) ?? []),
  );
  throw new ConfigError([`--environment ${asked.environment}: there is ${[...known].join(", ")}`]);
}

function textOf(backtests: readonly Backtest[], watch: readonly WatchTrial[]): string {
  const checks = backtests.map(({ tally: one, trials }) =>
    trials.length === 0
      ? [`Check: ${one.check}`, "", "The ledger has no release that took traffic in that time."]
      : describeBacktest(one, trials),
  );
  const whole = watch.length === 0 ? [] : [describeWatchBacktest(tallyWatch(watch), watch)];
  return `${[...checks, ...whole].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function asJson(backtests: readonly Backtest[], watch: readonly WatchTrial[]) {
  return {
    checks: backtests.map(({ tally: one, trials }) => ({
      ...one,
      episodes: trials.map(({ episode, replay: { result, foundAt, sentence } }) => ({
        ...episodeJson(episode),
        result,
        foundAt: timeText(foundAt),
        sentence,
      })),
    })),
    watch: {
      ...tallyWatch(watch),
      episodes: watch.map(({ episode, replay: { outcome, at, sentence } }) => ({
        ...episodeJson(episode),
        outcome,
        at: timeText(at),
        sentence,
      })),
    },
  };
}

function episodeJson({ component, environment, version, from, outcome, truth }: Episode) {
  const happened = outcome.kind;
  return { component, environment, version, from: timeText(from), happened, truth };
}

function timeText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
