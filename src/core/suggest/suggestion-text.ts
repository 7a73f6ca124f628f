import { duration, utc } from "../describe.ts";
import type { Instant, Milliseconds } from "../json.ts";
import { percent } from "../replay/trial-lines.ts";
import type { Normal } from "./normal.ts";
import type { Proposal, Proposed } from "./propose.ts";
import type { SignalMeasure } from "./signals.ts";

export interface Suggestions {
  readonly component: string;
  readonly environment: string;
  readonly source: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Of the watch that the checks are for. */
  readonly timing: { readonly for: Milliseconds; readonly every: Milliseconds };
  /** Releases of this time that were not healthy, or of which nobody knows: their time is left out. */
  readonly leftOut: number;
  /** Why nothing is known of past releases; null: the ledger was read. */
  readonly withoutLedger: string | null;
  readonly proposed: readonly Proposed[];
}

/** Checks as YAML that can be pasted, with what is known of them in comments. */
export function suggestionText(suggestions: Suggestions): string {
  const { component, environment, source, from, to, timing, leftOut, proposed } = suggestions;
  const none = proposed.flatMap((one) => (one.kind === "none" ? [one] : []));
  const found = proposed.flatMap((one) => (one.kind === "proposal" ? [one.proposal] : []));
  const left =
    leftOut === 0
      ? ""
      : ` Without ${leftOut} ${leftOut === 1 ? "release" : "releases"} that ${leftOut === 1 ? "was" : "were"} not healthy, or that nobody has judged.`;
  const lines = [
    `# Checks for ${component} in ${environment}, learned from ${source}, ${utc(from)} to ${utc(to)}.${left}`,
    `# Paste them under components.${component}.environments.${environment}.watch.checks.`,
    `# Rates are of watches of ${duration(timing.for)} every ${duration(timing.every)}, replayed on windows cut at random out of that`,
    "# time and compared with the time before each; beside a version that runs at the same time they are lower.",
    ...ledgerLines(suggestions),
    ...none.map(({ signal, why }) => `# Not suggested: ${signal.name}: ${why}.`),
    ...found.flatMap((proposal) => proposalLines(proposal)),
  ];
  return `${lines.join("\n")}\n`;
}

function ledgerLines({ withoutLedger }: Suggestions): readonly string[] {
  if (withoutLedger === null) return [];
  const why = withoutLedger.replaceAll(/\s+/g, " ");
  return [`# No past release is known, so none is left out although it may have been bad: ${why}.`];
}

function proposalLines(proposal: Proposal): readonly string[] {
  const { signal, check, effect, normal, rate } = proposal;
  const unit = signal.measure.kind === "count" ? rateText : percent;
  const { alarms, windows, apart, atMost } = rate;
  return [
    "",
    `# Normal: ${normalText(normal, unit)}.`,
    `# Replayed on ${windows} healthy windows, of which ${Math.min(windows, apart)} can have no time in common: ${alarms} false ${
      alarms === 1 ? "alarm" : "alarms"
    }.`,
    `# Expected: at most ${percent(atMost)} of healthy releases, with 95 % confidence.`,
    `- name: ${quoted(check.name)}`,
    `  source: ${quoted(check.source)}`,
    ...measureLines(signal.measure),
    ...limitLines(proposal),
    "  consecutiveFailures: 3",
    ...comparisonLines(effect),
  ];
}

function limitLines({ check, limit }: Proposal): readonly string[] {
  const pass = `  pass: ${check.pass?.source}`;
  if (limit.kind === "fixed") return [pass];
  return [
    `  # It has a daily pattern: one limit for all hours would be ${limit.insteadOf}. This one goes with what the release is`,
    "  # compared with, the version beside it or the time before.",
    pass,
  ];
}

function comparisonLines(effect: Proposal["effect"]): readonly string[] {
  if (effect === null)
    return ["  # Not compared: a watch of this length has too little traffic for it."];
  const { unit, least } = effect;
  const worth = unit === "value" ? `${least}` : `${Number((least * 100).toPrecision(3))}%`;
  return [`  compare: { with: auto, effect: ${worth} }`];
}

function measureLines(measure: SignalMeasure): readonly string[] {
  switch (measure.kind) {
    case "ratio":
      return "bad" in measure
        ? ["  ratio:", `    bad: ${quoted(measure.bad)}`, `    total: ${quoted(measure.total)}`]
        : ["  ratio:", `    good: ${quoted(measure.good)}`, `    total: ${quoted(measure.total)}`];
    case "count":
      return ["  count:", `    events: ${quoted(measure.events)}`];
    case "histogram":
      return [
        "  histogram:",
        `    buckets: ${quoted(measure.buckets)}`,
        ...(measure.over === null ? [] : [`    over: ${measure.over}`]),
      ];
  }
}

function normalText(
  { level, spread, wander, daily, highest, points }: Normal,
  unit: (value: number) => string,
): string {
  const day =
    daily === null
      ? "less than two days, so no daily pattern is known"
      : `${unit(daily)} between hours of the day`;
  return `${unit(level)}, points spread by ${unit(spread)}, hours by ${unit(wander)}, ${day}; 99.9 % of ${points} points are at most ${unit(highest)}`;
}

function rateText(value: number): string {
  return `${Number(value.toPrecision(3))}/s`;
}

/** In single quotes YAML takes all as it is. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
