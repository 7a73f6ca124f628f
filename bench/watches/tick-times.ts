import type { Ledger } from "../../src/ledger/ledger.ts";
import type { Clock } from "../../src/shared/clock.ts";

/** Milliseconds after each tick was due: when it was begun, and when what it came to was durable. */
export interface TickTimes {
  readonly begun: readonly number[];
  readonly settled: readonly number[];
}

/** Takes the times of the ticks that pass through a ledger. */
export class TickTimer {
  #begun: number[] = [];
  #settled: number[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(ledger: Ledger): Ledger {
    return new Proxy(ledger, {
      get: (target, member) => {
        if (member === "claim") {
          return async (...asked: Parameters<Ledger["claim"]>) => {
            const claims = await target.claim(...asked);
            for (const { body, due } of claims) {
              if (body.kind === "watch") this.#begun.push(this.#clock.now() - due);
            }
            return claims;
          };
        }
        if (member === "settle") {
          return async (...settled: Parameters<Ledger["settle"]>) => {
            await target.settle(...settled);
            const [{ body, due }] = settled;
            if (body.kind === "watch") this.#settled.push(this.#clock.now() - due);
          };
        }
        const value: unknown = Reflect.get(target, member, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** Those since it was last asked. */
  take(): TickTimes {
    const times = { begun: this.#begun, settled: this.#settled };
    this.#begun = [];
    this.#settled = [];
    return times;
  }
}
