import type { Instant, Milliseconds } from "../json.ts";

/** The time in which a release is measured. */
export interface WatchWindow {
  /** When it took traffic. */
  readonly deployedAt: Instant;
  /** Where the points that are judged begin: with the traffic, or later where the window slides. */
  readonly from: Instant;
  /** When it ends, if nothing trips before. */
  readonly until: Instant;
  /** Distance of the points. */
  readonly every: Milliseconds;
  /** Points in this first part are not judged. */
  readonly warmUp: Milliseconds;
}
