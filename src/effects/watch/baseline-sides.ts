import type { Instant, Milliseconds } from "../../core/json.ts";
import { baselineLength } from "../../core/watch/baseline-length.ts";
import { strideOf } from "../../core/watch/overlap.ts";
import type { Baseline, Measure, WatchCheck } from "../../core/watch-policy.ts";
import type { MeasuredWindow } from "./watch-window.ts";

/** What is measured: the texts that templates of queries stand for. */
export interface MeasuredSubject {
  readonly component: string;
  readonly environment: string;
  readonly version: string;
  /** The version that was live before it, to compare with; null: there was none. */
  readonly previous: string | null;
}

/** One side of a comparison: what is asked for, of which version, and when. */
export interface Side {
  readonly measure: Measure;
  readonly subject: MeasuredSubject;
  readonly from: Instant;
  readonly to: Instant;
}

/** Whoever wants a longer window asks less often. */
const MOST_POINTS = 11_000;
const WEEK: Milliseconds = 7 * 86_400_000;

/** The release itself. */
export function releaseSide(
  { measure }: WatchCheck,
  subject: MeasuredSubject,
  { from, to }: MeasuredWindow,
): Side {
  return { measure, subject, from, to };
}

/**
 * What a check's release is compared with. `stable`: the version that was live before, in the same time.
 * `previous`: the same version in the time before the deployment, as long as the whole window and at least
 * 120 points; it is asked for beside `stable` as well where that is a number, to see how it spreads.
 * `last-week`: that much from a week before. The last two do not change while a watch runs.
 */
export function baselineSides(
  { measure, comparison }: WatchCheck,
  subject: MeasuredSubject,
  window: MeasuredWindow,
): { readonly [B in Baseline]?: Side } {
  if (comparison === null || measure.kind === "alerts") return {};
  const before = subject.previous === null ? null : { ...subject, version: subject.previous };
  const compared = comparison.measure ?? measure;
  const { from, to, until, every, deployedAt } = window;
  // Of overlapping points the detectors take only some.
  const stride = strideOf(compared, every);
  const length = Math.min(
    baselineLength(Math.max(until, to) - from, every * stride),
    MOST_POINTS * every,
  );
  const wants = (baseline: Baseline) =>
    comparison.with === baseline || (comparison.with === "auto" && baseline !== "last-week");
  return {
    ...(wants("stable") && before !== null
      ? { stable: { measure: compared, subject: before, from, to } }
      : {}),
    ...((wants("previous") || (wants("stable") && compared.kind === "value")) && before !== null
      ? {
          previous: {
            measure: compared,
            subject: before,
            from: deployedAt - length,
            to: deployedAt,
          },
        }
      : {}),
    ...(wants("last-week")
      ? {
          "last-week": {
            measure: compared,
            subject: before ?? subject,
            from: from - WEEK,
            to: from - WEEK + length,
          },
        }
      : {}),
  };
}
