import { createLogger, type Logger } from "../../src/shared/logger.ts";

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A logger whose lines a test can read. */
export function memoryLogger(): { readonly log: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const log = createLogger({
    level: "debug",
    secrets: () => [],
    destination: { write: (line) => void lines.push(JSON.parse(line) as LogLine) },
  });
  return { log, lines };
}
