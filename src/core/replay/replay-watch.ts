import { actionFor } from "../decide/breach.ts";
import type { Instant } from "../json.ts";
import type { CheckAssessment } from "../verdict.ts";
import { assess } from "../watch/assess.ts";
import type { AssessRequest } from "../watch/assess-request.ts";
import { judgeWatch } from "../watch/judge-watch.ts";
import type { WatchPolicy } from "../watch-policy.ts";
import { ticksOf } from "./ticks.ts";
import { hasData, upTo } from "./up-to.ts";

/** What a watch would have done in a window of the past. */
export interface WatchReplay {
  /**
   * `quiet`: nothing had been done when the release stopped taking traffic, before the end. `no-data`: what
   * some of its checks need is not kept any more, and the others alone decide nothing.
   */
  readonly outcome: WatchOutcome;
  /** When it would have acted, or passed; null: it would have done neither. */
  readonly at: Instant | null;
  /** One sentence for people. */
  readonly sentence: string;
}

export type WatchOutcome = "rollback" | "ask" | "announce" | "pass" | "quiet" | "no-data";

/** What decides of a watch, besides the measurements. */
export type JudgedPolicy = Pick<WatchPolicy, "checks" | "score" | "on">;

/**
 * Judges a window of the past as the live watch would have, by the same functions: at each of its ticks the
 * checks by what was known then, all of them together by weights, key checks and scores, and what was to be
 * done by `on`. A question because it failed by little becomes a rollback when there is no doubt any more.
 * `requests`: of its checks. `end`: when the release stopped taking traffic, if that was before the end.
 */
export function replayWatch(
  policy: JudgedPolicy,
  requests: readonly Omit<AssessRequest, "now">[],
  end: Instant,
): WatchReplay {
  const [first] = requests;
  const gone = requests.filter(({ measured }) => !hasData(measured.release));
  if (first === undefined || gone.length === requests.length) {
    return { outcome: "no-data", at: null, sentence: "the source has nothing of this time" };
  }
  const { window } = first;
  let asked: WatchReplay | null = null;
  for (const now of ticksOf(window, end)) {
    // What is not kept any more was known then: nothing is decided in its place.
    const hasEnded = now >= window.until && gone.length === 0;
    const assessments = requests.map((request) =>
      gone.includes(request)
        ? unknown(request)
        : assess({ ...request, measured: upTo(request.measured, now), now }),
    );
    const judged = judgeWatch(policy, assessments, hasEnded);
    const { verdict, sentence } = judged;
    if (verdict === "pending") continue;
    if (verdict === "success") return asked ?? { outcome: "pass", at: now, sentence };
    const outcome =
      verdict === "failure" ? actionFor(policy.on.failure, judged) : policy.on[verdict];
    if (outcome === "rollback") return { outcome, at: now, sentence };
    asked ??= { outcome, at: now, sentence };
  }
  return asked ?? undone(gone);
}

function undone(gone: readonly Pick<AssessRequest, "check">[]): WatchReplay {
  const names = gone.map(({ check }) => check.name).join(", ");
  return gone.length === 0
    ? { outcome: "quiet", at: null, sentence: "nothing had failed when it stopped taking traffic" }
    : {
        outcome: "no-data",
        at: null,
        sentence: `the source has nothing of this time for ${names}`,
      };
}

function unknown({ check, query }: Omit<AssessRequest, "now">): CheckAssessment {
  return {
    check: check.name,
    verdict: "pending",
    sentence: "the source has nothing of this time",
    query,
    condition: "",
    samples: [],
    counts: { passed: 0, failed: 0, noData: 0 },
  };
}
