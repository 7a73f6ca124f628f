import { createLogger, type Logger } from "../../src/shared/logger.ts";

/** A real logger whose lines are kept. */
export function recordingLogger(): {
  readonly logger: Logger;
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
} {
  const written: string[] = [];
  const logger = createLogger({
    level: "debug",
    secrets: () => [],
    destination: { write: (line) => void written.push(line) },
  });
  return {
    logger,
    lines: () =>
      written.map((line) => {
        const { time: _time, ...fields } = JSON.parse(line) as Record<string, unknown>;
        return fields;
      }),
  };
}
