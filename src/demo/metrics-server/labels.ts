/** Label names to values; the metric's name is the label `__name__`. An empty value means no label. */
export type Labels = Readonly<Record<string, string>>;

export const METRIC_NAME = "__name__";

/** The value of a label, empty where the series lacks it: to PromQL the two are the same. */
export function labelValue(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? "") : "";
}

/** The same text for the same labels in whatever order. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(sortedEntries(labels));
}

export function sortedLabels(labels: Labels): Labels {
  return Object.fromEntries(sortedEntries(labels));
}

export function keepLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

export function dropLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

/** As Prometheus prints labels in its messages: `{code="500", job="app"}`. */
export function labelsText(labels: Labels): string {
  const pairs = sortedEntries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(", ")}}`;
}

function sortedEntries(labels: Labels): readonly (readonly [string, string])[] {
  return Object.entries(labels)
    .filter(([, value]) => value !== "")
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
}
