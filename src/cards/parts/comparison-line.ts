import type { ComparisonSummary } from "../../core/verdict.ts";
import type { Baseline } from "../../core/watch-policy.ts";
import { EMPTY, line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { decimal, distinctly } from "../text/number.ts";

const WITH: Readonly<Record<Baseline, string>> = {
  stable: "the version beside it",
  previous: "the version before it",
  "last-week": "the week before",
};

/** How a comparison came out: both numbers, and how far it is from tripping. */
export function comparisonLine(comparison: ComparisonSummary): Mrkdwn {
  const { observed, expected, method, score, limit } = comparison;
  const numbers = observed === null || expected === null ? [] : [observed, expected];
  const print = distinctly(numbers);
  const found =
    observed === null || expected === null
      ? md`: it looks no worse`
      : md`: ${line(print(observed))} against ${line(print(expected))}`;
  return md`*Compared* with ${line(WITH[comparison.with])}${found}${test(method, score, limit)}`;
}

function test(method: ComparisonSummary["method"], score: number | null, limit: number): Mrkdwn {
  if (score === null) return EMPTY;
  const [now, at] = [line(decimal(score)), line(decimal(limit))];
  return method === "sequential"
    ? md` · score ${now}, trips above ${at}`
    : md` · p ${now}, trips below ${at}`;
}
