import type { ASTNode, Environment } from "@marcbachmann/cel-js";
import { print } from "./print.ts";
import { makeNode } from "./syntax.ts";

/** What evaluating a part of an expression came to. */
type Outcome = { readonly kind: "value"; readonly value: unknown } | { readonly kind: "failed" };

/** Evaluates any part of an expression over the variables of one evaluation. */
export type Run = (node: ASTNode) => Outcome;

export function runIn(environment: Environment, variables: Readonly<Record<string, unknown>>): Run {
  return (node) => {
    try {
      return { kind: "value", value: environment.evaluate(print(node), variables) };
    } catch {
      return { kind: "failed" };
    }
  };
}

/** More members than this are not gone through to explain a result. */
const MOST_ITEMS = 1000;

/**
 * The members that a comprehension goes through, each as an expression that can stand in place of its
 * variable: the key or value itself where it is a plain one, else `range[index]`.
 * Null when the range cannot be evaluated, or is too long to be explained.
 */
export function itemsOf(range: ASTNode, run: Run): readonly ASTNode[] | null {
  const outcome = run(range);
  if (outcome.kind === "failed") return null;
  const members = membersOf(outcome.value);
  if (members === null || members.length > MOST_ITEMS) return null;
  return members.map((member, index) =>
    isPlain(member)
      ? makeNode("value", member)
      : makeNode("[]", [range, makeNode("value", BigInt(index))]),
  );
}

function membersOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  return value instanceof Map ? [...value.keys()] : null;
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "bigint", "boolean"].includes(typeof value);
}
