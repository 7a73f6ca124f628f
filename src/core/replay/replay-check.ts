import type { Instant } from "../json.ts";
import type { CheckAssessment, CheckVerdict } from "../verdict.ts";
import { assess } from "../watch/assess.ts";
import type { AssessRequest } from "../watch/assess-request.ts";
import { ticksOf } from "./ticks.ts";
import { hasData, upTo } from "./up-to.ts";

/** What a check would have come to in a window of the past. */
export interface Replay {
  /**
   * `quiet`: it had not failed when the release stopped taking traffic, before the end. `undecided`: it could
   * not be judged by the end. `no-data`: what it needs is not kept any more.
   */
  readonly result: ReplayResult;
  /** When it would have failed; null: never. */
  readonly foundAt: Instant | null;
  /** One sentence for people. */
  readonly sentence: string;
}

export type ReplayResult = "failed" | "passed" | "quiet" | "undecided" | "no-data";

/**
 * Judges a window of the past as its watch would have: at each of its ticks by what was known then, until
 * it fails. `end`: when the release stopped taking traffic, if that was before the end of the window.
 */
export function replayCheck(
  request: Omit<AssessRequest, "now">,
  end: Instant = request.window.until,
): Replay {
  const { measured } = request;
  if (!hasData(measured.release)) {
    const sentence = "the source has nothing of this time";
    return { result: "no-data", foundAt: null, sentence };
  }
  let last: CheckAssessment | null = null;
  for (const now of ticksOf(request.window, end)) {
    last = assess({ ...request, measured: upTo(measured, now), now });
    if (last.verdict === "failure") {
      return { result: "failed", foundAt: now, sentence: last.sentence };
    }
  }
  if (last === null) {
    return { result: "undecided", foundAt: null, sentence: "it took traffic for no time at all" };
  }
  return { result: RESULT_OF[last.verdict], foundAt: null, sentence: last.sentence };
}

export const RESULT_OF: Readonly<Record<CheckVerdict, ReplayResult>> = {
  failure: "failed",
  success: "passed",
  pending: "quiet",
  inconclusive: "undecided",
  error: "undecided",
};
