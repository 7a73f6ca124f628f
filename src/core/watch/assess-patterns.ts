import type { Measured } from "../measured.ts";
import type { LogPattern, Reading } from "../verdict.ts";
import type { Baseline, Measure } from "../watch-policy.ts";
import type { AssessRequest } from "./assess-request.ts";
import type { Finding } from "./finding.ts";
import { finding, notRead } from "./finding.ts";
import { type Unusable, usable } from "./unusable.ts";
import { BASELINE_WORDS } from "./words.ts";

type PatternsMeasure = Extract<Measure, { readonly kind: "patterns" }>;

const SHOWN = 3;
const LONGEST = 80;

/**
 * Patterns of log lines that no baseline has. A service that says nothing cannot be told from logs that do
 * not arrive: without any line the check has no data.
 */
export function assessPatterns(
  { check, measured, window, now }: AssessRequest,
  { least }: PatternsMeasure,
): Finding {
  const condition = `no new pattern of at least ${lines(least)}`;
  const release = patternsOf(measured.release);
  if (release.kind !== "patterns") return notRead(release, condition);
  const known = new Set<string>();
  let isBeside = false;
  const baselines = Object.entries(measured.baselines) as [Baseline, Measured][];
  for (const [name, baseline] of baselines) {
    const read = patternsOf(baseline);
    const of = `the baseline ${BASELINE_WORDS[name]}: `;
    if (read.kind !== "patterns") return notRead(read, condition, of);
    for (const { pattern } of read.patterns) known.add(pattern);
    isBeside ||= name === "stable" && read.patterns.length > 0;
  }
  const hasEnded = now >= window.until;
  if (baselines.length === 0) {
    const verdict = hasEnded ? "success" : "pending";
    return finding(verdict, "nothing live to compare with", condition);
  }
  const fresh = release.patterns.filter(
    ({ pattern, lines: number }) => number >= least && !known.has(pattern),
  );
  if (fresh.length > 0) {
    const counts = { passed: 0, failed: fresh.length, noData: 0 };
    const doubt = isBeside ? {} : ({ isDoubtful: true } as const);
    return { ...finding("failure", sentenceOf(fresh), condition), counts, ...doubt };
  }
  const passed = release.patterns.length;
  const counts = { passed, failed: 0, noData: passed === 0 ? 1 : 0 };
  if (!hasEnded) return { ...finding("pending", "no new pattern", condition), counts };
  if (passed > 0) {
    const sentence = `no new pattern among ${passed}`;
    return { ...finding("success", sentence, condition), counts };
  }
  const verdicts = { inconclusive: "inconclusive", fail: "failure", pass: "success" } as const;
  const sentence =
    check.noData === "pass"
      ? "no lines"
      : "no lines: nobody can tell a quiet service from logs that do not arrive";
  return { ...finding(verdicts[check.noData], sentence, condition), counts };
}

function patternsOf(
  measured: Measured,
): Extract<Reading, { readonly kind: "patterns" }> | Unusable {
  if (measured.kind !== "patterns") {
    return { kind: "error", why: `${measured.kind} was measured, and patterns are needed` };
  }
  return usable(measured.patterns, "patterns");
}

function sentenceOf(fresh: readonly LogPattern[]): string {
  const shown = fresh.slice(0, SHOWN).map(({ pattern, lines: number }) => {
    const text = pattern.length > LONGEST ? `${pattern.slice(0, LONGEST - 1)}…` : pattern;
    return `"${text}" (${lines(number)})`;
  });
  const more = fresh.length > SHOWN ? `, and ${fresh.length - SHOWN} more` : "";
  const what = fresh.length === 1 ? "1 new pattern" : `${fresh.length} new patterns`;
  return `${what}: ${shown.join(", ")}${more}`;
}

function lines(number: number): string {
  return number === 1 ? "1 line" : `${number} lines`;
}
