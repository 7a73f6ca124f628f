import type { ASTNode } from "@marcbachmann/cel-js";
import { print } from "./print.ts";
import { itemsOf, type Run } from "./run.ts";
import { comprehension } from "./syntax.ts";

/**
 * What an expression that holds went through and found empty, so that it holds for want of evidence:
 * `slices.all(…)` of a report without slices. Null when it holds on something. An alternative that
 * says what an empty list means (`size(slices) == 0 || slices.all(…)`) is something.
 */
export function emptyRange(node: ASTNode, run: Run, negated = false): string | null {
  if (node.op === "!_") return emptyRange(node.args, run, !negated);
  if (node.op === "&&" || node.op === "||") {
    const [left, right] = node.args;
    const demandsBoth = (node.op === "&&") !== negated;
    const holding = [left, right].filter((side) => holds(side, run, negated));
    const empty = holding.map((side) => emptyRange(side, run, negated));
    if (demandsBoth) return empty.find((range) => range !== null) ?? null;
    return empty.every((range) => range !== null) ? (empty[0] ?? null) : null;
  }
  const repeated = comprehension(node);
  const universal = repeated?.macro === (negated ? "exists" : "all");
  if (repeated === null || !universal) return null;
  return itemsOf(repeated.range, run)?.length === 0 ? print(repeated.range) : null;
}

function holds(node: ASTNode, run: Run, negated: boolean): boolean {
  const outcome = run(node);
  return outcome.kind === "value" && outcome.value === !negated;
}
