import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { type CheckPlace, placeOf } from "./check-file.ts";
import { commandLogger } from "./command-settings.ts";
import type { Configuration } from "./config/configuration.ts";
import { parseDuration } from "./config/duration.ts";
import { fileReaders } from "./config/file-readers.ts";
import type { MetricSettings } from "./config/metric-settings.ts";
import { loadConfiguration } from "./config/policy-file.ts";
import { readSettings } from "./config/settings.ts";
import { asMetricSource } from "./connections.ts";
import { duration } from "./core/describe.ts";
import type { Episode } from "./core/episodes/episode.ts";
import type { Instant, Milliseconds } from "./core/json.ts";
import { healthyTime } from "./core/suggest/healthy-time.ts";
import { type History, LEAST_APART, propose, windowLength } from "./core/suggest/propose.ts";
import { type Signal, signalsOf } from "./core/suggest/signals.ts";
import { type Suggestions, suggestionText } from "./core/suggest/suggestion-text.ts";
import { apartIn, type Span } from "./core/suggest/windows.ts";
import { createMetricServer } from "./effects/metrics/metric-server.ts";
import type { MetricSource } from "./effects/metrics/metric-source.ts";
import { createMetricSource } from "./effects/metrics/registry.ts";
import { readCatalog } from "./effects/suggest/series-catalog.ts";
import { askMeasure } from "./effects/watch/measure-queries.ts";
import { type OpenedToRead, openToRead } from "./open-to-read.ts";
import { readEpisodes } from "./read-episodes.ts";
import { type Clock, systemClock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";

const USAGE =
  "slipway suggest COMPONENT [--environment E] [--since 14d] [--source NAME] [--config FILE] [--json]";

/** What speaks the language of Prometheus. */
type PrometheusSource = Extract<
  MetricSettings,
  { readonly type: "prometheus" | "alertmanager" | "grafana" }
>;

interface Asked {
  readonly component: string;
  readonly environment: string | null;
  readonly since: Milliseconds;
  readonly source: string | null;
  readonly config: string | null;
  readonly json: boolean;
}

/**
 * `slipway suggest`: checks for a component, with limits learned from the past of its metrics, and how often
 * each would have been a false alarm. It changes nothing. Resolves to the exit code.
 */
export async function suggestCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
  clock: Clock = systemClock,
): Promise<number> {
  const asked = readArguments(argv);
  const settings = readSettings({ environment, readFile: fileReaders.readFile, slack: "optional" });
  const path = asked.config ?? settings.configPath;
  const configuration = loadConfiguration(path, environment, fileReaders);
  const place = placeIn(configuration, asked);
  const metrics = metricsOf(configuration, asked.source);
  const now = clock.now();
  const time = { from: now - asked.since, to: now };

  const secrets = () => [...settings.secrets(), ...configuration.secrets];
  const past = await pastOf(place, time.from, () =>
    openToRead(settings, clock, commandLogger(secrets)),
  );
  const signals = await signalsIn(metrics, asked, past.episodes, time, clock);
  const source = createMetricSource(asMetricSource(metrics), { clock });
  const histories: History[] = [];
  for (const signal of signals) {
    histories.push(await historyOf(source, signal, { time, every: place.timing.every }));
  }
  const { known, healthy, leftOut } = healthyTime(histories, past.episodes, {
    time,
    watch: place.timing.for,
  });
  refuseTooLittle(healthy, known, place, metrics.name);
  const suggestions: Suggestions = {
    component: asked.component,
    environment: place.environment.name,
    source: metrics.name,
    ...known,
    timing: place.timing,
    leftOut,
    withoutLedger: past.problem,
    proposed: histories.map((history) =>
      propose(history, metrics.name, { timing: place.timing, healthy }),
    ),
  };
  out.write(
    asked.json ? `${JSON.stringify(asJson(suggestions), null, 2)}\n` : suggestionText(suggestions),
  );
  return 0;
}

/** The releases of the place, as far as there is a ledger that can be read: checks can be learned without. */
async function pastOf(
  { component, environment }: CheckPlace,
  since: Instant,
  open: () => Promise<OpenedToRead>,
): Promise<{ readonly episodes: readonly Episode[]; readonly problem: string | null }> {
  try {
    const opened = await open();
    try {
      const all = await readEpisodes(opened.ledger, component.name, since);
      return { episodes: all.filter((one) => one.environment === environment.name), problem: null };
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { episodes: [], problem: error.problems.join("; ") };
  }
}

/** @throws ConfigError */
function readArguments(argv: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      environment: { type: "string" },
      since: { type: "string", default: "14d" },
      source: { type: "string" },
      config: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const [component, ...more] = positionals;
  if (component === undefined || more.length > 0) throw new ConfigError([USAGE]);
  const since = parseDuration(values.since);
  if (since === null)
    throw new ConfigError([`--since ${values.since}: write how long ago, such as 14d`]);
  return {
    component,
    environment: values.environment ?? null,
    since,
    source: values.source ?? null,
    config: values.config ?? null,
    json: values.json,
  };
}

/** Production where there is one, else the last environment. @throws ConfigError */
function placeIn(configuration: Configuration, { component, environment }: Asked): CheckPlace {
  const { components } = configuration.policy;
  const policy = Object.hasOwn(components, component) ? components[component] : undefined;
  if (policy === undefined) {
    throw new ConfigError([`${component}: there is ${Object.keys(components).join(", ")}`]);
  }
  const names = policy.environments.map(({ name }) => name);
  const usual = names.includes("production") ? "production" : names.at(-1);
  const place = placeOf(configuration, component, environment ?? usual ?? "");
  if (place === null)
    throw new ConfigError([`--environment ${environment}: there is ${names.join(", ")}`]);
  return place;
}

/** @throws ConfigError */
function metricsOf({ metrics }: Configuration, named: string | null): PrometheusSource {
  const all = Object.values(metrics).flatMap((one) => (one.type === "prometheus" ? [one] : []));
  const found = named === null ? all[0] : all.find(({ name }) => name === named);
  if (found !== undefined) return found;
  const known = all.map(({ name }) => name).join(", ");
  throw new ConfigError([
    known === ""
      ? "there is no source of type prometheus under metrics: checks are learned from one"
      : `--source ${named}: it is none of type prometheus; there is ${known}`,
  ]);
}

async function signalsIn(
  metrics: PrometheusSource,
  { component }: Asked,
  episodes: readonly Episode[],
  time: Span,
  clock: Clock,
): Promise<readonly Signal[]> {
  const server = createMetricServer(metrics, { clock });
  const catalog = await readCatalog(server, component, time, new AbortController().signal);
  if (catalog.kind !== "series") throw new ConfigError([catalog.why]);
  const versions = episodes.map(({ version }) => version);
  const signals = signalsOf(catalog.series, catalog.own, versions);
  if (signals.length > 0) return signals;
  const names = [...new Set(catalog.series.map(({ __name__ }) => __name__))]
    .slice(0, 10)
    .join(", ");
  throw new ConfigError([
    `${metrics.name} has series of ${component} (${names}), and none is a counter that says how events ended, a counter of errors, or a histogram`,
  ]);
}

async function historyOf(
  source: MetricSource,
  signal: Signal,
  { time, every }: { readonly time: Span; readonly every: Milliseconds },
): Promise<History> {
  const stop = new AbortController().signal;
  const measured = await askMeasure(signal.overall, {
    query: (query, form) => source.range({ query, form, ...time, step: every }, stop),
    alerts: async () => ({ kind: "error", why: "alerts have no past" }),
  });
  return { signal, measured };
}

/** @throws ConfigError */
function refuseTooLittle(
  healthy: readonly Span[],
  known: Span,
  { timing }: CheckPlace,
  source: string,
): void {
  const length = windowLength(timing);
  if (apartIn(healthy, length) >= LEAST_APART) return;
  throw new ConfigError([
    `${source} has ${duration(known.to - known.from)} of history, and too little of it is of healthy releases: at least ${duration(LEAST_APART * length)} is needed to learn checks for watches of ${duration(timing.for)}; ask for more with --since, or come back later`,
  ]);
}

function asJson({ proposed, from, to, ...rest }: Suggestions) {
  return {
    ...rest,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    proposed: proposed.map((one) =>
      one.kind === "none"
        ? { name: one.signal.name, suggested: false, why: one.why }
        : {
            name: one.proposal.check.name,
            suggested: true,
            measure: one.proposal.signal.measure,
            pass: one.proposal.check.pass?.source,
            effect: one.proposal.effect,
            normal: one.proposal.normal,
            falseAlarms: one.proposal.rate,
          },
    ),
  };
}
