import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { isAway } from "./database-error.ts";

const AGAIN_AFTER: Milliseconds = 2_000;

/**
 * Opens a database that may be starting, or failing over, at this moment: tries again for so long, and says
 * so. What a database that is there answers is final.
 * @throws what the last try threw
 */
export async function whenThere<T>(
  open: () => Promise<T>,
  patience: Milliseconds,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<T> {
  const end = clock.monotonic() + patience;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!isAway(error) || clock.monotonic() + AGAIN_AFTER > end) throw error;
      const seconds = Math.ceil((end - clock.monotonic()) / 1000);
      logger.warn(
        { error: errorText(error), seconds },
        "PostgreSQL is not there yet, and will be tried again for so many seconds",
      );
      await clock.sleep(AGAIN_AFTER);
    }
  }
}
