import type { SyntaxNode } from "@lezer/common";
import { type BinaryExpression, type Expression, isComparison, valueType } from "./expression.ts";
import { childNodes, parseError, type Source, textOf } from "./source.ts";

const OPERATORS = ["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<="] as const;
const MODIFIERS = ["BoolModifier", "MatchingModifierClause", "FillModifier"];

/** @throws QueryError as Prometheus does for operands and modifiers that do not fit together */
export function parseBinary(
  source: Source,
  node: SyntaxNode,
  parseOperand: (source: Source, node: SyntaxNode) => Expression,
): BinaryExpression {
  const parts = childNodes(node);
  const [leftNode, operatorNode] = parts;
  const rightNode = parts.at(-1);
  if (!leftNode || !operatorNode || !rightNode) throw parseError(source, node.from, "no operands");
  const operator = OPERATORS.find((known) => known === textOf(source, operatorNode));
  if (operator === undefined) {
    const found = textOf(source, operatorNode);
    throw parseError(
      source,
      operatorNode.from,
      `the sample metrics server does not know "${found}"`,
    );
  }
  const left = parseOperand(source, leftNode);
  const right = parseOperand(source, rightNode);
  const modifiers = parts.filter((part) => MODIFIERS.includes(part.name));
  const bool = modifiers.some((part) => part.name === "BoolModifier");
  const clause = modifiers.find((part) => part.name === "MatchingModifierClause");
  const types = [left, right].map(valueType);
  if (types.includes("range vector")) {
    throw parseError(
      source,
      node.from,
      "binary expression must contain only scalar and instant vector types",
    );
  }
  if (bool && !isComparison(operator)) {
    throw parseError(source, node.from, "bool modifier can only be used on comparison operators");
  }
  if (!bool && isComparison(operator) && types.every((type) => type === "scalar")) {
    throw parseError(source, node.from, "comparisons between scalars must use BOOL modifier");
  }
  if (clause !== undefined && types.includes("scalar")) {
    throw parseError(source, node.from, "vector matching only allowed between instant vectors");
  }
  if (modifiers.some((part) => part.name === "FillModifier")) {
    throw parseError(source, node.from, "the sample metrics server does not know fill modifiers");
  }
  return { kind: "binary", operator, bool, matching: parseMatching(source, clause), left, right };
}

function parseMatching(
  source: Source,
  clause: SyntaxNode | undefined,
): BinaryExpression["matching"] {
  if (clause === undefined) return { kind: "ignoring", labels: [] };
  const [kind, list, ...grouping] = childNodes(clause);
  if (grouping.length > 0) {
    throw parseError(
      source,
      clause.from,
      "the sample metrics server does not know group_left and group_right",
    );
  }
  const labels = list === undefined ? [] : childNodes(list);
  return {
    kind: kind?.name === "On" ? "on" : "ignoring",
    labels: labels.map((label) => textOf(source, label)),
  };
}
