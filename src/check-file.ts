import { join } from "node:path";
import type { Configuration } from "./config/configuration.ts";
import type { Environment } from "./config/environment.ts";
import { type ConfigReaders, loadConfiguration } from "./config/policy-file.ts";
import { readYaml } from "./config/yaml/yaml-tree.ts";
import { type ComponentPolicy, type EnvironmentPolicy, environmentPolicy } from "./core/policy.ts";
import type { JudgedPolicy } from "./core/replay/replay-watch.ts";
import type { WatchCheck } from "./core/watch-policy.ts";
import type { Timing } from "./effects/replay/replay-episode.ts";
import { ConfigError } from "./shared/errors.ts";

/** Where checks are to be read as if they stood there. */
export interface CheckPlace {
  readonly component: ComponentPolicy;
  readonly environment: EnvironmentPolicy;
  readonly timing: Timing;
}

/**
 * Reads a file with one check, or a list of them, as the watch of an environment would have them: through
 * the loader of the configuration itself, with everything that it checks.
 * @throws ConfigError with every problem, at its line and column in the file
 */
export function readCheckFile(
  file: string,
  place: CheckPlace,
  configured: {
    readonly path: string;
    readonly environment: Environment;
    readonly readers: ConfigReaders;
  },
): readonly WatchCheck[] {
  const { path, environment, readers } = configured;
  const frame = framed(file, textOf(file, readers), place);
  const names = readers.listFolder(path);
  const own = "configuration.yml";
  const merged: ConfigReaders = {
    listFolder: (folder) => (folder === FOLDER ? [...(names ?? [own]), CHECKS] : null),
    readFile: (name) => {
      if (name === join(FOLDER, CHECKS)) return frame.text;
      if (name === join(FOLDER, own) && names === null) return readers.readFile(path);
      return readers.readFile(
        name.startsWith(FOLDER) ? join(path, name.slice(FOLDER.length)) : name,
      );
    },
  };
  return checksIn(() => loadConfiguration(FOLDER, environment, merged), frame, file);
}

/** Names that no configuration has. */
const FOLDER = "/slipway-check-file";
const CHECKS = "zz-checks.yml";
const NAME = "slipway-check-file";

interface Frame {
  readonly text: string;
  /** What stands before the file's own text. */
  readonly lines: number;
  readonly columns: number;
}

function textOf(file: string, readers: ConfigReaders): string {
  try {
    return readers.readFile(file);
  } catch (error) {
    throw new ConfigError([`${file}: cannot be read (${String(error)})`]);
  }
}

/** The text of the file where the checks of a watch stand, in a component that is like the one it is for. */
function framed(file: string, text: string, { component, environment, timing }: CheckPlace): Frame {
  const alone = readYaml(file, text, () => ({ kind: "value", value: "" }));
  const broken = alone.problems.filter(({ message }) => message.startsWith("not YAML"));
  if (broken.length > 0) {
    const problems = broken.map(
      ({ place, message }) => `${place.file}:${place.line}:${place.column} ${message}`,
    );
    throw new ConfigError(problems);
  }
  const isList = Array.isArray(alone.value);
  const { use, with: params } = environment.deploy;
  const head = [
    "components:",
    `  ${NAME}:`,
    `    kind: ${component.kind}`,
    "    environments:",
    `      ${JSON.stringify(environment.name)}:`,
    `        deploy: ${JSON.stringify({ use, with: params })}`,
    "        watch:",
    `          for: ${timing.for}ms`,
    `          every: ${timing.every}ms`,
    `          warmUp: ${timing.warmUp}ms`,
    "          checks:",
    ...(isList ? [] : ["            -"]),
  ];
  const columns = isList ? 12 : 14;
  const indented = text
    .split(/\r?\n/)
    .map((line) => (line.trim() === "---" ? "" : line))
    .map((line) => (line === "" ? "" : " ".repeat(columns) + line));
  return { text: [...head, ...indented, ""].join("\n"), lines: head.length, columns };
}

function checksIn(load: () => Configuration, frame: Frame, file: string): readonly WatchCheck[] {
  try {
    const { policy } = load();
    const component = policy.components[NAME];
    const [environment] = component?.environments ?? [];
    return environment?.watch?.checks ?? [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.problems.map((problem) => moved(problem, frame, file)));
  }
}

/** A problem at its place in the file, and its path from the top of it. */
function moved(problem: string, { lines, columns }: Frame, file: string): string {
  const [whole, line, column, rest] = /^[^:]*zz-checks\.yml:(\d+):(\d+) (.*)$/s.exec(problem) ?? [];
  if (whole === undefined) return problem;
  const place = `${file}:${Math.max(1, Number(line) - lines)}:${Math.max(1, Number(column) - columns)}`;
  const path = /^components\.slipway-check-file\.environments\.(?:[\w-]+|"[^"]*")\.watch\./;
  return `${place} ${(rest ?? "").replace(path, "")}`;
}

/** The watch of a place with these checks in it, instead of those of the same names. */
export function watchWith(
  { environment: { watch }, timing }: CheckPlace,
  checks: readonly WatchCheck[],
): JudgedPolicy & Timing {
  const names = new Set(checks.map(({ name }) => name));
  const others = (watch?.checks ?? []).filter(({ name }) => !names.has(name));
  const { for: length, every, warmUp } = timing;
  return {
    for: length,
    every,
    warmUp,
    checks: [...checks, ...others],
    score: watch?.score ?? null,
    on: watch?.on ?? ASKING,
  };
}

/** What is done where an environment has no watch, as where a watch does not say. */
const ASKING: JudgedPolicy["on"] = { failure: "ask", inconclusive: "ask", error: "ask" };

/** The environment's own timing, or that of an episode without a watch. */
export function placeOf(
  configuration: Configuration,
  component: string,
  environment: string,
): CheckPlace | null {
  const { components } = configuration.policy;
  const policy = Object.hasOwn(components, component) ? components[component] : undefined;
  const found = policy === undefined ? undefined : environmentPolicy(policy, environment);
  if (policy === undefined || found === undefined) return null;
  const timing = found.watch ?? USUAL;
  return { component: policy, environment: found, timing };
}

/** Where an environment has no watch. */
const USUAL: Timing = { for: 30 * 60_000, every: 30_000, warmUp: 0 };
