import { hash } from "node:crypto";
import { join } from "node:path";
import type { z } from "zod";
import { canonicalJson } from "../core/json.ts";
import { ConfigError, errorText } from "../shared/errors.ts";
import { buildDeployer, buildSink, buildSource, record } from "./build-adapters.ts";
import { buildMetrics } from "./build-metrics.ts";
import { buildPolicy } from "./build-policy.ts";
import { wrongComparisons } from "./checks/comparisons.ts";
import {
  duplicateNames,
  endlessFreezes,
  missingParams,
  silentAlertSources,
  sourceCredentials,
} from "./checks/consistency.ts";
import { partsWithoutKey, unknownParts } from "./checks/joins.ts";
import { metricCredentials } from "./checks/metrics.ts";
import { unansweredMeasures, wrongQueries } from "./checks/queries.ts";
import { type Finding, unknownReferences, wrongNeeds } from "./checks/references.ts";
import { warningsOf } from "./checks/warnings.ts";
import { impossibleWatches } from "./checks/watches.ts";
import type { Configuration } from "./configuration.ts";
import { type Environment, readVariable } from "./environment.ts";
import { problemsOf } from "./issue-text.ts";
import { configError, type Problem, pathText, problemTexts } from "./problems.ts";
import { configurationSchema, type ParsedConfiguration } from "./schema/configuration.ts";
import { type ConfigurationTree, mergeTrees } from "./yaml/merge.ts";
import { readYaml } from "./yaml/yaml-tree.ts";

/** How the configuration is read: from the file system, or from what a test hands in. */
export interface ConfigReaders {
  /** @throws Error when there is no such file, or it cannot be read */
  readFile(path: string): string;
  /** Names of the files of a folder; null when the path is not a folder. */
  listFolder(path: string): readonly string[] | null;
}

/** Enough to tell configurations apart, and short enough to be read aloud. */
const DIGEST_LENGTH = 12;

/** Checks between places, which no schema of one place can make. */
const CHECKS = [
  unknownReferences,
  wrongNeeds,
  duplicateNames,
  sourceCredentials,
  silentAlertSources,
  metricCredentials,
  missingParams,
  impossibleWatches,
  wrongQueries,
  unansweredMeasures,
  wrongComparisons,
  endlessFreezes,
  unknownParts,
  partsWithoutKey,
];

/**
 * Reads and checks a configuration: a YAML file, or all of them in a folder.
 * @throws ConfigError with every problem, as `file:line:column path: what is wrong; what to write`
 */
export function loadConfiguration(
  path: string,
  environment: Environment,
  readers: ConfigReaders,
): Configuration {
  const variable = (name: string) =>
    readVariable(name, environment, (file) => readers.readFile(file));
  const trees = filesOf(path, readers).map((file) => {
    const text = orUnreadable(file, () => readers.readFile(file));
    return readYaml(file, text, variable);
  });
  const tree = mergeTrees(trees);
  // The rest of a file that is not YAML is unknown: what it defines would be reported as unknown names.
  if (tree.problems.some(({ message }) => message.startsWith("not YAML"))) {
    throw configError(tree.problems, tree.secrets);
  }
  const result = configurationSchema.safeParse(tree.value);
  const found = [
    ...(result.error?.issues ?? []).flatMap((issue: z.core.$ZodIssue) => problemsOf(issue, tree)),
    ...CHECKS.flatMap((check) => check(tree.value)).map((finding) => located(finding, tree)),
  ];
  // A value that could not be read has no other fault.
  const unread = tree.problems.map(({ path: unreadable }) => pathText(unreadable));
  const problems = [
    ...tree.problems,
    ...found.filter(({ path: faulty }) => !unread.includes(pathText(faulty))),
  ];
  if (problems.length > 0 || !result.success) throw configError(problems, tree.secrets);
  return build(result.data, tree);
}

function build(parsed: ParsedConfiguration, tree: ConfigurationTree): Configuration {
  return {
    digest: hash("sha256", canonicalJson(tree.source), "hex").slice(0, DIGEST_LENGTH),
    policy: buildPolicy(parsed, tree.source),
    sources: record(parsed.sources, buildSource),
    deployers: record(parsed.deployers, buildDeployer),
    metrics: record(parsed.metrics, buildMetrics),
    sinks: record(parsed.sinks, buildSink),
    people: parsed.people.map(({ slack, github, email }) => ({
      slack,
      github: github ?? null,
      email: email ?? null,
    })),
    warnings: problemTexts(warningsOf(tree.value).map((finding) => located(finding, tree))),
    secrets: [...new Set(tree.secrets)],
  };
}

function located({ path, at, message, offset }: Finding, tree: ConfigurationTree): Problem {
  const { key, value, within } = tree.positionsOf(path);
  if (offset !== undefined) return { place: within(offset), path, message };
  return { place: at === "key" ? (key ?? value) : value, path, message };
}

/** The files of a configuration, in the order of their names. */
function filesOf(path: string, readers: ConfigReaders): readonly string[] {
  const names = orUnreadable(path, () => readers.listFolder(path));
  if (names === null) return [path];
  const files = names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).toSorted();
  if (files.length > 0) return files.map((name) => join(path, name));
  throw new ConfigError([
    `${path}: no *.yml or *.yaml in this folder; examples/slipway.yml is a start`,
  ]);
}

function orUnreadable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const text = errorText(error);
    const why = text.startsWith("ENOENT") ? "there is no such file" : `cannot be read (${text})`;
    throw new ConfigError([
      `${path}: ${why}; set SLIPWAY_CONFIG to your file or folder, examples/slipway.yml is a start`,
    ]);
  }
}
