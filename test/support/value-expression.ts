import type { Scope, ValueExpression } from "../../src/core/expression.ts";
import type { Json } from "../../src/core/json.ts";

/**
 * An expression over the answer of a system, such as `body.status == "done"`: a path, or the comparison of
 * a path with a text. What is not there is missing, as in CEL.
 */
export function answerExpression(source: string): ValueExpression {
  const [path = "", literal] = source.split("==").map((part) => part.trim());
  return {
    source,
    evaluate: (scope) => {
      const value = path
        .split(".")
        .reduce<Json | undefined>((parent, name) => memberOf(parent, name), scope as Scope);
      if (value === undefined) return { kind: "missing", what: path };
      if (literal === undefined) return { kind: "value", value };
      return { kind: "value", value: value === (JSON.parse(literal) as Json) };
    },
  };
}

/** An expression that fails whatever it is given. */
export function brokenExpression(source: string): ValueExpression {
  return { source, evaluate: () => ({ kind: "error", why: "no such overload" }) };
}

function memberOf(parent: Json | undefined, name: string): Json | undefined {
  if (parent === null || typeof parent !== "object" || Array.isArray(parent)) return undefined;
  return (parent as Readonly<Record<string, Json | undefined>>)[name];
}
