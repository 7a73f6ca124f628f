import type { Instant, Milliseconds } from "../json.ts";
import type { MeasuredCheck } from "../measured.ts";
import type { CheckAssessment } from "../verdict.ts";
import { assess } from "../watch/assess.ts";
import type { AssessRequest } from "../watch/assess-request.ts";
import { RESULT_OF, type Replay } from "./replay-check.ts";
import { between, hasData } from "./up-to.ts";

/** Looks of a guard at what is live. */
export interface GuardLooks {
  readonly first: Instant;
  readonly last: Instant;
  readonly every: Milliseconds;
  /** Each judges this much of the time before it, */
  readonly window: Milliseconds;
  /** but nothing from before the guard began. */
  readonly since: Instant;
}

/**
 * Judges the looks of a guard in the past as the guard would have, one after the other, until one of them
 * fails. The request is of the whole time from the beginning of the first look's window on.
 */
export function replayGuard(request: Omit<AssessRequest, "now">, looks: GuardLooks): Replay {
  const { measured } = request;
  if (!hasData(measured.release)) {
    const sentence = "the source has nothing of this time";
    return { result: "no-data", foundAt: null, sentence };
  }
  let worst: CheckAssessment | null = null;
  for (const now of momentsOf(looks)) {
    const from = Math.max(looks.since, now - looks.window);
    const window = { ...request.window, from, until: from + looks.window };
    const seen = assess({ ...request, measured: slice(measured, from, now), window, now });
    if (seen.verdict === "failure") {
      return { result: "failed", foundAt: now, sentence: seen.sentence };
    }
    if (worst === null || seen.verdict !== "success") worst = seen;
  }
  return worst === null
    ? { result: "undecided", foundAt: null, sentence: "it was not looked at" }
    : { result: RESULT_OF[worst.verdict], foundAt: null, sentence: worst.sentence };
}

function momentsOf({ first, last, every }: GuardLooks): readonly Instant[] {
  const moments: Instant[] = [];
  for (let now = first; now <= last; now += every) moments.push(now);
  return moments;
}

/** What runs beside it is of the same time; what it is compared with from before stays the same. */
function slice({ release, baselines }: MeasuredCheck, from: Instant, to: Instant): MeasuredCheck {
  const { stable } = baselines;
  return {
    release: between(release, from, to),
    baselines: { ...baselines, ...(stable ? { stable: between(stable, from, to) } : {}) },
  };
}
