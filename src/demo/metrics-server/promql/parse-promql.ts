import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { expectScalar, expectVector } from "./expect-type.ts";
import type { Expression, Grouping, RangeSelector } from "./expression.ts";
import { parseDuration, parseNumber } from "./literals.ts";
import { parseBinary } from "./parse-binary.ts";
import { parseSelector } from "./parse-selector.ts";
import { childNodes, onlyChild, parseError, type Source, textOf } from "./source.ts";

const AGGREGATES = ["sum", "avg", "min", "max", "count"] as const;
const RATES = ["rate", "increase"] as const;

/**
 * Parses a query by Prometheus' own grammar, and keeps the part that this server answers.
 * @throws QueryError `bad_data` with line and column, for what is no PromQL, for what does not type-check,
 *   and for PromQL that this server does not know: it never answers a query that it understood in part
 */
export function parsePromql(query: string): Expression {
  const tree = parser.parse(query);
  const source: Source = { query };
  if (query.trim() === "") throw parseError(source, 0, "no expression found in input");
  tree.iterate({
    enter: (node) => {
      if (!node.type.isError) return;
      const found =
        query.slice(node.from).trim() === "" ? "end of input" : quoted(query, node.from);
      throw parseError(source, node.from, `unexpected ${found}`);
    },
  });
  return parseExpression(source, onlyChild(source, tree.topNode));
}

function quoted(query: string, from: number): string {
  return JSON.stringify(query.slice(from).split(/\s/)[0]);
}

function parseExpression(source: Source, node: SyntaxNode): Expression {
  switch (node.name) {
    case "NumberDurationLiteral":
      return { kind: "number", value: numberOf(source, node) };
    case "ParenExpr":
      return parseExpression(source, onlyChild(source, node));
    case "VectorSelector":
      return parseSelector(source, node);
    case "MatrixSelector":
      return parseRange(source, node);
    case "FunctionCall":
      return parseCall(source, node);
    case "AggregateExpr":
      return parseAggregate(source, node);
    case "UnaryExpr":
      return parseUnary(source, node);
    case "BinaryExpr":
      return parseBinary(source, node, parseExpression);
    default:
      throw unsupported(source, node);
  }
}

function numberOf(source: Source, node: SyntaxNode): number {
  const value = parseNumber(textOf(source, node));
  if (value === null) throw parseError(source, node.from, "bad number or duration syntax");
  return value;
}

function parseRange(source: Source, node: SyntaxNode): RangeSelector {
  const [selected, duration] = childNodes(node);
  if (selected?.name !== "VectorSelector" || duration === undefined) {
    throw parseError(source, node.from, "ranges only allowed for vector selectors");
  }
  const text = textOf(source, duration);
  const seconds = /^[\d.]+$/.test(text) ? Number(text) * 1000 : Number.NaN;
  const range = parseDuration(text) ?? seconds;
  if (!(range > 0)) {
    throw parseError(source, duration.from, "a range is a duration above 0, such as 30s or 5m");
  }
  return { kind: "range", selector: parseSelector(source, selected), range };
}

function parseCall(source: Source, node: SyntaxNode): Expression {
  const [name, body] = childNodes(node);
  if (name === undefined || body === undefined) throw unsupported(source, node);
  const called = textOf(source, name);
  const given = childNodes(body).map((argument) => parseExpression(source, argument));
  const rate = RATES.find((known) => known === called);
  if (rate !== undefined) {
    const [over] = arity(source, node, called, given, 1);
    if (over?.kind === "range") return { kind: "rate", function: rate, over };
    throw parseError(
      source,
      body.from,
      `expected type range vector in call to function "${called}"`,
    );
  }
  if (called === "histogram_quantile") {
    const [quantile, buckets] = arity(source, node, called, given, 2);
    return {
      kind: "histogram-quantile",
      quantile: expectScalar(source, body, quantile),
      buckets: expectVector(source, body, buckets),
    };
  }
  throw unsupported(source, node);
}

function arity(
  source: Source,
  node: SyntaxNode,
  called: string,
  given: readonly Expression[],
  wanted: number,
): readonly Expression[] {
  if (given.length === wanted) return given;
  throw parseError(
    source,
    node.from,
    `expected ${wanted} argument(s) in call to "${called}", got ${given.length}`,
  );
}

function parseAggregate(source: Source, node: SyntaxNode): Expression {
  const parts = childNodes(node);
  const name = parts.find((part) => part.name === "AggregateOp");
  const body = parts.find((part) => part.name === "FunctionCallBody");
  const operator = AGGREGATES.find((known) => name && known === textOf(source, name).toLowerCase());
  if (operator === undefined || body === undefined) throw unsupported(source, node);
  const given = childNodes(body).map((argument) => parseExpression(source, argument));
  const [of] = arity(source, node, operator, given, 1);
  const modifier = parts.find((part) => part.name === "AggregateModifier");
  return {
    kind: "aggregate",
    operator,
    grouping: parseGrouping(source, modifier),
    of: expectVector(source, body, of),
  };
}

function parseGrouping(source: Source, modifier: SyntaxNode | undefined): Grouping {
  if (modifier === undefined) return { kind: "by", labels: [] };
  const [kind, list] = childNodes(modifier);
  const labels = list === undefined ? [] : childNodes(list);
  return {
    kind: kind?.name === "Without" ? "without" : "by",
    labels: labels.map((label) => textOf(source, label)),
  };
}

function parseUnary(source: Source, node: SyntaxNode): Expression {
  const [sign, operand] = childNodes(node);
  if (sign === undefined || operand === undefined) throw unsupported(source, node);
  const of = parseExpression(source, operand);
  if (of.kind === "range") {
    throw parseError(
      source,
      node.from,
      "unary expression only allowed on scalars and instant vectors",
    );
  }
  return textOf(source, sign) === "-" ? { kind: "negate", of } : of;
}

function unsupported(source: Source, node: SyntaxNode) {
  return parseError(
    source,
    node.from,
    `the sample metrics server does not know "${textOf(source, node)}"; it answers selectors, rate, ` +
      "increase, histogram_quantile, sum, avg, min, max, count, arithmetic and comparison",
  );
}
