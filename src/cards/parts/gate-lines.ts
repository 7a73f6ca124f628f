import { betterBy } from "../../core/evidence-comparison.ts";
import { type ComparisonOperator, holds } from "../../core/expression.ts";
import type { GateNumber, GateResult, GateVerdict, Release } from "../../core/release.ts";
import { SHOWN } from "../limits.ts";
import { counted } from "../text/lines.ts";
import { code, EMPTY, join, line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { countText, distinctly } from "../text/number.ts";
import { difference } from "./quantity-lines.ts";

/** The gates that keep a release from an environment. */
export function blockedGates(release: Release, environment: string): readonly GateResult[] {
  return release.gates[environment]?.results.filter(({ blocks }) => blocks) ?? [];
}

const WORST_FIRST: readonly GateVerdict[] = ["fail", "missing", "warn", "pass"];

const WORDS: Readonly<Record<GateVerdict, string>> = {
  fail: "❌ Fail",
  missing: "❓ Missing",
  warn: "⚠️ Warn",
  pass: "✅ Pass",
};

export function worstFirst(results: readonly GateResult[]): readonly GateResult[] {
  const badness = ({ blocks, verdict }: GateResult) =>
    (blocks ? 0 : WORST_FIRST.length) + WORST_FIRST.indexOf(verdict);
  return [...results].sort((a, b) => badness(a) - badness(b));
}

/** `1 fails, 2 warn, 5 pass` */
export function verdictCounts(results: readonly GateResult[]): string {
  const of = (verdict: GateVerdict) => results.filter((one) => one.verdict === verdict).length;
  return [
    ...said(of("fail"), "fails", "fail"),
    ...said(of("missing"), "is missing", "are missing"),
    ...said(of("warn"), "warns", "warn"),
    ...said(of("pass"), "passes", "pass"),
  ].join(", ");
}

function said(count: number, one: string, several: string): readonly string[] {
  return count === 0 ? [] : [counted(count, one, several)];
}

/** One gate: verdict, name, and its numbers; where there are many, those that do not hold come first. */
export function gateLine(result: GateResult, numbersShown: number): Mrkdwn {
  const { verdict, name, numbers, sentence } = result;
  const title = md`${{ mrkdwn: WORDS[verdict] }}: *${name}*`;
  if (numbers.length === 0) return md`${title} · ${line(sentence, SHOWN.sentence)}`;
  const shown = shownNumbers(result, numbersShown);
  const texts = shown.map((number) => numberText(number, numbers.length > 1));
  const more = shown.length === numbers.length ? EMPTY : md`; ${holding(numbers)}`;
  return md`${title} · ${join(texts, "; ")}${more}`;
}

/** Those that do not hold come first. */
export function shownNumbers({ numbers }: GateResult, most: number): readonly GateNumber[] {
  return [...numbers.filter((one) => !isMet(one)), ...numbers.filter(isMet)].slice(0, most);
}

/** `all 12 hold`, `11 of 12 hold` */
function holding(numbers: readonly GateNumber[]): string {
  const met = countText(numbers.filter(isMet).length);
  const all = countText(numbers.length);
  return met === all ? `all ${all} hold` : `${met} of ${all} hold`;
}

/** The sign that people read; the text of the operator is for machines. */
const SIGNS: Readonly<Record<ComparisonOperator, Mrkdwn>> = {
  ">=": md`≥`,
  ">": md`&gt;`,
  "<=": md`≤`,
  "<": md`&lt;`,
  "==": md`=`,
  "!=": md`≠`,
};

function isMet({ actual, operator, limit }: GateNumber): boolean {
  return holds(actual, operator, limit);
}

/** `0.8132 ≥ 0.8, live 0.8101 (+0.0031, better)`, or `0.7411, must be ≥ 0.8` */
function numberText(number: GateNumber, named: boolean): Mrkdwn {
  const { subject, operator, actual, limit, live } = number;
  const print = distinctly(live === null ? [actual, limit] : [actual, limit, live]);
  const name = named ? md`${code(subject)} ` : EMPTY;
  const threshold = md`${SIGNS[operator]} ${print(limit)}`;
  const compared = isMet(number)
    ? md`${name}*${print(actual)}* ${threshold}`
    : md`${name}*${print(actual)}*, must be ${threshold}`;
  return live === null
    ? compared
    : md`${compared}, live ${print(live)} (${difference(actual, live, betterBy(operator))})`;
}
