import type { Evaluation } from "../../core/expression.ts";
import { type ComponentPolicy, environmentPolicy } from "../../core/policy.ts";
import type { AssessedAlert, CheckAssessment } from "../../core/verdict.ts";
import { isJudgedBy } from "../../core/watch/judged-by.ts";
import type { WatchCheck } from "../../core/watch-policy.ts";
import { contexts, preformatted, sections } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { checkLine, verdictWords, worstFirst } from "../headline/watch-lines.ts";
import { SHOWN } from "../limits.ts";
import type { Block } from "../message.ts";
import { counted } from "../text/lines.ts";
import { code, EMPTY, line, link, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { comparisonLine } from "./comparison-line.ts";
import { type Judge, measurementTable } from "./measurement-table.ts";

const CHECKS_SHOWN = [3, 2, 1];
/** Eleven rows of a narrow table. */
const TABLE = 700;

/** The checks behind an incident: what was measured, against which limit, and how it was asked. */
export function measurementPart(
  checks: readonly CheckAssessment[],
  policy: ComponentPolicy | null,
  environment: string,
): readonly Part[] {
  if (checks.length === 0) return [];
  const watched = watchedChecks(policy, environment);
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

/** The checks that are configured, of whatever looks at the release. */
export function watchedChecks(
  policy: ComponentPolicy | null,
  environment: string,
): readonly WatchCheck[] {
  const watch = policy === null ? null : (environmentPolicy(policy, environment)?.watch ?? null);
  return watch === null
    ? []
    : [watch, watch.guard, watch.confirm].flatMap((measuring) => measuring?.checks ?? []);
}

function moreChecks(left: number): readonly Block[] {
  return left <= 0 ? [] : contexts([md`and ${counted(left, "more check", "more checks")}`]);
}

function checkBlocks(assessment: CheckAssessment, judge: Judge): readonly Block[] {
  const { samples, sentence, alert } = assessment;
  if (alert !== undefined) return alertBlocks(assessment, alert);
  return [
    ...sections([titleLine(assessment)]),
    ...tableBlocks(assessment, judge),
    ...contexts([
      ...(samples.length === 0 ? [] : [md`*Why* ${line(sentence, SHOWN.sentence)}`]),
      ...basisLines(assessment),
    ]),
  ];
}

/** The last measurements, where there are any. */
export function tableBlocks(assessment: CheckAssessment, judge: Judge): readonly Block[] {
  return assessment.samples.length === 0
    ? []
    : [preformatted(measurementTable(assessment, judge), TABLE)];
}

/** By what it was judged: the comparison, the limit, and the query with a page that shows it. */
export function basisLines({
  comparison,
  condition,
  query,
  url,
}: CheckAssessment): readonly Mrkdwn[] {
  const page = url === undefined ? EMPTY : md` · ${link(url, "Open")}`;
  return [
    ...(comparison === undefined ? [] : [comparisonLine(comparison)]),
    ...(condition === "" ? [] : [md`*Limit* ${code(condition, SHOWN.sentence)}`]),
    md`*Query* ${code(query, SHOWN.query)}${page}`,
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

/** What only compares judges no sample by itself. */
function titleLine({ verdict, check, counts, comparison }: CheckAssessment): Mrkdwn {
  const { failed, passed, noData } = counts;
  const gaps = noData === 0 ? EMPTY : md`, ${noData} without data`;
  const judged =
    comparison !== undefined && failed === 0
      ? md`${line(counted(passed, "sample", "samples"))}`
      : md`${failed} failed, ${passed} passed`;
  return md`${verdictWords(verdict)}: *${check}* · ${judged}${gaps}`;
}

/**
 * How a single sample is judged, by the conditions of the policy; where the policy has others by now than
 * those that were measured with, nobody can say.
 */
export function judgeFor(
  { check, condition, comparison }: CheckAssessment,
  watched: readonly WatchCheck[],
): Judge {
  const configured = watched.find((one) => one.name === check && isJudgedBy(one, condition));
  if (configured === undefined) return () => "";
  const { pass, fail } = configured;
  const baseline = comparison?.expected ?? null;
  return (value) => {
    const scope = { value, samples: [value], ...(baseline === null ? {} : { baseline }) };
    const passes = pass?.evaluate(scope);
    const fails = fail?.evaluate(scope);
    if ([passes, fails].some((one) => one !== undefined && one.kind !== "value")) return "unknown";
    if (fails === undefined) return isTrue(passes) ? "pass" : "fail";
    if (isTrue(fails)) return "fail";
    return passes === undefined || isTrue(passes) ? "pass" : "unclear";
  };
}

function isTrue(evaluation: Evaluation | undefined): boolean {
  return evaluation?.kind === "value" && evaluation.value;
}
