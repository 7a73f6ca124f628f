import { setImmediate } from "node:timers/promises";
import type { Dispatch } from "./core/outcome.ts";
import type { Clock } from "./shared/clock.ts";
import { errorText } from "./shared/errors.ts";
import type { Logger } from "./shared/logger.ts";

export interface Reviews {
  /** Looks at every component again; a review under way begins anew. */
  begin(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** Those under way together share the writes to the disk. */
const AT_ONCE = 64;
const AGAIN_AFTER = 5_000;

/**
 * What waits was decided on under a policy that may not be the present one: after a start, and after each
 * change of the configuration, every component is looked at again. Nobody waits for that: a click that comes
 * first is decided under the present policy, and a card that shows older evidence is refused.
 */
export function createReviews(ports: {
  readonly components: () => Promise<readonly string[]>;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly logger: Logger;
}): Reviews {
  const { components, dispatch, clock, logger } = ports;
  let present = new AbortController();
  let ended = Promise.resolve();

  async function reviewAll(signal: AbortSignal): Promise<void> {
    const unreviewed = (await components()).values();
    const reviewOneByOne = async () => {
      for (const component of unreviewed) {
        if (signal.aborted) return;
        await dispatch({ type: "Review", component }, []);
        // A thousand of them at a stretch would hold up everybody else.
        await setImmediate();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, reviewOneByOne));
  }

  /** Until the store has taken all of it. */
  async function reviewUntilDone(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await reviewAll(signal);
      } catch (error) {
        logger.error(
          { error: errorText(error) },
          "the configuration was not applied everywhere, and will be tried again",
        );
        await clock.sleep(AGAIN_AFTER, signal);
      }
    }
  }

  return {
    begin() {
      present.abort();
      present = new AbortController();
      const { signal } = present;
      ended = ended.then(() => reviewUntilDone(signal));
    },
    stop() {
      present.abort();
      return ended;
    },
  };
}
