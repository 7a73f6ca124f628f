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
}
