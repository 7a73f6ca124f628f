import { createLogger, type Logger } from "../../src/shared/logger.ts";

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A real logger whose lines a test can read. */
export function captureLogs(): { readonly logger: Logger; lines(): readonly LogLine[] } {
  const lines: LogLine[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return {
    logger: createLogger({ level: "debug", secrets: () => [], destination }),
    lines: () => lines,
  };
}
