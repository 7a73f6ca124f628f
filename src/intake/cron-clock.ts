import { type ScheduledTask, schedule } from "node-cron";
import type { Instant } from "../core/json.ts";
import { errorText } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";

/** A time of day that comes again and again. */
export interface CronClock {
  /** Replaces what was scheduled; null: nothing is. */
  set(expression: string | null, timezone: string): void;
  stop(): Promise<void>;
}

/**
 * Calls back at the times of a cron expression, with the time that was due. Times that passed while the
 * process was down, or could not run, are not made up for.
 */
export function createCronClock(options: {
  readonly name: string;
  readonly onTime: (due: Instant) => Promise<void>;
  readonly logger: Logger;
}): CronClock {
  const { name, onTime, logger } = options;
  let task: ScheduledTask | null = null;
  let present = "";

  return {
    set(expression, timezone) {
      const wanted = expression === null ? "" : `${timezone} ${expression}`;
      if (wanted === present) return;
      present = wanted;
      void task?.destroy();
      task =
        expression === null
          ? null
          : schedule(
              expression,
              async ({ date }) => {
                try {
                  await onTime(date.getTime());
                } catch (error) {
                  logger.error(
                    { clock: name, error: errorText(error) },
                    "a scheduled time was missed",
                  );
                }
              },
              { timezone, noOverlap: true },
            );
    },
    async stop() {
      await task?.destroy();
      task = null;
      present = "";
    },
  };
}
