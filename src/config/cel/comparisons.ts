import type { ASTNode } from "@marcbachmann/cel-js";
import { type Comparison, type ComparisonOperator, holds } from "../../core/expression.ts";
import { print } from "./print.ts";
import { itemsOf, type Run } from "./run.ts";
import { comprehension, isComparison, readsVariables, substitute } from "./syntax.ts";

const OPPOSITE: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  ">=": "<",
  "<": ">=",
  ">": "<=",
  "<=": ">",
  "==": "!=",
  "!=": "==",
};

/** The operator with its sides exchanged. */
const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  ">=": "<=",
  "<=": ">=",
  ">": "<",
  "<": ">",
  "==": "==",
  "!=": "!=",
};

/**
 * The comparisons of numbers that an expression was decided on, with both sides evaluated. Of a
 * comprehension only one member is given: the worst where all must hold, the best where one must.
 * A comparison of something else than two finite numbers is left out.
 */
export function comparisonsOf(node: ASTNode, run: Run, negated = false): readonly Comparison[] {
  if (isComparison(node)) {
    const comparison = compare(node, run, negated);
    return comparison === null ? [] : [comparison];
  }
  if (node.op === "!_") return comparisonsOf(node.args, run, !negated);
  if (node.op === "&&" || node.op === "||") {
    return node.args.flatMap((side) => comparisonsOf(side, run, negated));
  }
  if (node.op !== "?:") return ofComprehension(node, run, negated);
  const [condition, whenTrue, whenFalse] = node.args;
  const outcome = run(condition);
  if (outcome.kind === "failed") return [];
  return comparisonsOf(outcome.value === true ? whenTrue : whenFalse, run, negated);
}

function ofComprehension(node: ASTNode, run: Run, negated: boolean): readonly Comparison[] {
  const repeated = comprehension(node);
  const [body] = repeated?.bodies ?? [];
  if (repeated === null || body === undefined) return [];
  if (repeated.macro !== "all" && repeated.macro !== "exists") return [];
  const universal = (repeated.macro === "all") !== negated;
  const positions = bareComparisons(body, negated);
  // Of "a and b for one member", the best a and the best b may belong to two members.
  if (positions === null || (!universal && positions.length > 1)) return [];
  const items = itemsOf(repeated.range, run) ?? [];
  return positions.flatMap(({ node: position, negated: reversed }) => {
    const found = items.flatMap(
      (item) => compare(substitute(position, repeated.variable, item), run, reversed) ?? [],
    );
    const shown = universal ? extreme(found, -1) : extreme(found, 1);
    return shown === null ? [] : [shown];
  });
}

/** The comparisons that must all hold together; null when the body is more than such a list. */
function bareComparisons(
  node: ASTNode,
  negated: boolean,
): readonly { readonly node: ASTNode; readonly negated: boolean }[] | null {
  if (isComparison(node)) return [{ node, negated }];
  if (node.op === "!_") return bareComparisons(node.args, !negated);
  if (node.op !== (negated ? "||" : "&&")) return null;
  const left = bareComparisons(node.args[0], negated);
  const right = bareComparisons(node.args[1], negated);
  return left === null || right === null ? null : [...left, ...right];
}

/** The comparison with the largest (`sign` 1) or smallest (`sign` -1) margin; the first of equals. */
function extreme(comparisons: readonly Comparison[], sign: 1 | -1): Comparison | null {
  return comparisons.reduce<Comparison | null>(
    (best, next) => (best === null || sign * (margin(next) - margin(best)) > 0 ? next : best),
    null,
  );
}

/** How far a comparison is from changing: positive where it holds with room. */
function margin({ operator, actual, limit }: Comparison): number {
  switch (operator) {
    case ">=":
    case ">":
      return actual - limit;
    case "<=":
    case "<":
      return limit - actual;
    case "==":
      return -Math.abs(actual - limit);
    case "!=":
      return Math.abs(actual - limit);
  }
}

function compare(node: ASTNode, run: Run, negated: boolean): Comparison | null {
  if (!isComparison(node)) return null;
  const [left, right] = node.args;
  const leftNumber = numberOf(left, run);
  const rightNumber = numberOf(right, run);
  if (leftNumber === null || rightNumber === null) return null;
  const operator = negated ? OPPOSITE[node.op] : node.op;
  // `0.8 <= metrics.auc` is about metrics.auc too.
  const reversed = !readsVariables(left) && readsVariables(right);
  const comparison = reversed
    ? {
        subject: print(right),
        operator: MIRRORED[operator],
        actual: rightNumber,
        limit: leftNumber,
      }
    : { subject: print(left), operator, actual: leftNumber, limit: rightNumber };
  const { actual, limit } = comparison;
  return { ...comparison, holds: holds(actual, comparison.operator, limit) };
}

function numberOf(node: ASTNode, run: Run): number | null {
  const outcome = run(node);
  if (outcome.kind === "failed") return null;
  const { value } = outcome;
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}
