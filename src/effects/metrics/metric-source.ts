import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Reading } from "../../core/verdict.ts";
import type { TemplateValues } from "../../shared/template.ts";

/**
 * What is made of the answer:
 * `value`: one series, one sample per step, absent points as `null`.
 * `increase`: the same, of how much counters rose in the step that ends at the point: each series for
 * itself, a counter that fell began again at 0, then their sum. Never of windows that overlap.
 * `buckets`: the same of each bucket of a histogram.
 * `patterns`: log lines by what they have in common, the most frequent first.
 */
export type RangeForm = "value" | "increase" | "buckets" | "patterns";

export interface RangeQuery {
  /** The rendered query. */
  readonly query: string;
  readonly form: RangeForm;
  readonly from: Instant;
  readonly to: Instant;
  readonly step: Milliseconds;
}

/** A system that keeps measurements and answers ranges, or knows which alerts fire. */
export interface MetricSource {
  readonly name: string;

  /**
   * A check's query with the variables in their places, escaped for the system's language.
   * @throws Error where the language has no way to write a value, e.g. a quote
   */
  render(query: string, variables: TemplateValues): string;

  /**
   * Idempotent. Never throws: what cannot be had is an `error` reading, what may lack parts is `partial`;
   * a form that the system has not is an `error` that says so.
   */
  range(query: RangeQuery, signal: AbortSignal): Promise<Reading>;

  /** Alerts with these labels that fire now, without those that are silenced or inhibited. Never throws. */
  alerts(match: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reading>;

  /** A link for people that shows this query, or null. */
  link(query: string): string | null;
}
