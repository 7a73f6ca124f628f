import type { CheckAssessment } from "../verdict.ts";
import type { ScorePolicy, WatchCheck } from "../watch-policy.ts";

/** What the verdicts of all checks come to. */
export interface WatchJudgement {
  /** `pending`: nothing has been decided, and the window has not ended. */
  readonly verdict: CheckAssessment["verdict"];
  /** What decided: those that fail, or those that could not be judged; none on a success. */
  readonly checks: readonly CheckAssessment[];
  /** One sentence for people. */
  readonly sentence: string;
  /** In percent of the weight of what could be judged; null: no score is configured, or nothing could be. */
  readonly score: number | null;
  /** It fails, by too little to act on without a person. */
  readonly isDoubtful: boolean;
}

/** What a watch, a guard or a confirmation is judged by; null: it is no longer configured. */
type Judged = {
  readonly checks: readonly Pick<WatchCheck, "name" | "weight" | "isKey">[];
  readonly score: ScorePolicy | null;
} | null;

/** Where less than this share of the weight could be judged, the rest says nothing about the whole. */
const LEAST_JUDGED = 0.5;

/**
 * The verdict on a whole watch. Without a score each check that fails fails it, and at its end each one
 * that could not be judged leaves it undecided. With a score the weights decide: it fails before the end as
 * soon as it could no longer reach `warn`, or a key check or an alert fails. What could not be judged
 * counts for nothing; a key check that could not be judged, or half of the weight, leaves it undecided.
 */
export function judgeWatch(
  policy: Judged,
  assessments: readonly CheckAssessment[],
  hasEnded: boolean,
): WatchJudgement {
  return policy?.score == null
    ? judgeEach(assessments, hasEnded)
    : judgeByScore({ checks: policy.checks, score: policy.score }, assessments, hasEnded);
}

function judgeEach(assessments: readonly CheckAssessment[], hasEnded: boolean): WatchJudgement {
  const failures = withVerdict(assessments, "failure");
  if (failures.length > 0) return judgement("failure", failures, sentencesOf(failures));
  if (!hasEnded) return judgement("pending", [], "no check has failed");
  if (assessments.length === 0) {
    return judgement("inconclusive", [], "there is no check to judge it by");
  }
  const undecided = withVerdict(assessments, "inconclusive", "error", "pending");
  if (undecided.length === 0) return judgement("success", [], "all checks passed");
  return undecidedBy(undecided, sentencesOf(undecided));
}

function judgeByScore(
  {
    checks,
    score,
  }: { readonly checks: NonNullable<Judged>["checks"]; readonly score: ScorePolicy },
  assessments: readonly CheckAssessment[],
  hasEnded: boolean,
): WatchJudgement {
  const weightOf = (assessment: CheckAssessment) =>
    checks.find(({ name }) => name === assessment.check)?.weight ?? 0;
  const isKey = (assessment: CheckAssessment) =>
    checks.find(({ name }) => name === assessment.check)?.isKey ?? true;
  const weigh = (some: readonly CheckAssessment[]) =>
    some.reduce((sum, assessment) => sum + weightOf(assessment), 0);

  const failures = withVerdict(assessments, "failure");
  const keys = failures.filter(isKey);
  if (keys.length > 0) return judgement("failure", keys, sentencesOf(keys));

  const whole = checks.reduce((sum, { weight }) => sum + weight, 0);
  const failed = weigh(failures);
  const highest = percent(whole - failed, whole);
  if (failures.length > 0 && highest < score.warn) {
    const words = `the score can reach ${highest} at most, and ${score.warn} is needed`;
    return judgement("failure", failures, `${words}: ${sentencesOf(failures)}`, highest);
  }
  if (!hasEnded) return judgement("pending", [], "the score can still be reached");

  const undecided = withVerdict(assessments, "inconclusive", "error", "pending");
  const undecidedKeys = undecided.filter(isKey);
  const judged = weigh(withVerdict(assessments, "success")) + failed;
  if (undecidedKeys.length > 0) return undecidedBy(undecidedKeys, sentencesOf(undecidedKeys));
  if (judged <= whole * LEAST_JUDGED) {
    const words = `checks of ${percent(judged, whole)} % of the weight could be judged`;
    const because = undecided.length === 0 ? "" : `: ${sentencesOf(undecided)}`;
    return undecidedBy(undecided, `${words}${because}`);
  }
  const reached = percent(judged - failed, judged);
  const words = `the score is ${reached}`;
  if (reached >= score.pass) return judgement("success", [], words, reached);
  const why = `${words}, and ${score.pass} is needed: ${sentencesOf(failures)}`;
  const verdict = reached >= score.warn ? "inconclusive" : "failure";
  return judgement(verdict, failures, why, reached);
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1_000) / 10;
}

function undecidedBy(checks: readonly CheckAssessment[], sentence: string): WatchJudgement {
  const verdict = withVerdict(checks, "error").length > 0 ? "error" : "inconclusive";
  return judgement(verdict, checks, sentence);
}

function judgement(
  verdict: WatchJudgement["verdict"],
  checks: readonly CheckAssessment[],
  sentence: string,
  score: number | null = null,
): WatchJudgement {
  const isDoubtful = verdict === "failure" && checks.every((check) => check.isDoubtful === true);
  return { verdict, checks, sentence, score, isDoubtful };
}

function sentencesOf(checks: readonly CheckAssessment[]): string {
  return checks.map(({ check, sentence }) => `${check}: ${sentence}`).join("; ");
}

function withVerdict(
  assessments: readonly CheckAssessment[],
  ...verdicts: readonly CheckAssessment["verdict"][]
): readonly CheckAssessment[] {
  return assessments.filter(({ verdict }) => verdicts.includes(verdict));
}
