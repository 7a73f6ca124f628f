import {
  dropLabels,
  keepLabels,
  type Labels,
  labelsKey,
  labelsText,
  METRIC_NAME,
} from "../labels.ts";
import { type BinaryExpression, isComparison } from "./expression.ts";
import { QueryError } from "./query-error.ts";
import type { Element, Value } from "./value.ts";

/**
 * Arithmetic and comparison, between scalars, a vector and a scalar, or two vectors paired one to one.
 * Source: `VectorBinop`, `VectorscalarBinop`, `scalarBinop` in `promql/engine.go` of Prometheus 3.14.
 * @throws QueryError `execution` when elements of two vectors do not pair up one to one
 */
export function evaluateBinary(expression: BinaryExpression, left: Value, right: Value): Value {
  if (left.kind === "scalar" && right.kind === "scalar") {
    return { kind: "scalar", value: compute(expression.operator, left.value, right.value) };
  }
  if (left.kind === "vector" && right.kind === "scalar") {
    const pairs = left.elements.map((element) => ({ element, right: right.value }));
    const elements = pairs.flatMap(({ element, right: limit }) =>
      combine(expression, element, { left: element.value, right: limit }),
    );
    return { kind: "vector", elements };
  }
  if (left.kind === "scalar" && right.kind === "vector") {
    const elements = right.elements.flatMap((element) =>
      combine(expression, element, { left: left.value, right: element.value }),
    );
    return { kind: "vector", elements };
  }
  if (left.kind === "vector" && right.kind === "vector") {
    return { kind: "vector", elements: pairUp(expression, left.elements, right.elements) };
  }
  throw new Error("the parser let a range vector through as an operand");
}

interface Operands {
  readonly left: number;
  readonly right: number;
}

/** `element` gives the labels, and what a comparison without `bool` keeps. */
function combine(
  { operator, bool }: BinaryExpression,
  element: Element,
  { left, right }: Operands,
): readonly Element[] {
  const computed = compute(operator, left, right);
  const nameless = dropLabels(element.labels, [METRIC_NAME]);
  if (!isComparison(operator) || bool) return [{ labels: nameless, value: computed }];
  return computed === 1 ? [element] : [];
}

function pairUp(
  expression: BinaryExpression,
  left: readonly Element[],
  right: readonly Element[],
): readonly Element[] {
  const { matching } = expression;
  if (left.length === 0 || right.length === 0) return [];
  const byMatch = new Map<string, Element>();
  for (const element of right) {
    const match = matchLabels(matching, element.labels);
    const other = byMatch.get(labelsKey(match));
    if (other !== undefined) throw duplicate(match, element, other);
    byMatch.set(labelsKey(match), element);
  }
  const matched = new Set<string>();
  return left.flatMap((element) => {
    const key = labelsKey(matchLabels(matching, element.labels));
    const partner = byMatch.get(key);
    if (partner === undefined) return [];
    if (matched.has(key)) {
      throw new QueryError(
        "execution",
        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
      );
    }
    matched.add(key);
    return combine(expression, element, { left: element.value, right: partner.value }).map(
      ({ labels, value }) => ({ labels: resultLabels(matching, labels), value }),
    );
  });
}

function matchLabels(matching: BinaryExpression["matching"], labels: Labels): Labels {
  if (matching.kind === "on") return keepLabels(labels, matching.labels);
  return dropLabels(labels, [...matching.labels, METRIC_NAME]);
}

function resultLabels(matching: BinaryExpression["matching"], labels: Labels): Labels {
  if (matching.kind === "on") return keepLabels(labels, matching.labels);
  return dropLabels(labels, matching.labels);
}

function duplicate(match: Labels, first: Element, second: Element): QueryError {
  const series = [first, second].map(({ labels }) => labelsText(labels)).toSorted();
  return new QueryError(
    "execution",
    `found duplicate series for the match group ${labelsText(match)} on the right hand-side of the ` +
      `operation: [${series.join(", ")}];many-to-many matching not allowed: matching labels must be ` +
      "unique on one side",
  );
}

/** A comparison gives 1 or 0. Every comparison with NaN but `!=` is 0. */
function compute(operator: BinaryExpression["operator"], left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "^":
      return power(left, right);
    case "==":
      return Number(left === right);
    case "!=":
      return Number(left !== right);
    case ">":
      return Number(left > right);
    case "<":
      return Number(left < right);
    case ">=":
      return Number(left >= right);
    case "<=":
      return Number(left <= right);
  }
}

/** IEEE 754 says 1 to any power is 1, and -1 to an infinite one; JavaScript says NaN. */
function power(base: number, exponent: number): number {
  const isOne = base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY);
  return isOne ? 1 : base ** exponent;
}
