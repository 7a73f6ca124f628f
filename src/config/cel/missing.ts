import type { ASTNode } from "@marcbachmann/cel-js";
import { print } from "./print.ts";
import { itemsOf, type Run } from "./run.ts";
import { comprehension, operands, substitute } from "./syntax.ts";

/**
 * The path of the first thing that an expression reads and that is not there, e.g. `metrics.auc` or
 * `slices["country=BR"].auc`; null when the expression fails for another reason.
 */
export function firstMissing(node: ASTNode, run: Run): string | null {
  if (run(node).kind === "value") return null;
  for (const part of partsOf(node, run)) {
    const missing = firstMissing(part, run);
    if (missing !== null) return missing;
    // A part that fails for another reason: nothing behind it is the cause.
    if (run(part).kind === "failed") return null;
  }
  return node.op === "id" || node.op === "." || node.op === "[]" ? print(node) : null;
}

/** What is evaluated for a node, in order; the bodies of a comprehension once for each member. */
function partsOf(node: ASTNode, run: Run): readonly ASTNode[] {
  const repeated = comprehension(node);
  if (repeated !== null) {
    const { range, variable, bodies } = repeated;
    const items = itemsOf(range, run);
    if (items === null) return [range];
    return items.flatMap((item) => bodies.map((body) => substitute(body, variable, item)));
  }
  if (node.op === "?:") {
    const [condition, whenTrue, whenFalse] = node.args;
    const outcome = run(condition);
    if (outcome.kind === "failed") return [condition];
    return [outcome.value === true ? whenTrue : whenFalse];
  }
  const parts = operands(node);
  return node.op === "[]" ? parts : parts.filter((part) => run(part).kind === "failed");
}
