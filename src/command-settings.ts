import { fileReaders } from "./config/file-readers.ts";
import { readSettings, type Settings } from "./config/settings.ts";
import { createLogger, type Logger } from "./shared/logger.ts";

/**
 * The settings of a command that is run beside the server: without those of Slack, which it has no use for.
 * @throws ConfigError
 */
export function commandSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  return readSettings({ environment, readFile: fileReaders.readFile, slack: "optional" });
}

/** Warnings on standard error: what a command answers goes to standard output. */
export function commandLogger(secrets: () => readonly string[]): Logger {
  return createLogger({ level: "warn", secrets, destination: process.stderr });
}
