import type { ASTNode } from "@marcbachmann/cel-js";
import { UnsignedInt } from "@marcbachmann/cel-js/evaluator";

/** How tightly an operator binds, from the grammar of CEL. */
const PRECEDENCE: Readonly<Partial<Record<ASTNode["op"], number>>> = {
  "?:": 1,
  "||": 2,
  "&&": 3,
  "==": 4,
  "!=": 4,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  in: 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
  "!_": 7,
  "-_": 7,
};
const RELATION = 4;
const ATOM = 8;

/**
 * The text of a syntax tree: parsing it gives the same tree. The package's own `serialize` rounds
 * numbers to nine digits.
 */
export function print(node: ASTNode): string {
  switch (node.op) {
    case "value":
      return printLiteral(node.args);
    case "id":
      return node.args;
    case ".":
    case ".?":
      return `${operand(node.args[0], ATOM)}${node.op}${node.args[1]}`;
    case "[]":
      return `${operand(node.args[0], ATOM)}[${print(node.args[1])}]`;
    case "[?]":
      return `${operand(node.args[0], ATOM)}[?${print(node.args[1])}]`;
    case "call":
      return `${node.args[0]}(${printAll(node.args[1])})`;
    case "rcall":
      return `${operand(node.args[1], ATOM)}.${node.args[0]}(${printAll(node.args[2])})`;
    case "list":
      return `[${printAll(node.args)}]`;
    case "map":
      return `{${node.args.map(([key, value]) => `${print(key)}: ${print(value)}`).join(", ")}}`;
    case "?:":
      return `${operand(node.args[0], 2)} ? ${operand(node.args[1], 2)} : ${print(node.args[2])}`;
    case "!_":
    case "-_":
      return `${node.op[0]}${operand(node.args, ATOM)}`;
    case "||":
    case "&&":
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "in":
    case "+":
    case "-":
    case "*":
    case "/":
    case "%": {
      const own = precedence(node);
      // The package's parser and CEL's grammar group a chain of relations differently.
      const left = own === RELATION ? own + 1 : own;
      return `${operand(node.args[0], left)} ${node.op} ${operand(node.args[1], own + 1)}`;
    }
  }
}

function printAll(nodes: readonly ASTNode[]): string {
  return nodes.map(print).join(", ");
}

/** In parentheses where it binds less tightly than its place demands. */
function operand(node: ASTNode, atLeast: number): string {
  return precedence(node) < atLeast ? `(${print(node)})` : print(node);
}

function precedence(node: ASTNode): number {
  const negative =
    node.op === "value" &&
    (typeof node.args === "number" || typeof node.args === "bigint") &&
    node.args < 0;
  return negative ? (PRECEDENCE["-_"] ?? 0) : (PRECEDENCE[node.op] ?? ATOM);
}

function printLiteral(value: unknown): string {
  if (typeof value === "number") return printDouble(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Uint8Array) {
    const digits = [...value].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`);
    return `b"${digits.join("")}"`;
  }
  return value instanceof UnsignedInt ? `${value.value}u` : String(value);
}

/** CEL knows a double by its point or exponent. */
function printDouble(value: number): string {
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}
