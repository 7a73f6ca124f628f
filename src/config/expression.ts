import type { ASTNode } from "@marcbachmann/cel-js";
import { Environment, EvaluationError, ParseError } from "@marcbachmann/cel-js";
import type { Evaluation, Expression, Scope, ValueExpression } from "../core/expression.ts";
import type { Json } from "../core/json.ts";
import { errorText } from "../shared/errors.ts";
import { type CelType, declare, fromCel, Size, toCel } from "./cel/cel-type.ts";
import { comparisonsOf } from "./cel/comparisons.ts";
import { type Hollow, hollow } from "./cel/hollow.ts";
import { firstMissing } from "./cel/missing.ts";
import { describe, type ExpressionProblem } from "./cel/problem.ts";
import { restrictionOf } from "./cel/restrictions.ts";
import { runIn } from "./cel/run.ts";
import { ANSWER_SCOPE, GATE_SCOPE, PASS_SCOPE } from "./cel/scope-types.ts";
import { comprehensionDepth, countNodes, freeVariables } from "./cel/syntax.ts";

export type Compiled<E> =
  | { readonly kind: "compiled"; readonly expression: E }
  | { readonly kind: "problem"; readonly problem: ExpressionProblem };

/** Steps of an evaluation at most: more than a real report needs, a fraction of a second. */
const MOST_STEPS = 1_000_000;
/** Characters that searching a text may cost as much as one step. */
const TEXT_PER_STEP = 4096;
/** No expression that a person wrote is longer. */
const LONGEST = 4096;

/** A language of expressions: its variables, and the environment that checks them. */
interface Dialect {
  readonly variables: Readonly<Record<string, CelType>>;
  readonly environment: Environment;
  /** Conditions that are compiled already, by their text: many components have the same gates. */
  readonly conditions: Map<string, Compiled<Expression>>;
}

/** More than one configuration has; what earlier ones had goes first. */
const MOST_CONDITIONS = 10_000;

const GATE = dialect(GATE_SCOPE);
const PASS = dialect(PASS_SCOPE);
const ANSWER = dialect(ANSWER_SCOPE);

function dialect(variables: Readonly<Record<string, CelType>>): Dialect {
  const environment = new Environment({ limits: { maxAstNodes: 500, maxDepth: 50 } });
  declare(environment, variables);
  // CEL compares whole and decimal numbers by < and >; people write `metrics.coverage == 100` too.
  environment.registerOperator(
    "double == int",
    (left: number, right: bigint) => left === Number(right),
  );
  return { variables, environment, conditions: new Map() };
}

/** A gate's `check`, over the evidence of a release. */
export function compileGate(source: string): Compiled<Expression> {
  return compileCondition(source, GATE);
}

/** A watch's `pass` or `fail`, over `value`, `baseline` and `samples`. */
export function compilePassCondition(source: string): Compiled<Expression> {
  return compileCondition(source, PASS);
}

/** Whether a condition of a watch reads `baseline`; one that cannot be parsed does not. */
export function readsBaseline(source: string): boolean {
  try {
    return freeVariables(PASS.environment.parse(source).ast).has("baseline");
  } catch {
    return false;
  }
}

/** An expression over the answer of a system: `status`, `headers`, `body`. */
export function compileAnswer(source: string, result: "bool" | "any"): Compiled<ValueExpression> {
  const parsed = parse(source, ANSWER, result === "bool" ? ["bool", "dyn"] : null);
  if (parsed.kind === "problem") return parsed;
  const program = parsed.expression;
  return {
    kind: "compiled",
    expression: { source, evaluate: (scope) => evaluateValue(program, scope) },
  };
}

function compileCondition(source: string, of: Dialect): Compiled<Expression> {
  const known = of.conditions.get(source);
  if (known !== undefined) return known;
  const compiled = compileAnew(source, of);
  const [oldest] = of.conditions.keys();
  if (of.conditions.size >= MOST_CONDITIONS && oldest !== undefined) of.conditions.delete(oldest);
  of.conditions.set(source, compiled);
  return compiled;
}

function compileAnew(source: string, of: Dialect): Compiled<Expression> {
  const parsed = parse(source, of, ["bool"]);
  if (parsed.kind === "problem") return parsed;
  const program = parsed.expression;
  return {
    kind: "compiled",
    expression: {
      source,
      readsLive: freeVariables(program.tree).has("live"),
      evaluate: (scope) => evaluateCondition(program, scope),
    },
  };
}

/** A checked expression, ready to run. */
interface Program {
  readonly dialect: Dialect;
  readonly tree: ASTNode;
  /** The variables it reads. */
  readonly reads: readonly { readonly name: string; readonly type: CelType }[];
  readonly nodes: number;
  readonly depth: number;
  run(variables: Readonly<Record<string, unknown>>): unknown;
}

function parse(source: string, of: Dialect, types: readonly string[] | null): Compiled<Program> {
  if (source.length > LONGEST) return problem(`longer than ${LONGEST} characters`, 0);
  try {
    const parsed = of.environment.parse(source);
    const restriction = restrictionOf(parsed.ast, of.variables, of.environment);
    if (restriction !== null) return { kind: "problem", problem: restriction };
    const { error, type } = parsed.check();
    if (error !== undefined) {
      return { kind: "problem", problem: describe(error, of.variables, of.environment) };
    }
    if (types !== null && !types.includes(type ?? "")) {
      return problem(`must be true or false, and this is of type ${type}`, 0);
    }
    return { kind: "compiled", expression: program(of, parsed.ast, parsed) };
  } catch (error) {
    if (error instanceof ParseError) {
      return { kind: "problem", problem: describe(error, of.variables, of.environment) };
    }
    return problem(errorText(error), 0);
  }
}

function program(
  of: Dialect,
  tree: ASTNode,
  run: (variables: Readonly<Record<string, unknown>>) => unknown,
): Program {
  const free = freeVariables(tree);
  return {
    dialect: of,
    tree,
    reads: Object.entries(of.variables).flatMap(([name, type]) =>
      free.has(name) ? [{ name, type }] : [],
    ),
    nodes: countNodes(tree),
    depth: comprehensionDepth(tree),
    run,
  };
}

function problem(message: string, offset: number): Compiled<never> {
  return { kind: "problem", problem: { message, offset } };
}

function evaluateCondition(of: Program, scope: Scope): Evaluation {
  return guarded(of, scope, (variables) => {
    const value = of.run(variables);
    if (typeof value !== "boolean") throw new Error("the result is not true or false");
    const run = runIn(of.dialect.environment, variables);
    const nothing = value ? hollow(of.tree, run) : null;
    return nothing ?? { kind: "value", value, comparisons: comparisonsOf(of.tree, run) };
  });
}

function evaluateValue(of: Program, scope: Scope): ReturnType<ValueExpression["evaluate"]> {
  return guarded<{ readonly kind: "value"; readonly value: Json }>(of, scope, (variables) => ({
    kind: "value",
    value: fromCel(of.run(variables)),
  }));
}

/** Runs with the variables of a scope; whatever goes wrong becomes an answer. */
function guarded<T>(
  of: Program,
  scope: Scope,
  evaluate: (variables: Readonly<Record<string, unknown>>) => T | Hollow,
): T | Hollow {
  try {
    const size = new Size();
    const variables = variablesOf(of, scope, size);
    const steps =
      of.nodes *
      (size.members + 1) ** of.depth *
      (of.depth === 0 ? 1 : 1 + size.text / TEXT_PER_STEP);
    if (steps > MOST_STEPS) {
      return {
        kind: "error",
        why: `too much to go through: a list of ${size.members} members, a text of ${size.text} characters`,
      };
    }
    try {
      return evaluate(variables);
    } catch (error) {
      const missing = firstMissing(of.tree, runIn(of.dialect.environment, variables));
      if (missing !== null) return { kind: "missing", what: missing };
      return {
        kind: "error",
        why: error instanceof EvaluationError ? error.summary : errorText(error),
      };
    }
  } catch (error) {
    return { kind: "error", why: errorText(error) };
  }
}

/** Only what the expression reads: the rest of a report costs nothing. */
function variablesOf(of: Program, scope: Scope, size: Size): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const { name, type } of of.reads) {
    const value = Object.hasOwn(scope, name) ? scope[name] : undefined;
    const absent = value === undefined || (value === null && type !== "dyn");
    if (!absent) variables[name] = toCel(value ?? null, type, name, size);
  }
  return variables;
}
