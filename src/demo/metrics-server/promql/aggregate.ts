import { dropLabels, keepLabels, type Labels, labelsKey, METRIC_NAME } from "../labels.ts";
import type { AggregateOperator, Grouping } from "./expression.ts";
import type { Element } from "./value.ts";

/** One element per group. Nothing to aggregate gives nothing, not 0: no data is not zero. */
export function aggregate(
  operator: AggregateOperator,
  grouping: Grouping,
  elements: readonly Element[],
): readonly Element[] {
  const groups = new Map<string, { readonly labels: Labels; readonly values: number[] }>();
  for (const { labels, value } of elements) {
    const own = groupLabels(grouping, labels);
    const group = groups.get(labelsKey(own)) ?? { labels: own, values: [] };
    group.values.push(value);
    groups.set(labelsKey(own), group);
  }
  return [...groups.values()].map(({ labels, values }) => ({
    labels,
    value: combine(operator, values),
  }));
}

function groupLabels({ kind, labels: names }: Grouping, labels: Labels): Labels {
  if (kind === "by") return keepLabels(labels, names);
  return dropLabels(labels, [...names, METRIC_NAME]);
}

function combine(operator: AggregateOperator, values: readonly number[]): number {
  switch (operator) {
    case "sum":
      return compensatedSum(values);
    case "avg":
      return mean(values);
    case "count":
      return values.length;
    case "min":
      return values.reduce((best, value) => (value < best || Number.isNaN(best) ? value : best));
    case "max":
      return values.reduce((best, value) => (value > best || Number.isNaN(best) ? value : best));
  }
}

/** The sum itself may be too large for a number although the mean is not. */
function mean(values: readonly number[]): number {
  const sum = compensatedSum(values);
  if (Number.isFinite(sum) || !values.every(Number.isFinite)) return sum / values.length;
  return compensatedSum(values.map((value) => value / values.length));
}

/** Kahan's summation in Neumaier's form, so that small values beside large ones are not lost. */
function compensatedSum(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    if (!Number.isFinite(next)) lost = 0;
    else if (Math.abs(sum) >= Math.abs(value)) lost += sum - next + value;
    else lost += value - next + sum;
    sum = next;
  }
  return sum + lost;
}
