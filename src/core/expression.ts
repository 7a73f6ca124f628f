import type { Json } from "./json.ts";

/** The variables an expression may read, as plain JSON. */
export type Scope = Readonly<Record<string, Json>>;

export type ComparisonOperator = ">=" | ">" | "<=" | "<" | "==" | "!=";

export function holds(actual: number, operator: ComparisonOperator, limit: number): boolean {
  switch (operator) {
    case ">=":
      return actual >= limit;
    case ">":
      return actual > limit;
    case "<=":
      return actual <= limit;
    case "<":
      return actual < limit;
    case "==":
      return actual === limit;
    case "!=":
      return actual !== limit;
  }
}

/** One comparison inside an expression, with the numbers it was made on. */
export interface Comparison {
  /** Source text of the left side, e.g. `metrics.auc`. */
  readonly subject: string;
  readonly operator: ComparisonOperator;
  readonly actual: number;
  readonly limit: number;
  readonly holds: boolean;
}

export type Evaluation =
  | {
      readonly kind: "value";
      readonly value: boolean;
      readonly comparisons: readonly Comparison[];
    }
  /** The expression reads something the scope lacks: `what` is its path, e.g. `metrics.auc`. */
  | { readonly kind: "missing"; readonly what: string }
  | { readonly kind: "error"; readonly why: string };

/**
 * A compiled, type-checked expression that gives a boolean.
 * Compiled by `config` when the policy is loaded; evaluating it is pure and never throws.
 */
export interface Expression {
  readonly source: string;
  /** True when it reads `live`: the release now in the target environment. */
  readonly readsLive: boolean;
  evaluate(scope: Scope): Evaluation;
}

/** A compiled expression of any type, e.g. `body.id` of a deployer's answer. */
export interface ValueExpression {
  readonly source: string;
  evaluate(
    scope: Scope,
  ):
    | { readonly kind: "value"; readonly value: Json }
    | { readonly kind: "missing"; readonly what: string }
    | { readonly kind: "error"; readonly why: string };
}
