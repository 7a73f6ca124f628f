import { createLogger, type Logger } from "../../src/shared/logger.ts";

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A real logger whose lines, without their times, a test can read. */
export function captureLogs(): { readonly logger: Logger; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const destination = {
    write(text: string) {
      const { time: _time, ...line } = JSON.parse(text) as LogLine;
      lines.push(line as LogLine);
    },
  };
  return { logger: createLogger({ level: "debug", secrets: () => [], destination }), lines };
}
