import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Reading } from "../../core/verdict.ts";

export interface RangeQuery {
  /** The rendered query. */
  readonly query: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly step: Milliseconds;
}

/** A system that keeps measurements and answers ranges. */
export interface MetricSource {
  readonly name: string;

  /**
   * One series over a window, one sample per step, absent points as `null`.
   * Idempotent. Never throws: what cannot be had is an `error` reading, what may lack parts is `partial`.
   */
  range(query: RangeQuery, signal: AbortSignal): Promise<Reading>;

  /** A link for people that shows this query, or null. */
  link(query: string): string | null;
}
