import type { ASTNode } from "@marcbachmann/cel-js";
import { print } from "./print.ts";
import { itemsOf, type Run } from "./run.ts";
import { comprehension, isComparison, substitute } from "./syntax.ts";

/** Why an expression that holds proves nothing. */
export type Hollow =
  | { readonly kind: "missing"; readonly what: string }
  | { readonly kind: "error"; readonly why: string };

/**
 * What the truth of an expression rests on, where that is nothing: `slices.all(…)` of a report without
 * slices, or a comparison with the result of a division by zero. Null when it holds on something. Only
 * what decided is looked at: `size(slices) == 0 || slices.all(…)` says itself what an empty list means.
 * `node` must be true, or, with `negated`, false.
 */
export function hollow(node: ASTNode, run: Run, negated = false): Hollow | null {
  if (node.op === "!_") return hollow(node.args, run, !negated);
  if (node.op === "&&" || node.op === "||") {
    const holding = node.args.filter((side) => holds(side, run, negated));
    const reasons = holding.map((side) => hollow(side, run, negated));
    return (node.op === "&&") !== negated ? first(reasons) : onlyHollow(reasons);
  }
  if (node.op === "?:") {
    const [condition, whenTrue, whenFalse] = node.args;
    return hollow(holds(condition, run, false) ? whenTrue : whenFalse, run, negated);
  }
  if (isComparison(node)) return notFinite(node.args, run);
  const repeated = comprehension(node);
  const [body] = repeated?.bodies ?? [];
  if (repeated === null || body === undefined) return null;
  if (repeated.macro !== "all" && repeated.macro !== "exists") return null;
  const items = itemsOf(repeated.range, run);
  if (items === null) return null;
  const members = items.map((item) => substitute(body, repeated.variable, item));
  if ((repeated.macro === "all") === negated) {
    const holding = members.filter((member) => holds(member, run, negated));
    return onlyHollow(holding.map((member) => hollow(member, run, negated)));
  }
  if (members.length === 0) return { kind: "missing", what: print(repeated.range) };
  return first(members.map((member) => hollow(member, run, negated)));
}

function first(reasons: readonly (Hollow | null)[]): Hollow | null {
  return reasons.find((reason) => reason !== null) ?? null;
}

/** One that holds on something is enough. */
function onlyHollow(reasons: readonly (Hollow | null)[]): Hollow | null {
  return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
}

function notFinite(sides: readonly ASTNode[], run: Run): Hollow | null {
  const infinite = sides.find((side) => {
    const outcome = run(side);
    return (
      outcome.kind === "value" &&
      typeof outcome.value === "number" &&
      !Number.isFinite(outcome.value)
    );
  });
  return infinite === undefined
    ? null
    : { kind: "error", why: `${print(infinite)} is not a finite number` };
}

function holds(node: ASTNode, run: Run, negated: boolean): boolean {
  const outcome = run(node);
  return outcome.kind === "value" && outcome.value === !negated;
}
