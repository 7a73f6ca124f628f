import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { AdapterError } from "../../shared/errors.ts";

/** A failure is remembered for this long, so that a broken Slack is not asked again by every drawing. */
const FAILURE_LIVES: Milliseconds = 5_000;

interface Entry<V> {
  readonly value: Promise<V>;
  /** On the monotonic clock; Infinity while it is being loaded. */
  expiresAt: number;
}

/** Remembers what was loaded, for a while. Whoever asks during a load waits for that load. */
export class ExpiringCache<V> {
  readonly #clock: Clock;
  readonly #lives: Milliseconds;
  readonly #entries = new Map<string, Entry<V>>();

  constructor(options: { readonly clock: Clock; readonly lives: Milliseconds }) {
    this.#clock = options.clock;
    this.#lives = options.lives;
  }

  /** @throws whatever `load` throws, and that again for a short while */
  get(key: string, load: () => Promise<V>): Promise<V> {
    const now = this.#clock.monotonic();
    for (const [old, { expiresAt }] of this.#entries) {
      if (expiresAt <= now) this.#entries.delete(old);
    }
    const present = this.#entries.get(key);
    if (present !== undefined) return present.value;
    const entry: Entry<V> = { value: load(), expiresAt: Number.POSITIVE_INFINITY };
    this.#entries.set(key, entry);
    entry.value.then(
      () => {
        entry.expiresAt = this.#clock.monotonic() + this.#lives;
      },
      (error: unknown) => {
        entry.expiresAt = this.#clock.monotonic() + failureLives(error);
      },
    );
    return entry.value;
  }

  /** What is being loaded now will not be remembered either. */
  clear(): void {
    this.#entries.clear();
  }
}

function failureLives(error: unknown): Milliseconds {
  const wait = error instanceof AdapterError ? error.retryAfter : null;
  return Math.max(FAILURE_LIVES, wait ?? 0);
}
