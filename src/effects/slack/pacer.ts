import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";

/** A limit: at most `limit` calls within any `per` milliseconds. */
export interface Lane {
  readonly name: string;
  readonly limit: number;
  readonly per: Milliseconds;
}

interface LaneState {
  /** When the last calls went, oldest first, at most `limit`. */
  sent: readonly number[];
  /** The latest time that somebody was told to come back at. */
  promised: number;
  pausedUntil: number;
}

/** Idle lanes are forgotten when there are more than this many. */
const MANY = 1_000;

/**
 * Says when a call may go, without waiting for it. Whoever comes too early is told when to come back, each
 * at a time of their own, so that they do not all come back at once. All times are on the monotonic clock.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, LaneState>();
  readonly #promises = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * 0: go now, it is counted as gone. Else: how many milliseconds to wait before asking again. Asking
   * earlier, with the same key, gives the same time.
   */
  admit(key: string, lanes: readonly Lane[]): Milliseconds {
    const now = this.#clock.monotonic();
    const states = lanes.map((lane) => ({ lane, state: this.#stateOf(lane.name) }));
    const free = Math.max(...states.map(({ lane, state }) => freeAt(lane, state)));
    if (free <= now) {
      for (const { lane, state } of states) state.sent = [...state.sent, now].slice(-lane.limit);
      this.#promises.delete(key);
      return 0;
    }
    const promised = this.#promises.get(key);
    if (promised !== undefined && promised > now && promised >= free) return promised - now;
    const busy = states.filter(({ lane, state }) => freeAt(lane, state) > now);
    return this.#promise(key, busy, free) - now;
  }

  /** Slack said to wait: nothing goes in this lane until then. */
  pause(lane: string, wait: Milliseconds): void {
    const state = this.#stateOf(lane);
    state.pausedUntil = Math.max(state.pausedUntil, this.#clock.monotonic() + wait);
  }

  #promise(
    key: string,
    busy: readonly { readonly lane: Lane; readonly state: LaneState }[],
    free: number,
  ): number {
    const at = Math.max(
      free,
      ...busy.map(({ lane, state }) => state.promised + lane.per / lane.limit),
    );
    for (const { state } of busy) state.promised = at;
    this.#promises.set(key, at);
    return at;
  }

  #stateOf(name: string): LaneState {
    const present = this.#lanes.get(name);
    if (present !== undefined) return present;
    if (this.#lanes.size >= MANY) this.#forgetIdle();
    const state = { sent: [], promised: Number.NEGATIVE_INFINITY, pausedUntil: 0 };
    this.#lanes.set(name, state);
    return state;
  }

  #forgetIdle(): void {
    const idleSince = this.#clock.monotonic() - 60_000;
    for (const [name, { sent, promised, pausedUntil }] of this.#lanes) {
      if (Math.max(sent.at(-1) ?? 0, promised, pausedUntil) < idleSince) this.#lanes.delete(name);
    }
    for (const [key, at] of this.#promises) if (at < idleSince) this.#promises.delete(key);
  }
}

function freeAt(lane: Lane, state: LaneState): number {
  const oldest = state.sent.length < lane.limit ? undefined : state.sent[0];
  return Math.max(state.pausedUntil, oldest === undefined ? 0 : oldest + lane.per);
}
