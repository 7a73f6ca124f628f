import type { ASTNode, Environment } from "@marcbachmann/cel-js";
import type { CelType } from "./cel-type.ts";
import { print } from "./print.ts";
import type { ExpressionProblem } from "./problem.ts";
import { describe } from "./problem.ts";
import { comprehensionDepth, operands } from "./syntax.ts";

/** The deepest nesting of comprehensions whose cost stays bounded by the size of a report. */
const DEEPEST = 2;

/** What Slipway asks of an expression beyond what the type checker of the package does. */
export function restrictionOf(
  node: ASTNode,
  variables: Readonly<Record<string, CelType>>,
  environment: Environment,
): ExpressionProblem | null {
  if (comprehensionDepth(node) > DEEPEST) {
    return {
      offset: 0,
      message: `comprehensions may stand inside one another at most ${DEEPEST} deep`,
    };
  }
  return firstIn(node, (part) => {
    if (part.op === "rcall" && part.args[0] === "matches") {
      return {
        offset: part.start,
        message:
          "matches() is not available, because a regular expression over text from outside can run " +
          "for ever; use startsWith, endsWith, contains or ==",
      };
    }
    if (part.op === "rcall" && part.args[0] === "bind") {
      return { offset: part.start, message: "cel.bind() is not available; write the value out" };
    }
    return wrongHas(part, variables, environment);
  });
}

/** The checker of the package takes any member for the argument of `has`. */
function wrongHas(
  part: ASTNode,
  variables: Readonly<Record<string, CelType>>,
  environment: Environment,
): ExpressionProblem | null {
  if (part.op !== "call" || part.args[0] !== "has") return null;
  const [argument] = part.args[1];
  if (argument === undefined || !Object.hasOwn(variables, rootOf(argument))) return null;
  const { error } = environment.check(print(argument));
  return error === undefined
    ? null
    : { ...describe(error, variables, environment), offset: argument.start };
}

function rootOf(node: ASTNode): string {
  if (node.op === "id") return node.args;
  return node.op === "." ? rootOf(node.args[0]) : "";
}

function firstIn<T>(node: ASTNode, find: (part: ASTNode) => T | null): T | null {
  const found = find(node);
  if (found !== null) return found;
  for (const operand of operands(node)) {
    const inside = firstIn(operand, find);
    if (inside !== null) return inside;
  }
  return null;
}
