import type { Alert } from "../../core/alert.ts";
import type { Reading } from "../../core/verdict.ts";
import { oneLine } from "../one-line.ts";

/** More than a person reads, and than a watch keeps. */
const MOST_ALERTS = 1_000;
const MOST_LABELS = 64;
const LONGEST_VALUE = 500;
const LONGEST_ADDRESS = 2_000;

/** What an alerting system says of an alert that fires. */
export interface FiringAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: number;
  readonly url: string | null;
  readonly because: Alert["because"];
}

/** True: it has all of these labels, with exactly these values. */
export function hasLabels(
  labels: Readonly<Record<string, string>>,
  match: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(match).every(
    ([name, value]) => Object.hasOwn(labels, name) && labels[name] === value,
  );
}

/** The alerts as a reading, oldest first, with untrusted texts cut to what a card and the ledger should hold. */
export function alertsReading(firing: readonly FiringAlert[]): Reading {
  if (firing.length > MOST_ALERTS) {
    const why = `${firing.length} alerts fire with these labels, and at most ${MOST_ALERTS} are taken: match more labels`;
    return { kind: "error", why };
  }
  const alerts = firing.map(alertOf).toSorted((a, b) => a.startsAt - b.startsAt);
  return { kind: "alerts", alerts };
}

function alertOf({ fingerprint, labels, annotations, startsAt, url, because }: FiringAlert): Alert {
  const summary = oneLine(annotations.summary || annotations.description || "", LONGEST_VALUE);
  return {
    fingerprint,
    status: "firing",
    name: oneLine(labels.alertname || "without a name", LONGEST_VALUE),
    labels: Object.fromEntries(
      Object.entries(labels)
        .slice(0, MOST_LABELS)
        .map(([name, value]) => [name, oneLine(value, LONGEST_VALUE)]),
    ),
    summary: summary === "" ? null : summary,
    startsAt,
    endsAt: null,
    url: url !== null && isWebAddress(url) ? url : null,
    because,
  };
}

function isWebAddress(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && /^https?:\/\//i.test(text) && URL.canParse(text);
}
