import type { Scope, ValueExpression } from "../../../core/expression.ts";
import type { Json } from "../../../core/json.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { oneLine } from "../../one-line.ts";

const LONGEST_ID = 1_000;

/** What expressions see of an answer: `body` is the parsed JSON, or the text where it is none. */
export function scopeOf({ status, headers, text }: HttpAnswer): Scope {
  return { status, headers, body: parseJson(text) };
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** What an id expression came to. `none`: the answer says that there is nothing. */
export type ReadId =
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly why: string };

export function readId(expression: ValueExpression, scope: Scope): ReadId {
  const result = expression.evaluate(scope);
  const unreadable = (why: string): ReadId => ({
    kind: "unreadable",
    why: `\`id\` (${expression.source}) ${why}`,
  });
  if (result.kind === "missing") return unreadable(`reads ${result.what}, which the answer lacks`);
  if (result.kind === "error") return unreadable(`cannot be evaluated: ${oneLine(result.why)}`);
  if (result.value === null || result.value === "") return { kind: "none" };
  if (typeof result.value !== "string" && typeof result.value !== "number") {
    return unreadable("is neither a text nor a number");
  }
  const id = String(result.value);
  return id.length <= LONGEST_ID
    ? { kind: "id", id }
    : unreadable(`is longer than ${LONGEST_ID} characters`);
}

/** What a condition came to. Anything but a boolean is not an answer. */
export type ReadCondition =
  | { readonly kind: "answer"; readonly holds: boolean }
  | { readonly kind: "unreadable"; readonly why: string };

export function readCondition(
  name: "succeeded" | "failed",
  expression: ValueExpression,
  scope: Scope,
): ReadCondition {
  const result = expression.evaluate(scope);
  const unreadable = (why: string): ReadCondition => ({
    kind: "unreadable",
    why: `\`${name}\` (${expression.source}) ${why}`,
  });
  if (result.kind === "missing") return unreadable(`reads ${result.what}, which the answer lacks`);
  if (result.kind === "error") return unreadable(`cannot be evaluated: ${oneLine(result.why)}`);
  return typeof result.value === "boolean"
    ? { kind: "answer", holds: result.value }
    : unreadable("is neither true nor false");
}

/** The words of the other system, or null. */
export function readDetail(expression: ValueExpression | null, scope: Scope): string | null {
  if (expression === null) return null;
  const result = expression.evaluate(scope);
  if (result.kind !== "value" || result.value === null || typeof result.value === "object") {
    return null;
  }
  const text = oneLine(String(result.value));
  return text === "" ? null : text;
}
