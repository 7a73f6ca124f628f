import type { ASTNode, Environment, TypeCheckResult } from "@marcbachmann/cel-js";
import { didYouMean } from "../did-you-mean.ts";
import { type CelType, objectTypes } from "./cel-type.ts";
import { print } from "./print.ts";

/** What is wrong with an expression, and where in its text. */
export interface ExpressionProblem {
  readonly message: string;
  /** Characters from the start of the text. */
  readonly offset: number;
}

/** A parse or type error, in words that say what to write instead. */
export function describe(
  error: NonNullable<TypeCheckResult["error"]>,
  variables: Readonly<Record<string, CelType>>,
  environment: Environment,
): ExpressionProblem {
  const offset = error.range?.start ?? 0;
  const node = error.node as ASTNode | undefined;
  if (error.code === "unknown_variable" && node?.op === "id") {
    return { offset, message: unknownName("variable", node.args, Object.keys(variables)) };
  }
  if (error.code === "no_such_key" && node?.op === ".") {
    const [owner, member] = node.args;
    const type = environment.check(print(owner)).type;
    const found = Object.values(variables)
      .flatMap(objectTypes)
      .find(({ name }) => name === type);
    const members = Object.keys(found?.members ?? {});
    return { offset, message: `${print(owner)}: ${unknownName("member", member, members)}` };
  }
  return { offset, message: `${readable(error.summary)}${hint(error.summary)}` };
}

/** The package names signs as its scanner does. */
const TOKENS: Readonly<Record<string, string>> = {
  EOF: "the end of the expression",
  LPAREN: "(",
  RPAREN: ")",
  LBRACKET: "[",
  RBRACKET: "]",
  LBRACE: "{",
  RBRACE: "}",
  DOT: ".",
  COMMA: ",",
  COLON: ":",
  QUESTION: "?",
  IDENTIFIER: "a name",
};

function readable(summary: string): string {
  return summary.replace(/\b[A-Z]{3,}\b/g, (token) => TOKENS[token] ?? token);
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  return `unknown ${what} "${name}"${didYouMean(name, known)}; there is ${known.join(", ")}`;
}

/** What to write instead, for what people meet first. */
function hint(summary: string): string {
  if (summary === "has() invalid argument") {
    return '; it takes names such as live.metrics.auc; for a key in brackets write "n" in slices[s]';
  }
  // CEL never mixes whole and decimal numbers in arithmetic.
  return /double [-+*/%] int|int [-+*/%] double/.test(summary)
    ? "; write the whole number with a decimal point, e.g. 100.0"
    : "";
}
