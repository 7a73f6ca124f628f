import type { Instant, Milliseconds } from "../json.ts";

/** Of `total` events in the step that ends at `at`, `bad` were bad. A step without events is no point. */
export interface RatioPoint {
  readonly at: Instant;
  readonly bad: number;
  readonly total: number;
}

/** Events in the step that ends at `at`. */
export interface CountPoint {
  readonly at: Instant;
  readonly events: number;
  readonly time: Milliseconds;
}

/** A number at a moment; a point without one is left out. */
export interface ValuePoint {
  readonly at: Instant;
  readonly value: number;
}

/** Two series that are compared, oldest point first. */
export type Pair =
  | {
      readonly kind: "ratio";
      readonly release: readonly RatioPoint[];
      readonly baseline: readonly RatioPoint[];
    }
  | {
      readonly kind: "count";
      readonly release: readonly CountPoint[];
      readonly baseline: readonly CountPoint[];
    }
  | {
      readonly kind: "value";
      readonly release: readonly ValuePoint[];
      readonly baseline: readonly ValuePoint[];
    };
