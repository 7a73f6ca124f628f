import type { Instant } from "./json.ts";

/** One alert of an alerting system, at one moment of its life. */
export interface Alert {
  /** Of its labels, as its system makes it: the same alert again has the same one. */
  readonly fingerprint: string;
  readonly status: "firing" | "resolved";
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** One line for people. Untrusted text. */
  readonly summary: string | null;
  readonly startsAt: Instant;
  /** null while it fires. */
  readonly endsAt: Instant | null;
  /** Where people look at it; null where its system does not say, or not by http. */
  readonly url: string | null;
  /**
   * `condition`: what it watches is as bad as its rule says. `no-data`: its system could not measure, which
   * proves nothing about what it watches.
   */
  readonly because: "condition" | "no-data";
}

/** What an alert must be about, to count for the watch of a release. */
export interface AlertSubject {
  readonly component: string;
  readonly environment: string;
  readonly version: string;
}

/** What the values of `match` may stand for: `{{version}}` and so on. */
export const ALERT_VARIABLES = ["component", "environment", "version"] as const;

/** The value that a label must have. Compiled by `config`. */
export interface LabelValue {
  /** As it is written. */
  readonly source: string;
  /** The same whatever the alert is about. */
  readonly fixed: boolean;
  valueFor(subject: AlertSubject): string;
}

/** Labels that an alert must have, each with exactly this value. */
export type LabelMatch = Readonly<Record<string, LabelValue>>;

/**
 * Why an alert's labels do not fit; null: they do. `subject` null: what the values stand for is not known
 * yet, so that one which is not fixed fits anything.
 */
export function labelMismatch(
  match: LabelMatch,
  { labels }: Pick<Alert, "labels">,
  subject: AlertSubject | null,
): string | null {
  for (const [label, wanted] of Object.entries(match)) {
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    if (value === undefined) return `it has no label ${label}`;
    if (subject === null && !wanted.fixed) continue;
    const expected = subject === null ? wanted.source : wanted.valueFor(subject);
    if (value !== expected) return `its label ${label} is ${value}, not ${expected}`;
  }
  return null;
}
