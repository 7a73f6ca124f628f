import type { Milliseconds } from "../../core/json.ts";
import { anySignal } from "../check-lease.ts";
import { type OperationBody, type OperationContext, wanted } from "./operation-context.ts";

/** How often a long start is checked against the state: this long it may hold up a rollback. */
const LOOK_EVERY: Milliseconds = 2_000;

export interface Wanted {
  /** Fires with the given one, and when nothing waits for the operation any more. */
  readonly signal: AbortSignal;
  /** Whether it was given up. */
  isUnwanted(): boolean;
  end(): void;
}

/** Looks after an operation whose start lasts as long as the operation itself. */
export function whileWanted(
  context: OperationContext,
  body: OperationBody,
  given: AbortSignal,
): Wanted {
  const givenUp = new AbortController();
  const ended = new AbortController();

  async function look(): Promise<void> {
    while (!ended.signal.aborted && !givenUp.signal.aborted) {
      await context.clock.sleep(LOOK_EVERY, ended.signal);
      if (ended.signal.aborted) return;
      // A state that cannot be read now says nothing: the operation goes on.
      const recorded = await wanted(context, body).catch(() => "unreadable" as const);
      if (recorded === null) givenUp.abort(new Error("nothing waits for it any more"));
    }
  }
  void look();

  return {
    signal: anySignal(given, givenUp.signal),
    isUnwanted: () => givenUp.signal.aborted,
    end: () => ended.abort(),
  };
}
