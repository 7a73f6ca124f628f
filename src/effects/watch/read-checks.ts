import type { Milliseconds } from "../../core/json.ts";
import type { Reading } from "../../core/verdict.ts";
import type { WatchCheck } from "../../core/watch-policy.ts";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import { startDeadline, unlessAborted } from "../deadline.ts";
import type { MetricSource } from "../metrics/metric-source.ts";
import { createTurnTaking, type TurnTaking } from "../metrics/turn-taking.ts";
import type { WatchWindow } from "./watch-window.ts";

/** A check with its query as it is sent. */
export interface RenderedCheck {
  readonly check: WatchCheck;
  readonly query: string;
}

export interface ReadCheck extends RenderedCheck {
  readonly reading: Reading;
}

export interface CheckReader {
  /** A reading for each check; what cannot be had is an `error`. Rejects only when the signal fires. */
  read(
    checks: readonly RenderedCheck[],
    window: WatchWindow,
    signal: AbortSignal,
  ): Promise<readonly ReadCheck[]>;
}

/** Queries of all watches that one source gets at once. */
const AT_ONCE = 6;
/** For all checks of a tick, the wait for their turn included. */
const READ_WITHIN: Milliseconds = 45_000;

/**
 * Asks sources for the checks of a tick: each different query once, all at the same time, and each source
 * only so many at once, so that one that is slow holds up its own checks and nobody else's.
 */
export function createCheckReader(options: {
  /** By name, as configured now. */
  readonly sources: () => Readonly<Record<string, MetricSource>>;
  readonly clock: Clock;
}): CheckReader {
  const turns = new Map<string, TurnTaking>();

  function turnsOf(source: string): TurnTaking {
    const taking = turns.get(source) ?? createTurnTaking(AT_ONCE);
    turns.set(source, taking);
    return taking;
  }

  async function ask(
    name: string,
    query: string,
    window: WatchWindow,
    signal: AbortSignal,
  ): Promise<Reading> {
    const sources = options.sources();
    const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
    if (source === undefined) {
      return { kind: "error", why: `the metrics source "${name}" is not configured` };
    }
    const { from, to, every: step } = window;
    try {
      const reading = turnsOf(name).take(signal, () =>
        source.range({ query, form: "value", from, to, step }, signal),
      );
      return await unlessAborted(signal, reading);
    } catch (error) {
      const why = signal.aborted ? `${name} did not answer in time` : errorText(error);
      return { kind: "error", why };
    }
  }

  return {
    read: async (checks, window, signal) => {
      signal.throwIfAborted();
      const what = "the metrics sources did not answer";
      const limit = startDeadline({ clock: options.clock, after: READ_WITHIN, signal, what });
      const asked = new Map<string, Promise<Reading>>();
      const askOnce = (source: string, query: string): Promise<Reading> => {
        const same = JSON.stringify([source, query]);
        const reading = asked.get(same) ?? ask(source, query, window, limit.signal);
        asked.set(same, reading);
        return reading;
      };
      const read = await Promise.all(
        checks.map(async ({ check, query }) => ({
          check,
          query,
          reading: await askOnce(check.source, query),
        })),
      );
      limit.met();
      // A source that was interrupted says "error": that is not a measurement.
      signal.throwIfAborted();
      return read;
    },
  };
}
