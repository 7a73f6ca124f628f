import { type DestinationStream as LogDestination, type Logger, pino } from "pino";
import { redact } from "./redact.ts";

export type { LogDestination, Logger };

/**
 * JSON lines on standard output: a static message, and fields. Every line passes through `redact`, so
 * that a secret that slipped into an error text does not leave the process.
 */
export function createLogger(options: {
  readonly level: string;
  readonly secrets: () => readonly string[];
  readonly destination?: LogDestination;
}): Logger {
  const out = options.destination ?? process.stdout;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => out.write(redact(line, options.secrets())) },
  );
}
