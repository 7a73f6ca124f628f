import { LogLevel, type Logger as SdkLogger } from "@slack/bolt";
import { errorText } from "./errors.ts";
import type { Logger } from "./logger.ts";

/**
 * What Slack's packages log, as lines of ours. Their debug lines are dropped: they print whole requests
 * and answers, which never belong in a log.
 */
export function slackSdkLogger(log: Logger): SdkLogger {
  return {
    debug: () => {},
    info: (...parts: readonly unknown[]) => log.debug({ sdk: textOf(parts) }, "slack sdk"),
    warn: (...parts: readonly unknown[]) => log.warn({ sdk: textOf(parts) }, "slack sdk"),
    error: (...parts: readonly unknown[]) => log.error({ sdk: textOf(parts) }, "slack sdk"),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

function textOf(parts: readonly unknown[]): string {
  return parts.map(errorText).join(" ");
}
