/** The part of PromQL that this server answers, parsed and type-checked. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | Selector
  | RangeSelector
  | {
      readonly kind: "rate";
      /** `rate` is per second, `increase` over the whole range. */
      readonly function: "rate" | "increase";
      readonly over: RangeSelector;
    }
  | {
      readonly kind: "histogram-quantile";
      readonly quantile: Expression;
      readonly buckets: Expression;
    }
  | {
      readonly kind: "aggregate";
      readonly operator: AggregateOperator;
      readonly grouping: Grouping;
      readonly of: Expression;
    }
  | BinaryExpression
  | { readonly kind: "negate"; readonly of: Expression };

export interface Selector {
  readonly kind: "selector";
  readonly matchers: readonly Matcher[];
}

export interface RangeSelector {
  readonly kind: "range";
  readonly selector: Selector;
  /** Milliseconds. */
  readonly range: number;
}

/** A condition on the value of one label. */
export interface Matcher {
  readonly label: string;
  matches(value: string): boolean;
}

export type AggregateOperator = "sum" | "avg" | "min" | "max" | "count";

export interface Grouping {
  readonly kind: "by" | "without";
  readonly labels: readonly string[];
}

type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^";
type ComparisonOperator = "==" | "!=" | ">" | "<" | ">=" | "<=";

export interface BinaryExpression {
  readonly kind: "binary";
  readonly operator: ArithmeticOperator | ComparisonOperator;
  /** With `bool` a comparison gives 0 or 1; without, it keeps or drops the element. */
  readonly bool: boolean;
  /** Which labels pair up the elements of two vectors: `on` these, or `ignoring` these. */
  readonly matching: { readonly kind: "on" | "ignoring"; readonly labels: readonly string[] };
  readonly left: Expression;
  readonly right: Expression;
}

export type ValueType = "scalar" | "instant vector" | "range vector";

export function valueType(expression: Expression): ValueType {
  switch (expression.kind) {
    case "number":
      return "scalar";
    case "range":
      return "range vector";
    case "selector":
    case "rate":
    case "histogram-quantile":
    case "aggregate":
      return "instant vector";
    case "negate":
      return valueType(expression.of);
    case "binary":
      return valueType(expression.left) === "scalar" && valueType(expression.right) === "scalar"
        ? "scalar"
        : "instant vector";
  }
}

export function isComparison(operator: BinaryExpression["operator"]): boolean {
  return ["==", "!=", ">", "<", ">=", "<="].includes(operator);
}
