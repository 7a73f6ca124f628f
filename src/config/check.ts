import { ConfigError } from "../shared/errors.ts";
import type { Configuration } from "./configuration.ts";
import type { Environment } from "./environment.ts";
import { type ConfigReaders, loadConfiguration } from "./policy-file.ts";

export interface CheckResult {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
}

/** What `slipway check` prints, and its exit code: 0 for a valid configuration, with or without warnings. */
export function checkConfiguration(
  path: string,
  environment: Environment,
  readers: ConfigReaders,
): CheckResult {
  try {
    const configuration = loadConfiguration(path, environment, readers);
    const warnings = configuration.warnings.map((warning) => `${warning} (warning)`);
    return { lines: [...warnings, summary(path, configuration)], exitCode: 0 };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { problems } = error;
    return { lines: [...problems, `${path}: ${counted(problems.length, "problem")}`], exitCode: 1 };
  }
}

function summary(path: string, configuration: Configuration): string {
  const count = (entries: object, what: string) => counted(Object.keys(entries).length, what);
  const parts = [
    count(configuration.policy.components, "component"),
    count(configuration.sources, "source"),
    count(configuration.deployers, "deployer"),
    count(configuration.metrics, "metrics source"),
  ];
  return `${path}: valid; ${parts.join(", ")}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
