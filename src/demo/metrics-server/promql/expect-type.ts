import type { SyntaxNode } from "@lezer/common";
import { type Expression, type ValueType, valueType } from "./expression.ts";
import { parseError, type Source } from "./source.ts";

/** @throws QueryError when the argument is not an instant vector */
export function expectVector(
  source: Source,
  node: SyntaxNode,
  argument: Expression | undefined,
): Expression {
  return expectType(source, node, argument, "instant vector");
}

/** @throws QueryError when the argument is not a scalar */
export function expectScalar(
  source: Source,
  node: SyntaxNode,
  argument: Expression | undefined,
): Expression {
  return expectType(source, node, argument, "scalar");
}

function expectType(
  source: Source,
  node: SyntaxNode,
  argument: Expression | undefined,
  wanted: ValueType,
): Expression {
  const found = argument === undefined ? "nothing" : valueType(argument);
  if (argument !== undefined && found === wanted) return argument;
  throw parseError(source, node.from, `expected type ${wanted}, got ${found}`);
}
