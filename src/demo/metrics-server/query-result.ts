import { type Labels, labelsKey, sortedLabels } from "./labels.ts";
import type { Element, Value } from "./promql/value.ts";

type Sample = readonly [seconds: number, value: string];

/** The `data` member of an answer of Prometheus' HTTP API. Numbers of samples are strings there. */
export type QueryResult =
  | {
      readonly resultType: "vector";
      readonly result: readonly { readonly metric: Labels; readonly value: Sample }[];
    }
  | {
      readonly resultType: "matrix";
      readonly result: readonly { readonly metric: Labels; readonly values: readonly Sample[] }[];
    }
  | { readonly resultType: "scalar"; readonly result: Sample };

/** @param at milliseconds since the Unix epoch at which the query was evaluated */
export function instantResult(value: Value, at: number): QueryResult {
  switch (value.kind) {
    case "scalar":
      return { resultType: "scalar", result: sample(at, value.value) };
    case "vector":
      return {
        resultType: "vector",
        result: byLabels(value.elements).map((element) => ({
          metric: sortedLabels(element.labels),
          value: sample(at, element.value),
        })),
      };
    case "matrix":
      return {
        resultType: "matrix",
        result: byLabels(value.series).map(({ labels, readings }) => ({
          metric: sortedLabels(labels),
          values: readings.map((reading) => sample(reading.at, reading.value)),
        })),
      };
  }
}

/** Joins the answers at single instants into series; where a series has no value, the point is absent. */
export function rangeResult(
  steps: Iterable<{ readonly at: number; readonly value: Value }>,
): QueryResult {
  const series = new Map<string, { readonly labels: Labels; readonly values: Sample[] }>();
  for (const { at, value } of steps) {
    for (const element of elementsOf(value)) {
      const key = labelsKey(element.labels);
      const joined = series.get(key) ?? { labels: element.labels, values: [] };
      joined.values.push(sample(at, element.value));
      series.set(key, joined);
    }
  }
  return {
    resultType: "matrix",
    result: byLabels([...series.values()]).map(({ labels, values }) => ({
      metric: sortedLabels(labels),
      values,
    })),
  };
}

function elementsOf(value: Value): readonly Element[] {
  if (value.kind === "vector") return value.elements;
  if (value.kind === "scalar") return [{ labels: {}, value: value.value }];
  throw new Error("a range query of a range vector was let through");
}

function byLabels<T extends { readonly labels: Labels }>(items: readonly T[]): readonly T[] {
  return items.toSorted((left, right) =>
    labelsKey(left.labels) < labelsKey(right.labels) ? -1 : 1,
  );
}

function sample(at: number, value: number): Sample {
  return [at / 1000, formatNumber(value)];
}

/** As Go's shortest form, which Prometheus prints: `+Inf`, `-0`, and exponents of two digits. */
function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  if (Object.is(value, -0)) return "-0";
  return String(value).replace(/e([-+])(\d)$/, "e$10$2");
}
