import type { ASTNode } from "@marcbachmann/cel-js";
import type { ComparisonOperator } from "../../core/expression.ts";

/** Macros that run their last arguments once per member of the range before the dot. */
const COMPREHENSIONS = ["all", "exists", "exists_one", "map", "filter"];

export interface Comprehension {
  readonly macro: string;
  readonly range: ASTNode;
  readonly variable: string;
  readonly bodies: readonly ASTNode[];
}

/** The parts of `range.macro(variable, body)`; null when the node is something else. */
export function comprehension(node: ASTNode): Comprehension | null {
  if (node.op !== "rcall") return null;
  const [macro, range, [variable, ...bodies]] = node.args;
  if (!COMPREHENSIONS.includes(macro) || variable?.op !== "id" || bodies.length === 0) return null;
  return { macro, range, variable: variable.args, bodies };
}

export type ComparisonNode = Extract<ASTNode, { op: ComparisonOperator }>;

export function isComparison(node: ASTNode): node is ComparisonNode {
  return [">=", ">", "<=", "<", "==", "!="].includes(node.op);
}

/** The direct operands of a node; of a comprehension, its range and its bodies. */
export function operands(node: ASTNode): readonly ASTNode[] {
  const repeated = comprehension(node);
  if (repeated !== null) return [repeated.range, ...repeated.bodies];
  if (node.op === "value" || node.op === "id") return [];
  if (node.op === "." || node.op === ".?") return [node.args[0]];
  if (node.op === "!_" || node.op === "-_") return [node.args];
  if (node.op === "call") return node.args[1];
  if (node.op === "rcall") return [node.args[1], ...node.args[2]];
  return node.op === "map" ? node.args.flat() : node.args;
}

/** A node of the given form; it has no place in any source. */
export function makeNode(op: ASTNode["op"], args: unknown): ASTNode {
  return { op, args } as unknown as ASTNode;
}

/** The node with an expression in place of a variable, except where the name is bound anew. */
export function substitute(node: ASTNode, variable: string, by: ASTNode): ASTNode {
  const within = (member: ASTNode) => substitute(member, variable, by);
  if (node.op === "value") return node;
  if (node.op === "id") return node.args === variable ? by : node;
  if (node.op === "." || node.op === ".?") {
    return makeNode(node.op, [within(node.args[0]), node.args[1]]);
  }
  if (node.op === "!_" || node.op === "-_") return makeNode(node.op, within(node.args));
  if (node.op === "call") return makeNode("call", [node.args[0], node.args[1].map(within)]);
  if (node.op === "map") {
    const entries = node.args.map(([key, member]) => [within(key), within(member)]);
    return makeNode("map", entries);
  }
  if (node.op !== "rcall") return makeNode(node.op, node.args.map(within));
  const [name, receiver, members] = node.args;
  const binds = members[0]?.op === "id" && members[0].args === variable;
  const rebound = binds && comprehension(node) !== null;
  return makeNode("rcall", [name, within(receiver), rebound ? members : members.map(within)]);
}

/** The variables that a node reads and does not bind itself. */
export function freeVariables(node: ASTNode): ReadonlySet<string> {
  if (node.op === "id") return new Set([node.args]);
  const repeated = comprehension(node);
  if (repeated !== null) {
    const inside = new Set(repeated.bodies.flatMap((body) => [...freeVariables(body)]));
    inside.delete(repeated.variable);
    return new Set([...freeVariables(repeated.range), ...inside]);
  }
  return new Set(operands(node).flatMap((operand) => [...freeVariables(operand)]));
}

export function readsVariables(node: ASTNode): boolean {
  if (node.op === "id") return true;
  if (comprehension(node) !== null) return freeVariables(node).size > 0;
  return operands(node).some(readsVariables);
}

export function countNodes(node: ASTNode): number {
  return operands(node).reduce((total, operand) => total + countNodes(operand), 1);
}

/** How many comprehensions stand inside one another at most. */
export function comprehensionDepth(node: ASTNode): number {
  const deepest = Math.max(0, ...operands(node).map(comprehensionDepth));
  return comprehension(node) === null ? deepest : deepest + 1;
}
