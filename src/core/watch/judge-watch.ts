import { type ScoredCheck, score } from "../analysis/score.ts";
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
    score: policy,
  }: { readonly checks: NonNullable<Judged>["checks"]; readonly score: ScorePolicy },
  assessments: readonly CheckAssessment[],
  hasEnded: boolean,
): WatchJudgement {
  const scored = assessments.map(({ check, verdict }): ScoredCheck => {
    const configured = checks.find(({ name }) => name === check);
    // What is no check of the policy is an alert: its own system has judged it.
    const { weight, isKey } = configured ?? { weight: 0, isKey: true };
    return { weight, isKey, verdict: settled(verdict, hasEnded) };
  });
  const { outcome, share, sentence } = score(scored, policy);
  const because = (...verdicts: readonly CheckAssessment["verdict"][]) => {
    const some = withVerdict(assessments, ...verdicts);
    const why = some.length === 0 ? "" : `: ${sentencesOf(some)}`;
    return [some, `${sentence}${why}`, share] as const;
  };
  switch (outcome) {
    case "success":
      return judgement("success", [], sentence, share);
    case "pending":
      return judgement("pending", [], sentence, share);
    case "failure":
      return judgement("failure", ...because("failure"));
    case "warn":
      return judgement("inconclusive", ...because("failure"));
    case "inconclusive":
      return undecidedBy(...because("inconclusive", "error", "pending"));
  }
}

/** What cannot be judged now may be by the end; what is still open then never is. */
function settled(
  verdict: CheckAssessment["verdict"],
  hasEnded: boolean,
): CheckAssessment["verdict"] {
  if (hasEnded) return verdict === "pending" ? "inconclusive" : verdict;
  return verdict === "inconclusive" || verdict === "error" ? "pending" : verdict;
}

function undecidedBy(
  checks: readonly CheckAssessment[],
  sentence: string,
  score: number | null = null,
): WatchJudgement {
  const verdict = withVerdict(checks, "error").length > 0 ? "error" : "inconclusive";
  return judgement(verdict, checks, sentence, score);
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
