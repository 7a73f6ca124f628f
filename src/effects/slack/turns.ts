import type { Instant, Milliseconds } from "../../core/json.ts";
import type { MessageRef } from "../../core/release.ts";
import type { Clock } from "../../shared/clock.ts";
import { type Lane, Pacer } from "./pacer.ts";
import { SlackCallError } from "./slack-call-error.ts";

/** What is assumed where Slack answers "too often" without saying for how long. */
const UNTOLD_WAIT: Milliseconds = 60_000;

/** Not yet: ask again then. `ref` is the message as it stands, where there is one. */
export interface Later {
  readonly kind: "later";
  readonly at: Instant;
  readonly ref: MessageRef | null;
}

export interface Turn {
  /** Whoever comes back with the same key is told the same time. */
  readonly key: string;
  /** The first is the one that Slack's "too often" is about. */
  readonly lanes: readonly [Lane, ...Lane[]];
  readonly ref: MessageRef | null;
}

/** Makes calls when they may be made, and says when where they may not. Never waits. */
export class Turns {
  readonly #clock: Clock;
  readonly #pacer: Pacer;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#pacer = new Pacer(clock);
  }

  /** @throws whatever `call` throws, except that it was made too often */
  async take<T>(turn: Turn, call: () => Promise<T>): Promise<T | Later> {
    const wait = this.#pacer.admit(turn.key, turn.lanes);
    if (wait > 0) return this.#later(turn, wait);
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof SlackCallError) || error.kind !== "limited") throw error;
      this.#pacer.pause(turn.lanes[0].name, error.retryAfter ?? UNTOLD_WAIT);
      return this.#later(turn, this.#pacer.admit(turn.key, turn.lanes));
    }
  }

  #later(turn: Turn, wait: Milliseconds): Later {
    return { kind: "later", at: Math.ceil(this.#clock.now() + wait), ref: turn.ref };
  }
}
