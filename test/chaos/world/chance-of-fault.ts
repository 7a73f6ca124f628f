import type { SeededRandom } from "../../support/seeded-random.ts";
import type { Fault, PassedRequest } from "./faulty-gate.ts";

/** When requests go wrong. Turned up, down and off from outside. */
export interface ChanceOfFault {
  next(request: PassedRequest): Fault;
  /** Everything is refused for a while. */
  outage(milliseconds: number): void;
  /** From now on nothing goes wrong. */
  calm(): void;
}

const NONE: Fault = { kind: "none" };

/** `share` of the requests meet one of the faults. */
export function chanceOfFault(options: {
  readonly random: SeededRandom;
  readonly share: number;
  readonly faults: (random: SeededRandom) => Fault;
}): ChanceOfFault {
  const { random, share, faults } = options;
  let outUntil = 0;
  let isCalm = false;
  return {
    next: () => {
      if (isCalm) return NONE;
      if (Date.now() < outUntil) return { kind: "refuse", status: 503, retryAfter: null };
      return random.chance(share) ? faults(random) : NONE;
    },
    outage: (milliseconds) => {
      outUntil = Date.now() + milliseconds;
    },
    calm: () => {
      isCalm = true;
    },
  };
}

/** What can happen to any request of a system that may be asked again. */
export function anyFault(random: SeededRandom): Fault {
  const faults: readonly Fault[] = [
    { kind: "refuse", status: 503, retryAfter: null },
    { kind: "refuse", status: 429, retryAfter: 1 },
    { kind: "cut-before" },
    { kind: "cut-after" },
    { kind: "fail-after", status: 500 },
    { kind: "slow", milliseconds: 100 + random.below(1_500) },
    { kind: "slow-answer", milliseconds: 100 + random.below(1_500) },
  ];
  return random.pick(faults);
}
