import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import type { Configuration } from "./config/configuration.ts";
import { fileReaders } from "./config/file-readers.ts";
import { loadConfiguration } from "./config/policy-file.ts";
import { readSettings } from "./config/settings.ts";
import { describeSimulation } from "./core/describe-simulation.ts";
import type { SimulationRequest } from "./core/simulate.ts";
import type { RequestHeaders } from "./intake/sources/source.ts";
import { openToRead } from "./open-to-read.ts";
import { type Clock, systemClock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";
import { createLogger } from "./shared/logger.ts";
import { readSimulatedEvent } from "./simulated-event.ts";
import { simulateOn } from "./simulation.ts";
import { createStateReader } from "./state-reader.ts";

const USAGE =
  "slipway simulate --component C --environment E [--event FILE --source S [--header 'NAME: VALUE']...] [--at TIME]";

interface Asked {
  readonly component: string;
  readonly environment: string;
  readonly event: { readonly file: string; readonly source: string } | null;
  readonly headers: RequestHeaders;
  /** null: now. */
  readonly at: number | null;
}

/**
 * `slipway simulate`: what would come of an event, or of the newest release, in an environment. It reads the
 * ledger, also while Slipway runs on it, and changes nothing. Resolves to the exit code.
 */
export async function simulateCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
  clock: Clock = systemClock,
): Promise<number> {
  const asked = readArguments(argv);
  const settings = readSettings({
    environment,
    readFile: fileReaders.readFile,
    slack: "optional",
  });
  const configuration = loadConfiguration(settings.configPath, environment, fileReaders);
  const now = asked.at ?? clock.now();
  const say = (sentence: string) => out.write(`${sentence}\n`);
  const reported = readReported(asked, configuration, now, say);
  if (reported === null) return 0;

  const logger = createLogger({
    level: "warn",
    secrets: () => [...settings.secrets(), ...configuration.secrets],
    destination: process.stderr,
  });
  const opened = await openToRead(settings, clock, logger);
  try {
    const state = createStateReader(opened.ledger, () => configuration.policy);
    const { component } = asked;
    const result = await simulateOn(state, {
      component,
      environment: asked.environment,
      ...reported,
      directory: {},
      now,
    });
    if (result.kind === "refused") {
      say(`Nothing would happen: ${result.refusal.sentence}.`);
      return 0;
    }
    for (const { title, lines } of describeSimulation(result.simulation)) {
      say(title);
      for (const line of lines) say(`  ${line}`);
    }
    say("Nothing was changed.");
    return 0;
  } finally {
    await opened.close();
  }
}

/** @throws ConfigError */
function readArguments(argv: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      component: { type: "string" },
      environment: { type: "string" },
      event: { type: "string" },
      source: { type: "string" },
      header: { type: "string", multiple: true },
      at: { type: "string" },
    },
  });
  const { component, environment, event, source, at } = values;
  if (component === undefined || environment === undefined) throw new ConfigError([USAGE]);
  if ((event === undefined) !== (source === undefined)) {
    throw new ConfigError([`--event and --source go together: ${USAGE}`]);
  }
  const instant = at === undefined ? null : Date.parse(at);
  if (instant !== null && Number.isNaN(instant)) {
    throw new ConfigError([`--at ${at}: write a time such as 2026-11-22T09:00:00Z`]);
  }
  return {
    component,
    environment,
    event: event === undefined || source === undefined ? null : { file: event, source },
    headers: Object.fromEntries((values.header ?? []).map(readHeader)),
    at: instant,
  };
}

function readHeader(text: string): readonly [string, string] {
  const [, name = "", value = ""] = /^([^\s:]+):\s*(.*)$/.exec(text) ?? [];
  if (name === "") throw new ConfigError([`--header ${text}: write 'NAME: VALUE'`]);
  return [name.toLowerCase(), value];
}

/** null: the event makes no release, which has been said. */
function readReported(
  { event, headers, component }: Asked,
  { sources, policy }: Configuration,
  now: number,
  say: (sentence: string) => unknown,
): Pick<SimulationRequest, "build" | "part"> | null {
  if (event === null) return { build: null };
  const source = Object.hasOwn(sources, event.source) ? sources[event.source] : undefined;
  if (source === undefined) {
    const known = Object.keys(sources).join(", ");
    throw new ConfigError([`--source ${event.source}: there is no such source; there is ${known}`]);
  }
  const { components } = policy;
  const read = readSimulatedEvent({
    file: event.file,
    source,
    headers,
    component,
    components,
    now,
  });
  if (read.kind === "none") {
    say(`The event would make no release of ${component}: ${read.why}.`);
    return null;
  }
  if (read.note !== null) say(read.note);
  const { build, part } = read;
  return { build, ...(part === undefined ? {} : { part }) };
}
