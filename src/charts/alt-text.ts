import type { ComparisonOperator } from "../core/expression.ts";
import type { Instant } from "../core/json.ts";
import type { Sample } from "../core/verdict.ts";
import { valueText } from "./number-text.ts";
import { segments } from "./segments.ts";
import { clockText, momentText } from "./time-ticks.ts";
import { baselineName, type WatchPlot } from "./watch-plot.ts";

/** What Slack takes as alternative text. */
const LONGEST = 2000;
const NAME = 120;
const GAPS_SAID = 5;

/** What the chart shows, in words and numbers, for those who do not see it. Plain text. */
export function watchAltText(plot: WatchPlot): string {
  const { component, version, environment, check, release, baseline, moments } = plot;
  const what = `Chart of ${cut(check)} of ${cut(component)} ${cut(version)} in ${cut(environment)}`;
  const times = [...release, ...(baseline?.samples ?? []), ...moments]
    .map(({ at }) => at)
    .sort(order);
  const from = times[0] ?? 0;
  const to = times.at(-1) ?? 0;
  const clock = (at: Instant) => momentText(at, to - from);
  return [
    times.length === 0
      ? `${what}.`
      : `${what}, ${day(from)} ${clockText(from, 5)} to ${clock(to)} UTC.`,
    `Release: ${observed(release, plot)}.`,
    ...(baseline === null
      ? []
      : [`${capital(baselineName(baseline.with))}: ${observed(baseline.samples, plot)}.`]),
    ...limitSentence(plot),
    ...moments.map(({ kind, at }) => `${capital(kind)}: ${clock(at)} UTC.`),
    ...gapSentence(release, clock),
  ]
    .join(" ")
    .slice(0, LONGEST);
}

function observed(samples: readonly Sample[], { unit }: WatchPlot): string {
  const values = samples.flatMap(({ value }) => value ?? []);
  const last = values.at(-1);
  if (last === undefined) return "no data";
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const print = (value: number) => valueText(value, unit);
  const count = values.length === 1 ? "one value" : `${values.length} values`;
  return least === most
    ? `${print(last)}, ${count}`
    : `last ${print(last)}, from ${print(least)} to ${print(most)}, ${count}`;
}

const OPERATORS: Readonly<Record<ComparisonOperator, string>> = {
  ">=": "at least",
  ">": "more than",
  "<=": "at most",
  "<": "less than",
  "==": "exactly",
  "!=": "anything but",
};

/** `at least 0.97` */
export function limitWords(operator: ComparisonOperator): string {
  return OPERATORS[operator];
}

function limitSentence({ limit, unit }: WatchPlot): readonly string[] {
  if (limit === null) return [];
  return [`Limit: ${limitWords(limit.operator)} ${valueText(limit.value, unit)}.`];
}

function gapSentence(
  samples: readonly Sample[],
  clock: (at: Instant) => string,
): readonly string[] {
  const parts = segments(samples);
  const gaps = parts.slice(1).map((part, index) => {
    const end = parts[index]?.at(-1)?.at ?? 0;
    return `${clock(end)} to ${clock(part[0]?.at ?? 0)}`;
  });
  if (gaps.length === 0) return [];
  const left = gaps.length - GAPS_SAID;
  const said = gaps.slice(0, GAPS_SAID).join(", ");
  return [`No data: ${said}${left > 0 ? ` and ${left} more times` : ""}.`];
}

function cut(text: string): string {
  return text.length > NAME ? `${text.slice(0, NAME - 1)}…` : text;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function day(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}

function order(a: number, b: number): number {
  return a - b;
}
