import type { Alert } from "./alert.ts";
import type { Instant, Milliseconds } from "./json.ts";
import type { Baseline, WatchCheck } from "./watch-policy.ts";

/** One point of a range answer. `null`: the source has no usable number there (absent, NaN, infinite). */
export interface Sample {
  readonly at: Instant;
  readonly value: number | null;
}

/** What a metrics source answered to one query over the whole window. */
export type Reading =
  | { readonly kind: "samples"; readonly samples: readonly Sample[] }
  | { readonly kind: "buckets"; readonly histograms: Histograms }
  | { readonly kind: "patterns"; readonly patterns: readonly LogPattern[] }
  | { readonly kind: "alerts"; readonly alerts: readonly Alert[] }
  /** The source answered, but part of the data may lack: never a success, never a failure. */
  | { readonly kind: "partial"; readonly why: string }
  | { readonly kind: "error"; readonly why: string };

/** What a histogram gained between the points of a range. */
export interface Histograms {
  /** Upper bounds of the buckets, rising, in the unit of what is measured; the last is Infinity. */
  readonly bounds: readonly number[];
  /** How many events each bucket gained (its own: not those of the buckets below it); null: no data. */
  readonly points: readonly { readonly at: Instant; readonly counts: readonly number[] | null }[];
}

/** Log lines that differ in numbers, ids and the like only. Untrusted text. */
export interface LogPattern {
  readonly pattern: string;
  readonly lines: number;
}

export type CheckVerdict = "pending" | "success" | "failure" | "inconclusive" | "error";

/** Which alert an assessment is of: the same one fires, and is resolved. */
export interface AssessedAlert {
  /** Id of the source that reported it. */
  readonly source: string;
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: Instant;
  /** null while it fires. */
  readonly endsAt: Instant | null;
  readonly url: string | null;
}

export interface CheckAssessment {
  readonly check: string;
  readonly verdict: CheckVerdict;
  /** One sentence for people: what was counted, and which limit decided. */
  readonly sentence: string;
  /** The query as it was sent. */
  readonly query: string;
  /** Where people see its answer. Absent: its system has no such page; also in what was recorded before. */
  readonly url?: string | null;
  /** Text of the pass condition. */
  readonly condition: string;
  /** The last samples that led to the verdict, oldest first, at most KEPT_SAMPLES. */
  readonly samples: readonly Sample[];
  readonly counts: {
    readonly passed: number;
    readonly failed: number;
    readonly noData: number;
  };
  /** What it was compared with and by what it was found to be so. Absent where nothing was compared. */
  readonly comparison?: ComparisonSummary;
  /** It fails, but by too little to act on without a person. Absent: not so. */
  readonly isDoubtful?: true;
  /** Absent where it is of a check of the watch, and in what was recorded before alerts were heard. */
  readonly alert?: AssessedAlert;
}

/** How a comparison came out, in numbers that people can follow. */
export interface ComparisonSummary {
  readonly with: Baseline;
  readonly method: "sequential" | "mann-whitney";
  /** In the unit of what is measured; null: there is too little to say. */
  readonly observed: number | null;
  readonly expected: number | null;
  /** Where the difference begins, and how many samples of it there are. */
  readonly since: Instant | null;
  readonly points: number;
  /** Of the test: it trips above the limit. Mann-Whitney: the p-value, and it trips below. */
  readonly score: number | null;
  readonly limit: number;
  /** The last samples of the baseline, as `samples` are of the release. */
  readonly baseline: readonly Sample[];
}

export const KEPT_SAMPLES = 10;

/** This many points without data at the end of a watch, and nobody can say how the release is. */
const TRAILING_GAP = 5;

/** The time in which a release is measured. */
export interface WatchWindow {
  /** When it took traffic. */
  readonly from: Instant;
  /** When the watch ends, if nothing trips before. */
  readonly until: Instant;
  /** Distance of the points. */
  readonly every: Milliseconds;
  /** Points in this first part are not judged. */
  readonly warmUp: Milliseconds;
}

type Judged = Sample & { readonly result: "passed" | "failed" | "noData" };

/**
 * The verdict on one check: a pure function of what its source answered for the window since the
 * deployment, so that a restart, a second replica or a late scrape changes nothing.
 *
 * Limits as in Argo Rollouts' analysis (failed > failureLimit), and beside them failures in a row. A point
 * without data neither continues nor ends such a row. Until the window has ended and nothing has tripped,
 * the verdict is `pending`; at its end it is a success only with enough samples, data on at least half of
 * the points, and data up to the end.
 */
export function assess(
  check: WatchCheck,
  query: string,
  reading: Reading,
  window: WatchWindow,
  now: Instant,
): CheckAssessment {
  const none = { passed: 0, failed: 0, noData: 0 };
  const assessment = (
    verdict: CheckVerdict,
    sentence: string,
    samples: readonly Sample[] = [],
    counts: CheckAssessment["counts"] = none,
  ): CheckAssessment => ({
    check: check.name,
    verdict,
    sentence,
    query,
    condition: check.pass?.source ?? "",
    samples: samples.slice(-KEPT_SAMPLES).map(({ at, value }) => ({ at, value })),
    counts,
  });

  if (reading.kind !== "samples" && reading.kind !== "partial" && reading.kind !== "error") {
    return assessment("error", `the answer is ${reading.kind}, and samples are needed`);
  }
  if (reading.kind === "error") return assessment("error", reading.why);
  if (reading.kind === "partial") {
    return assessment("inconclusive", `the answer may be incomplete: ${reading.why}`);
  }

  const judged: Judged[] = [];
  for (const sample of reading.samples) {
    if (sample.at < window.from + window.warmUp || isStillToCome(sample, window, now)) continue;
    const result = judge(check, sample);
    if (result.kind === "error") return assessment("error", result.why, [sample]);
    judged.push({ ...sample, result: result.kind });
  }

  const tripped = firstTrip(check, judged);
  if (tripped !== null) {
    const upTo = judged.slice(0, tripped.index + 1);
    return assessment("failure", tripped.sentence, upTo, count(upTo));
  }
  const counts = count(judged);
  if (now < window.until) return assessment("pending", "no limit has tripped", judged, counts);
  const doubt = whyInconclusive(check, judged, counts);
  return doubt === null
    ? assessment("success", successSentence(counts), judged, counts)
    : assessment("inconclusive", doubt, judged, counts);
}

/** The newest point may lack only because it has not been scraped yet. */
function isStillToCome({ at, value }: Sample, { every }: WatchWindow, now: Instant): boolean {
  return value === null && at > now - every;
}

function judge(
  check: WatchCheck,
  { value }: Sample,
): { readonly kind: Judged["result"] } | { readonly kind: "error"; readonly why: string } {
  if (value === null) {
    const kinds = { inconclusive: "noData", fail: "failed", pass: "passed" } as const;
    return { kind: kinds[check.noData] };
  }
  if (check.pass === null) return { kind: "passed" };
  const evaluation = check.pass.evaluate({ value });
  switch (evaluation.kind) {
    case "value":
      return { kind: evaluation.value ? "passed" : "failed" };
    case "missing":
      return {
        kind: "error",
        why: `the pass condition reads ${evaluation.what}, which is not there`,
      };
    case "error":
      return { kind: "error", why: `the pass condition cannot be evaluated: ${evaluation.why}` };
  }
}

/** The first point at which a limit was broken, oldest first. */
function firstTrip(
  check: WatchCheck,
  judged: readonly Judged[],
): { readonly index: number; readonly sentence: string } | null {
  let total = 0;
  let inARow = 0;
  for (const [index, { result }] of judged.entries()) {
    if (result === "noData") continue;
    inARow = result === "failed" ? inARow + 1 : 0;
    total += result === "failed" ? 1 : 0;
    if (check.consecutiveFailures !== null && inARow >= check.consecutiveFailures) {
      return {
        index,
        sentence: `${failures(inARow)} in a row (limit ${check.consecutiveFailures})`,
      };
    }
    if (check.failureLimit !== null && total > check.failureLimit) {
      return { index, sentence: `${failures(total)} (more than ${check.failureLimit} allowed)` };
    }
  }
  return null;
}

function failures(number: number): string {
  return number === 1 ? "1 failure" : `${number} failures`;
}

function count(judged: readonly Judged[]): CheckAssessment["counts"] {
  const of = (result: Judged["result"]) => judged.filter((point) => point.result === result).length;
  return { passed: of("passed"), failed: of("failed"), noData: of("noData") };
}

function whyInconclusive(
  check: WatchCheck,
  judged: readonly Judged[],
  { passed, failed, noData }: CheckAssessment["counts"],
): string | null {
  const samples = passed + failed;
  if (samples < check.minSamples) {
    return `only ${samples} of at least ${check.minSamples} samples have data`;
  }
  if (noData > samples) return `${noData} of ${judged.length} points have no data`;
  const gap = judged.length - 1 - judged.findLastIndex(({ result }) => result !== "noData");
  return gap >= TRAILING_GAP ? `the last ${gap} points have no data` : null;
}

function successSentence({ passed, failed, noData }: CheckAssessment["counts"]): string {
  const gaps = noData === 0 ? "" : `, ${noData} without data`;
  return `${passed} of ${passed + failed} samples passed${gaps}`;
}
