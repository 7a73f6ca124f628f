import type { CheckAssessment, CheckVerdict } from "../../core/verdict.ts";
import type { WatchPolicy } from "../../core/watch-policy.ts";
import { SHOWN } from "../limits.ts";
import { atMost, counted } from "../text/lines.ts";
import { line, list, type Mrkdwn, md } from "../text/mrkdwn.ts";

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

/** The checks of which nothing has been recorded: their verdict has been open from the start. */
export function measuringLine(
  watch: WatchPolicy | null,
  recorded: readonly CheckAssessment[],
): readonly Mrkdwn[] {
  const open = (watch?.checks ?? []).filter(({ name }) =>
    recorded.every(({ check }) => check !== name),
  );
  if (open.length === 0) return [];
  const names = atMost(
    CHECKS_SHOWN,
    open,
    ({ name }) => md`*${name}*`,
    (left) => md`${left} more`,
  );
  return [md`${verdictWords("pending")}: ${list(names)}`];
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
