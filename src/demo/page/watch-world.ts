import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import type { CiDesk } from "../ci-desk.ts";
import type { SampleWorld } from "../sample-world.ts";
import type { Serving } from "../serving.ts";
import type { LiveUpdates } from "./live-updates.ts";
import { renderWorld, type WorldState } from "./render-world.ts";

/** Milliseconds between two looks at the runtimes, while a page is open. */
const EVERY = 1000;

export interface WorldWatch {
  /** What was seen last. */
  state(): WorldState;
  /** Looks now, and tells the pages if anything is different. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** Keeps the world panel of every open page as the world is. */
export function watchWorld(options: {
  readonly world: SampleWorld;
  readonly ci: CiDesk;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly updates: LiveUpdates;
}): WorldWatch {
  const { world, ci, clock, logger, updates } = options;
  const stop = new AbortController();
  let serving: readonly Serving[] = [];
  const state = () => ({ runs: ci.runs(), serving });

  function tell(): void {
    updates.tell("world", renderWorld(state()).html);
  }

  async function look(): Promise<void> {
    try {
      serving = await world.serving();
    } catch (error) {
      logger.warn({ error: errorText(error) }, "the runtimes do not say what they serve");
      serving = [];
    }
    tell();
  }

  async function watch(): Promise<void> {
    while (!stop.signal.aborted) {
      if (updates.listeners() > 0) await look();
      await clock.sleep(EVERY, stop.signal);
    }
  }

  const unsubscribe = ci.subscribe(tell);
  const watching = watch();
  return {
    state,
    look,
    close: async () => {
      unsubscribe();
      stop.abort();
      await watching;
    },
  };
}
