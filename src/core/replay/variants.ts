import { smallestEffect } from "../analysis/smallest-effect.ts";
import type { Effect, WatchCheck } from "../watch-policy.ts";

/** A check with one thing changed, so that it fails less easily. */
export interface Variant {
  readonly check: WatchCheck;
  /** For people. */
  readonly words: string;
  /** Lines of the check's YAML: first those that go, with `-`, then those that come, with `+`. */
  readonly diff: readonly string[];
}

/** Other limits of a check, the smallest change first. */
export function variantsOf(check: WatchCheck): readonly Variant[] {
  return [...moreFailures(check), ...widerEffects(check), ...comparedInstead(check)];
}

function moreFailures(check: WatchCheck): readonly Variant[] {
  if (check.pass === null && check.fail === null) return [];
  const { consecutiveFailures: inARow, failureLimit: inTotal } = check;
  const longer = [1, 2, 4].flatMap((more): readonly Variant[] =>
    inARow === null
      ? []
      : [
          {
            check: { ...check, consecutiveFailures: inARow + more },
            words: `${inARow + more} failures in a row instead of ${inARow}`,
            diff: [`- consecutiveFailures: ${inARow}`, `+ consecutiveFailures: ${inARow + more}`],
          },
        ],
  );
  const more = [1, 3].flatMap((number): readonly Variant[] =>
    inTotal === null
      ? []
      : [
          {
            check: { ...check, failureLimit: inTotal + number },
            words: `${inTotal + number} failures allowed instead of ${inTotal}`,
            diff: [`- failureLimit: ${inTotal}`, `+ failureLimit: ${inTotal + number}`],
          },
        ],
  );
  return [...longer, ...more];
}

function widerEffects(check: WatchCheck): readonly Variant[] {
  const { comparison } = check;
  if (comparison === null || comparison.method !== "sequential") return [];
  const present = comparison.effect ?? usualEffect(check);
  if (present === null) return [];
  return [1.5, 2, 3].map((factor) => {
    const effect = { ...present, least: Number((present.least * factor).toPrecision(3)) };
    return {
      check: { ...check, comparison: { ...comparison, effect } },
      words: `a smallest effect of ${effectText(effect)} instead of ${effectText(present)}`,
      diff: [
        ...(comparison.effect === null ? [] : [`- compare: { effect: ${effectText(present)} }`]),
        `+ compare: { effect: ${effectText(effect)} }`,
      ],
    };
  });
}

/** As a share of the baseline, so that it is the same whatever that is; of a ratio it is not. */
function usualEffect({ measure }: WatchCheck): Effect | null {
  switch (measure.kind) {
    case "value":
      return { unit: "share", least: smallestEffect("value", null, 1) };
    case "count":
      return { unit: "share", least: smallestEffect("count", null, 1) };
    // The most that it is without being configured.
    case "ratio":
    case "histogram":
      return { unit: "value", least: smallestEffect("ratio", null, 0.5) };
    default:
      return null;
  }
}

/** A fixed limit says nothing of what is usual. */
function comparedInstead(check: WatchCheck): readonly Variant[] {
  const { measure, pass, comparison } = check;
  const isCounted = measure.kind === "ratio" || measure.kind === "histogram";
  if (!isCounted || pass === null || comparison !== null) return [];
  const worse = "good" in measure ? "lower" : "higher";
  return [
    {
      check: {
        ...check,
        pass: null,
        fail: null,
        comparison: { with: "auto", method: "sequential", worse, effect: null, measure: null },
      },
      words: "a comparison with the version before instead of a fixed limit",
      diff: [`- pass: ${pass.source}`, "+ compare: auto"],
    },
  ];
}

function effectText({ unit, least }: Effect): string {
  return unit === "value" ? `${least}` : `${Number((least * 100).toPrecision(3))}%`;
}
