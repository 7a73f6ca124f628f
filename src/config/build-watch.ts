import type {
  ComparisonPolicy,
  Direction,
  Measure,
  WatchCheck,
  WatchPolicy,
} from "../core/watch-policy.ts";
import type { ParsedEnvironment } from "./schema/configuration.ts";
import type { ParsedCheck, ParsedComparison, ParsedMeasures } from "./schema/watch-check.ts";

type ParsedWatch = NonNullable<ParsedEnvironment["watch"]>;

/** In a row, when a check gives no limit of its own. */
const CONSECUTIVE_FAILURES = 3;

export function buildWatch(watch: ParsedWatch): WatchPolicy {
  const checks = watch.checks.map(buildCheck);
  const score = watch.score ?? null;
  const { guard, confirm } = watch;
  return {
    for: watch.for,
    every: watch.every,
    warmUp: watch.warmUp,
    on: watch.on,
    alerts: watch.alerts,
    score,
    checks,
    guard:
      guard === undefined
        ? null
        : {
            every: guard.every,
            window: guard.window,
            on: guard.on ?? watch.on,
            checks: guard.checks?.map(buildCheck) ?? checks,
            score: guard.score ?? score,
          },
    confirm:
      confirm === undefined
        ? null
        : {
            after: confirm.after,
            for: confirm.for,
            every: confirm.every,
            on: confirm.on,
            checks: confirm.checks.map(buildCheck),
            score: confirm.score ?? null,
          },
  };
}

function buildCheck(check: ParsedCheck): WatchCheck {
  const unlimited = check.failureLimit === undefined;
  const measure = measureOf(check);
  return {
    name: check.name,
    source: check.source,
    measure,
    pass: check.pass ?? null,
    fail: check.fail ?? null,
    failureLimit: check.failureLimit ?? null,
    consecutiveFailures: check.consecutiveFailures ?? (unlimited ? CONSECUTIVE_FAILURES : null),
    inconclusiveLimit: check.inconclusiveLimit ?? null,
    consecutiveSuccesses: check.consecutiveSuccesses ?? null,
    minSamples: check.minSamples,
    noData: check.noData,
    comparison: comparisonOf(check, measure),
    weight: check.weight,
    isKey: check.key,
  };
}

function measureOf(check: ParsedCheck): Measure {
  if (check.alerts !== undefined) return { kind: "alerts", match: check.alerts };
  const measure = queriesOf(check);
  if (measure === null)
    throw new Error(`check ${check.name} passed the schema and measures nothing`);
  return measure;
}

function queriesOf(parsed: ParsedMeasures): Measure | null {
  const { query, ratio, count, histogram, drift, patterns } = parsed;
  if (query !== undefined) return { kind: "value", query };
  if (ratio !== undefined) {
    const { bad, good, total } = ratio;
    if (bad !== undefined) return { kind: "ratio", bad, total };
    if (good !== undefined) return { kind: "ratio", good, total };
  }
  if (count !== undefined) return { kind: "count", events: count.events };
  if (histogram !== undefined) {
    return { kind: "histogram", buckets: histogram.buckets, over: histogram.over ?? null };
  }
  if (drift !== undefined) {
    const { buckets, statistic, most = null } = drift;
    return { kind: "drift", buckets, statistic, most };
  }
  if (patterns !== undefined) return { kind: "patterns", ...patterns };
  return null;
}

/** A check that says neither what is good nor what is bad is compared; so is what means nothing alone. */
function comparisonOf(check: ParsedCheck, measure: Measure): ComparisonPolicy | null {
  const { compare, pass, fail } = check;
  if (compare !== undefined) return compared(compare, measure);
  if (measure.kind === "alerts" || measure.kind === "value") return null;
  const isRelative = measure.kind === "drift" || measure.kind === "patterns";
  if (!isRelative && (pass !== undefined || fail !== undefined)) return null;
  return compared({ with: "auto", method: "sequential" }, measure);
}

function compared(
  { with: baseline, method, worse, effect, baseline: others }: ParsedComparison,
  measure: Measure,
): ComparisonPolicy {
  return {
    with: baseline,
    method,
    worse: worse ?? usuallyWorse(measure),
    effect: effect ?? null,
    measure: others === undefined ? null : queriesOf(others),
  };
}

function usuallyWorse(measure: Measure): Direction {
  return "good" in measure ? "lower" : "higher";
}
