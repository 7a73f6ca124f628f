import type { CheckAssessment, CheckVerdict } from "../../core/verdict.ts";
import { SHOWN } from "../limits.ts";
import { atMost, counted } from "../text/lines.ts";
import { line, type Mrkdwn, md } from "../text/mrkdwn.ts";

const CHECKS_SHOWN = 5;

/** A verdict as people say it. */
const WORDS: Readonly<Record<CheckVerdict, string>> = {
  failure: "❌ Failing",
  error: "❓ Cannot be measured",
  inconclusive: "❓ Undecided",
  pending: "⏱️ Measuring",
  success: "✅ Good",
};

const WORST_FIRST: readonly CheckVerdict[] = [
  "failure",
  "error",
  "inconclusive",
  "pending",
  "success",
];

/** Each check with its verdict and what it was decided on, the worst first. */
export function checkLines(checks: readonly CheckAssessment[]): readonly Mrkdwn[] {
  return atMost(
    CHECKS_SHOWN,
    worstFirst(checks),
    checkLine,
    (left) => md`and ${counted(left, "more check", "more checks")}`,
  );
}

export function checkLine({ verdict, check, sentence }: CheckAssessment): Mrkdwn {
  return md`${verdictWords(verdict)}: *${check}*, ${line(sentence, SHOWN.sentence)}`;
}

export function verdictWords(verdict: CheckVerdict): Mrkdwn {
  return { mrkdwn: WORDS[verdict] };
}

export function worstFirst(checks: readonly CheckAssessment[]): readonly CheckAssessment[] {
  return [...checks].sort(
    (a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict),
  );
}
