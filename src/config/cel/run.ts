import type { ASTNode, Environment } from "@marcbachmann/cel-js";
import { print } from "./print.ts";
import { makeNode } from "./syntax.ts";

/** What evaluating a part of an expression came to. */
type Outcome = { readonly kind: "value"; readonly value: unknown } | { readonly kind: "failed" };

/** Evaluates any part of an expression over the variables of one evaluation. */
export type Run = (node: ASTNode) => Outcome;

/** One part is asked for again and again, to judge, to explain and to show it: it is evaluated once. */
export function runIn(environment: Environment, variables: Readonly<Record<string, unknown>>): Run {
  const outcomes = new Map<string, Outcome>();
  return (node) => {
    if (node.op === "value") return { kind: "value", value: node.args };
    const text = print(node);
    const known = outcomes.get(text);
    if (known !== undefined) return known;
    const outcome = evaluate(text, environment, variables);
    outcomes.set(text, outcome);
    return outcome;
  };
}

function evaluate(
  text: string,
  environment: Environment,
  variables: Readonly<Record<string, unknown>>,
): Outcome {
  try {
    return { kind: "value", value: programOf(text, environment)(variables) };
  } catch {
    return { kind: "failed" };
  }
}

type Program = ReturnType<Environment["parse"]>;

/** Texts that are parsed already. They hold names out of reports, so their number has a limit. */
const MOST_PROGRAMS = 2_000;
const programs = new WeakMap<Environment, Map<string, Program>>();

function programOf(text: string, environment: Environment): Program {
  const parsed = programs.get(environment) ?? new Map<string, Program>();
  programs.set(environment, parsed);
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const [oldest] = parsed.keys();
  if (parsed.size >= MOST_PROGRAMS && oldest !== undefined) parsed.delete(oldest);
  const program = environment.parse(text);
  parsed.set(text, program);
  return program;
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
