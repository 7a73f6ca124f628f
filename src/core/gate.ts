import type { Build } from "./build.ts";
import type { Comparison, Evaluation, Expression, Scope } from "./expression.ts";
import type { Json } from "./json.ts";
import { PairMemo } from "./pair-memo.ts";
import type { GatePolicy } from "./policy.ts";
import type { GateNumber, GateResult, GateVerdict, Release } from "./release.ts";

/**
 * Judges every gate of a release against the release that is live in the target environment (null: none).
 * Unknown is never success: what cannot be evaluated blocks like a failure, and so does what should be known
 * of the build and is not.
 */
export function judgeGates(
  gates: readonly GatePolicy[],
  release: Release,
  live: Release | null,
): readonly GateResult[] {
  return [...gates.map((gate) => judgeGate(gate, release, live)), ...blockingGaps(release)];
}

function blockingGaps({ build: { gaps = [] } }: Release): readonly GateResult[] {
  return gaps
    .filter(({ blocks }) => blocks)
    .map(({ what, why }) => ({
      name: what,
      verdict: "missing",
      blocks: true,
      sentence: why,
      numbers: [],
    }));
}

/** True when a verdict keeps the release from being promoted. */
export function blockedBy(results: readonly GateResult[]): readonly GateResult[] {
  return results.filter(({ blocks }) => blocks);
}

function judgeGate(gate: GatePolicy, release: Release, live: Release | null): GateResult {
  if (gate.check.readsLive && live === null) {
    return result(gate, gate.whenNoLive, "nothing live to compare with", []);
  }
  const evaluation = evaluate(gate.check, release, live);
  const numbers = numbersOf(gate.check, evaluation, live);
  switch (evaluation.kind) {
    case "value":
      return evaluation.value
        ? result(gate, "pass", "holds", numbers)
        : result(gate, failed(gate), failure(gate, evaluation.comparisons), numbers);
    case "missing":
      return result(gate, "missing", missing(evaluation.what, live), numbers);
    case "error":
      return result(gate, "missing", `it could not be evaluated: ${evaluation.why}`, numbers);
  }
}

function result(
  gate: GatePolicy,
  verdict: GateVerdict,
  sentence: string,
  numbers: readonly GateNumber[],
): GateResult {
  const blocks = verdict === "fail" || (verdict === "missing" && gate.level === "fail");
  return { name: gate.name, verdict, blocks, sentence, numbers };
}

function failed(gate: GatePolicy): GateVerdict {
  return gate.level === "fail" ? "fail" : "warn";
}

function failure(gate: GatePolicy, comparisons: readonly Comparison[]): string {
  const broken = comparisons.filter(({ holds }) => !holds);
  if (broken.length === 0) return `does not hold: ${gate.check.source}`;
  return broken
    .map(({ subject, operator, actual, limit }) => {
      return `${subject} is ${actual}, and must be ${operator} ${limit}`;
    })
    .join("; ");
}

function missing(what: string, live: Release | null): string {
  return what.startsWith("live.")
    ? `${live?.version ?? "the live release"} has no ${what.slice("live.".length)} to compare with`
    : `the report has no ${what}`;
}

/** The numbers of the challenger beside those of the champion, matched by the text of their subject. */
function numbersOf(
  check: Expression,
  evaluation: Evaluation,
  live: Release | null,
): readonly GateNumber[] {
  if (evaluation.kind !== "value") return [];
  const champion = live === null ? null : evaluate(check, live, live);
  const liveNumbers = new Map(
    champion?.kind === "value"
      ? champion.comparisons.map(({ subject, actual }) => [subject, actual])
      : [],
  );
  return evaluation.comparisons.map(({ subject, operator, actual, limit }) => ({
    subject,
    operator,
    actual,
    limit,
    live: liveNumbers.get(subject) ?? null,
  }));
}

interface Evaluated {
  readonly version: string;
  readonly live: { readonly version: string; readonly build: Build } | null;
  readonly evaluation: Evaluation;
}

const evaluated = new PairMemo<Expression, Build, Evaluated>();

/** A build is judged for each environment, and again whenever anything happens to its component. */
function evaluate(check: Expression, release: Release, target: Release | null): Evaluation {
  const live = check.readsLive ? target : null;
  const { version, build } = release;
  const known = evaluated.get(check, build);
  if (
    known?.version === version &&
    known.live?.build === live?.build &&
    known.live?.version === live?.version
  ) {
    return known.evaluation;
  }
  const evaluation = check.evaluate(gateScope(release, live));
  evaluated.set(check, build, {
    version,
    live: live === null ? null : { version: live.version, build: live.build },
    evaluation,
  });
  return evaluation;
}

/** The variables of a gate. What the report lacks is left out, so that reading it is `missing`. */
export function gateScope(release: Release, live: Release | null): Scope {
  const scope = releaseScope(release);
  return live === null ? scope : { ...scope, live: releaseScope(live) };
}

function releaseScope({ version, build }: Release): Readonly<Record<string, Json>> {
  const { metrics, slices, tests, checks, datasets, commit, trigger } = build;
  return {
    metrics,
    slices,
    ...(tests === null ? {} : { tests: { ...tests } }),
    checks: checks.map((check) => ({ ...check })),
    datasets: datasets.map((dataset) => ({ ...dataset })),
    ...(commit === null ? {} : { commit: commitScope(commit) }),
    release: { version, trigger },
  };
}

function commitScope({ repository, sha, branch, tag, author }: NonNullable<Build["commit"]>): Json {
  return { repository, sha, branch, tag, author };
}
