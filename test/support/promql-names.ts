import { parser } from "@prometheus-io/lezer-promql";

/** What an expression asks for. */
export interface PromqlNames {
  /** Each metric, with the labels that are matched on it. */
  readonly selected: readonly { readonly metric: string; readonly labels: readonly string[] }[];
  /** Labels by which results are grouped. */
  readonly grouped: readonly string[];
}

/** Grafana's own durations, which are no PromQL. */
const VARIABLES = /\$__(?:rate_)?interval/g;

/** @throws Error where it is not PromQL, or selects without naming a metric */
export function namesIn(expression: string): PromqlNames {
  const text = expression.replaceAll(VARIABLES, "5m");
  const selected: { metric: string; labels: string[] }[] = [];
  const grouped: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, type, from, to, node }) => {
      const written = text.slice(from, to);
      if (type.isError) throw new Error(`not PromQL at ${from}: ${text}`);
      if (name === "VectorSelector") {
        const metric = node.getChild("Identifier");
        if (metric === null) throw new Error(`${written} names no metric`);
        selected.push({ metric: text.slice(metric.from, metric.to), labels: [] });
      }
      if (name !== "LabelName") return;
      if (node.parent?.name === "GroupingLabels") grouped.push(written);
      else selected.at(-1)?.labels.push(written);
    },
  });
  return { selected, grouped };
}
