import type { Comparison, Evaluation, Expression, Scope } from "../../src/core/expression.ts";
import type { Json } from "../../src/core/json.ts";

/** Expressions written by hand, so that tests of core need no expression language. */

function read(scope: Scope, path: string): number | undefined {
  let value: Json | undefined = scope as Json;
  for (const key of path.split(".")) {
    value = (value as Record<string, Json | undefined> | undefined)?.[key];
  }
  return typeof value === "number" ? value : undefined;
}

function comparison(
  subject: string,
  operator: ">=" | "==",
  actual: number,
  limit: number,
): Evaluation {
  const holds = operator === ">=" ? actual >= limit : actual === limit;
  const compared: Comparison = { subject, operator, actual, limit, holds };
  return { kind: "value", value: holds, comparisons: [compared] };
}

export function atLeast(subject: string, limit: number): Expression {
  return {
    source: `${subject} >= ${limit}`,
    readsLive: false,
    evaluate: (scope) => {
      const actual = read(scope, subject);
      return actual === undefined
        ? { kind: "missing", what: subject }
        : comparison(subject, ">=", actual, limit);
    },
  };
}

export function equals(subject: string, limit: number): Expression {
  return {
    source: `${subject} == ${limit}`,
    readsLive: false,
    evaluate: (scope) => {
      const actual = read(scope, subject);
      return actual === undefined
        ? { kind: "missing", what: subject }
        : comparison(subject, "==", actual, limit);
    },
  };
}

export function noWorseThanLive(subject: string, slack: number): Expression {
  return {
    source: `${subject} >= live.${subject} - ${slack}`,
    readsLive: true,
    evaluate: (scope) => {
      const actual = read(scope, subject);
      if (actual === undefined) return { kind: "missing", what: subject };
      const live = read(scope, `live.${subject}`);
      if (live === undefined) return { kind: "missing", what: `live.${subject}` };
      return comparison(subject, ">=", actual, live - slack);
    },
  };
}

/** An expression that always comes to the same. */
export function always(evaluation: Evaluation, source = "always"): Expression {
  return { source, readsLive: false, evaluate: () => evaluation };
}

export const HOLDS = always({ kind: "value", value: true, comparisons: [] }, "true");
export const FAILS = always({ kind: "value", value: false, comparisons: [] }, "false");
