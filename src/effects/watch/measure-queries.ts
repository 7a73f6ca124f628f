import type { AlertSubject, LabelMatch } from "../../core/alert.ts";
import type { Measured } from "../../core/measured.ts";
import type { Reading } from "../../core/verdict.ts";
import type { Measure } from "../../core/watch-policy.ts";
import type { RangeForm } from "../metrics/metric-source.ts";

/** How the parts of a measure are asked for. */
export interface AskParts {
  query(template: string, form: RangeForm): Promise<Reading>;
  alerts(match: LabelMatch): Promise<Reading>;
}

/** A reading for each query of a measure, all asked at the same time. */
export async function askMeasure(measure: Measure, ask: AskParts): Promise<Measured> {
  switch (measure.kind) {
    case "value":
      return { kind: "value", value: await ask.query(measure.query, "value") };
    case "ratio": {
      const part = "good" in measure ? measure.good : measure.bad;
      const [counted, total] = await Promise.all([
        ask.query(part, "increase"),
        ask.query(measure.total, "increase"),
      ]);
      return "good" in measure
        ? { kind: "ratio", good: counted, total }
        : { kind: "ratio", bad: counted, total };
    }
    case "count":
      return { kind: "count", events: await ask.query(measure.events, "increase") };
    case "histogram":
    case "drift":
      return { kind: measure.kind, buckets: await ask.query(measure.buckets, "buckets") };
    case "patterns":
      return { kind: "patterns", patterns: await ask.query(measure.query, "patterns") };
    case "alerts":
      return { kind: "alerts", alerts: await ask.alerts(measure.match) };
  }
}

/** The templates of a measure's queries, the one that people look at first. */
export function queriesOf(measure: Measure): readonly string[] {
  switch (measure.kind) {
    case "value":
    case "patterns":
      return [measure.query];
    case "ratio":
      return ["good" in measure ? measure.good : measure.bad, measure.total];
    case "count":
      return [measure.events];
    case "histogram":
    case "drift":
      return [measure.buckets];
    case "alerts":
      return [];
  }
}

/** The labels that alerts of a release have. */
export function labelsOf(
  match: LabelMatch,
  subject: AlertSubject,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(match).map(([label, value]) => [label, value.valueFor(subject)]),
  );
}
