import type { CheckAssessment } from "../../core/verdict.ts";
import type { WatchCheck } from "../../core/watch-policy.ts";
import { counted } from "../text/lines.ts";
import { join, line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import type { Judge } from "./measurement-table.ts";

/**
 * How far a check that has not tripped is from each of its limits; null: it has none that is counted, as a
 * check has that only compares.
 */
export function distanceLine(
  { verdict, samples, counts }: CheckAssessment,
  { pass, fail, failureLimit, consecutiveFailures }: WatchCheck,
  judge: Judge,
): Mrkdwn | null {
  if (verdict === "failure" || (pass === null && fail === null)) return null;
  const row = consecutiveFailures === null ? null : failuresInARow(samples, judge);
  const distances = [
    ...(row === null || consecutiveFailures === null
      ? []
      : [md`${row} of ${line(counted(consecutiveFailures, "failure", "failures"))} in a row`]),
    ...(failureLimit === null
      ? []
      : [md`${counts.failed} of at most ${line(counted(failureLimit, "failure", "failures"))}`]),
  ];
  return distances.length === 0 ? null : md`*Until it trips* ${join(distances, "; ")}`;
}

/** A point without data neither continues nor ends a row. */
function failuresInARow(samples: CheckAssessment["samples"], judge: Judge): number {
  const verdicts = samples.flatMap(({ value }) => (value === null ? [] : [judge(value)]));
  const passed = verdicts.findLastIndex((verdict) => verdict !== "fail");
  return verdicts.length - 1 - passed;
}
