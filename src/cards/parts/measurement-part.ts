import { type ComponentPolicy, environmentPolicy } from "../../core/policy.ts";
import type { AssessedAlert, CheckAssessment, Sample } from "../../core/verdict.ts";
import type { WatchCheck } from "../../core/watch-policy.ts";
import { contexts, preformatted, sections } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { checkLine, verdictWords, worstFirst } from "../headline/watch-lines.ts";
import { SHOWN } from "../limits.ts";
import type { Block } from "../message.ts";
import { counted } from "../text/lines.ts";
import { code, EMPTY, link, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { distinctly } from "../text/number.ts";
import { clockTime } from "../text/time.ts";

const CHECKS_SHOWN = [3, 2, 1];

/** The checks behind an incident: what was measured, against which limit, and how it was asked. */
export function measurementPart(
  checks: readonly CheckAssessment[],
  policy: ComponentPolicy | null,
  environment: string,
): readonly Part[] {
  if (checks.length === 0) return [];
  const watch = policy === null ? null : environmentPolicy(policy, environment)?.watch;
  const watched = [watch, watch?.guard, watch?.confirm].flatMap((one) => one?.checks ?? []);
  const ordered = worstFirst(checks);
  return [
    {
      name: "measurements",
      title: "measurements",
      rank: 60,
      forms: CHECKS_SHOWN.map((count) => [
        ...ordered.slice(0, count).flatMap((one) => checkBlocks(one, judgeFor(one, watched))),
        ...moreChecks(ordered.length - count),
      ]),
    },
  ];
}

function moreChecks(left: number): readonly Block[] {
  return left <= 0 ? [] : contexts([md`and ${counted(left, "more check", "more checks")}`]);
}

function checkBlocks(assessment: CheckAssessment, judge: Judge): readonly Block[] {
  const { samples, condition, query, alert } = assessment;
  if (alert !== undefined) return alertBlocks(assessment, alert);
  const table = samples.length === 0 ? [] : [preformatted(tableOf(samples, judge), 600)];
  return [
    ...sections([titleLine(assessment)]),
    ...table,
    ...contexts([
      md`*Limit* ${code(condition, SHOWN.sentence)}`,
      md`*Query* ${code(query, SHOWN.query)}`,
    ]),
  ];
}

/** An alert has been judged by its own system: what it said, what it is about, and where to look. */
function alertBlocks(assessment: CheckAssessment, { url }: AssessedAlert): readonly Block[] {
  const page = url === null ? EMPTY : md` · ${link(url, "Open")}`;
  return [
    ...sections([checkLine(assessment)]),
    ...contexts([md`*Labels* ${code(assessment.query, SHOWN.query)}${page}`]),
  ];
}

function titleLine({ verdict, check, counts }: CheckAssessment): Mrkdwn {
  const { failed, passed, noData } = counts;
  const gaps = noData === 0 ? EMPTY : md`, ${noData} without data`;
  return md`${verdictWords(verdict)}: *${check}* · ${failed} failed, ${passed} passed${gaps}`;
}

type Judge = (value: number) => string;

/**
 * How a single sample is judged, by the condition of the policy; where the policy has another condition
 * by now than the one that was measured with, nobody can say.
 */
function judgeFor({ check, condition }: CheckAssessment, watched: readonly WatchCheck[]): Judge {
  const pass = watched.find((one) => one.name === check && one.pass?.source === condition)?.pass;
  if (!pass) return () => "";
  return (value) => {
    const evaluation = pass.evaluate({ value });
    if (evaluation.kind !== "value") return "unknown";
    return evaluation.value ? "pass" : "fail";
  };
}

/** Narrow enough for a phone: time, value and verdict. */
function tableOf(samples: readonly Sample[], judge: Judge): string {
  const values = samples.flatMap(({ value }) => (value === null ? [] : [value]));
  const print = distinctly(values);
  const rows = samples.map(({ at, value }) => ({
    time: clockTime(at),
    value: value === null ? "–" : print(value),
    verdict: value === null ? "no data" : judge(value),
  }));
  const width = Math.max(5, ...rows.map(({ value }) => value.length));
  return [
    `UTC       ${"value".padStart(width)}  verdict`,
    ...rows.map(({ time, value, verdict }) =>
      `${time}  ${value.padStart(width)}  ${verdict}`.trimEnd(),
    ),
  ].join("\n");
}
