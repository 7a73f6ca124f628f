import { dropLabels, type Labels, labelsKey, labelValue, METRIC_NAME } from "../labels.ts";
import { firstAfter, type Series, type SeriesStore } from "../series-store.ts";
import { aggregate } from "./aggregate.ts";
import { evaluateBinary } from "./evaluate-binary.ts";
import type { Expression, RangeSelector, Selector } from "./expression.ts";
import { extrapolatedIncrease } from "./extrapolated-rate.ts";
import { type Bucket, histogramQuantile } from "./histogram-quantile.ts";
import { QueryError } from "./query-error.ts";
import type { Element, RangeSeries, Value } from "./value.ts";

/** A value this old is no longer the present one; Prometheus' default lookback delta. */
const LOOKBACK = 5 * 60 * 1000;

/**
 * Evaluates a parsed query at any number of instants.
 * Windows are open at their start and closed at their end, as in Prometheus 3 (version 2 also took a value
 * exactly at the start).
 * @returns a function of milliseconds since the Unix epoch
 * @throws QueryError `execution` from the returned function, when series cannot be told apart or paired
 */
export function createEvaluation(
  store: SeriesStore,
  expression: Expression,
): (at: number) => Value {
  const selected = new Map<Selector, readonly Series[]>();
  return (at) => evaluate({ at, select }, expression);

  function select(selector: Selector): readonly Series[] {
    const known = selected.get(selector);
    if (known !== undefined) return known;
    const found = store.select((labels) =>
      selector.matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.label))),
    );
    selected.set(selector, found);
    return found;
  }
}

interface Context {
  readonly at: number;
  select(selector: Selector): readonly Series[];
}

function evaluate(context: Context, expression: Expression): Value {
  switch (expression.kind) {
    case "number":
      return { kind: "scalar", value: expression.value };
    case "selector":
      return { kind: "vector", elements: present(context, expression) };
    case "range":
      return { kind: "matrix", series: readingsIn(context, expression) };
    case "rate":
      return { kind: "vector", elements: rates(context, expression) };
    case "histogram-quantile": {
      const quantile = scalarOf(evaluate(context, expression.quantile));
      const buckets = elementsOf(evaluate(context, expression.buckets));
      return { kind: "vector", elements: quantiles(quantile, buckets) };
    }
    case "aggregate": {
      const elements = elementsOf(evaluate(context, expression.of));
      return {
        kind: "vector",
        elements: aggregate(expression.operator, expression.grouping, elements),
      };
    }
    case "negate":
      return negated(evaluate(context, expression.of));
    case "binary": {
      const left = evaluate(context, expression.left);
      const value = evaluateBinary(expression, left, evaluate(context, expression.right));
      return value.kind === "vector"
        ? { kind: "vector", elements: distinct(value.elements) }
        : value;
    }
  }
}

function present({ at, select }: Context, selector: Selector): readonly Element[] {
  return select(selector).flatMap(({ labels, points }) => {
    const latest = points[firstAfter(points, at) - 1];
    if (latest === undefined || latest.value === null || latest.at <= at - LOOKBACK) return [];
    return [{ labels, value: latest.value }];
  });
}

function readingsIn({ at, select }: Context, { selector, range }: RangeSelector) {
  return select(selector).flatMap(({ labels, points }): readonly RangeSeries[] => {
    const readings = points
      .slice(firstAfter(points, at - range), firstAfter(points, at))
      .flatMap((point) => (point.value === null ? [] : [{ at: point.at, value: point.value }]));
    return readings.length === 0 ? [] : [{ labels, readings }];
  });
}

function rates(context: Context, expression: Expression & { readonly kind: "rate" }) {
  const { range } = expression.over;
  const start = context.at - range;
  const elements = readingsIn(context, expression.over).flatMap(({ labels, readings }) => {
    const increase = extrapolatedIncrease({ readings, start, end: context.at });
    if (increase === null) return [];
    const value = expression.function === "rate" ? increase / (range / 1000) : increase;
    return [{ labels: nameless(labels), value }];
  });
  return distinct(elements);
}

function quantiles(quantile: number, elements: readonly Element[]): readonly Element[] {
  const histograms = new Map<string, { readonly labels: Labels; readonly buckets: Bucket[] }>();
  for (const { labels, value } of elements) {
    const upperBound = parseBound(labelValue(labels, "le"));
    if (upperBound === null) continue;
    const own = dropLabels(labels, ["le", METRIC_NAME]);
    const histogram = histograms.get(labelsKey(own)) ?? { labels: own, buckets: [] };
    histogram.buckets.push({ upperBound, count: value });
    histograms.set(labelsKey(own), histogram);
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({
    labels,
    value: histogramQuantile(quantile, buckets),
  }));
}

function parseBound(text: string): number | null {
  if (/^\+?inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const bound = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isNaN(bound) ? null : bound;
}

function negated(value: Value): Value {
  if (value.kind === "scalar") return { kind: "scalar", value: -value.value };
  const elements = elementsOf(value).map((element) => ({
    labels: nameless(element.labels),
    value: -element.value,
  }));
  return { kind: "vector", elements: distinct(elements) };
}

function nameless(labels: Labels): Labels {
  return dropLabels(labels, [METRIC_NAME]);
}

/** Without their names two series can become one and the same; then no result would be right. */
function distinct(elements: readonly Element[]): readonly Element[] {
  const keys = new Set(elements.map(({ labels }) => labelsKey(labels)));
  if (keys.size === elements.length) return elements;
  throw new QueryError("execution", "vector cannot contain metrics with the same labelset");
}

function scalarOf(value: Value): number {
  if (value.kind === "scalar") return value.value;
  throw new Error("the parser let a vector through where a scalar belongs");
}

function elementsOf(value: Value): readonly Element[] {
  if (value.kind === "vector") return value.elements;
  throw new Error("the parser let something through where an instant vector belongs");
}
