import { Cron } from "croner";
import type { Instant, Milliseconds } from "../core/json.ts";
import type { FreezeWindow } from "../core/policy.ts";
import { errorText } from "../shared/errors.ts";

export type CompiledWindow =
  | { readonly kind: "window"; readonly window: FreezeWindow }
  | { readonly kind: "problem"; readonly message: string };

/** From here the load-time checks look: any instant does, and the same one every time. */
const REFERENCE = Date.UTC(2024, 0, 1);
/** Windows that follow one another without a gap for longer than this never end. */
const LONGEST: Milliseconds = 366 * 86_400_000;

/**
 * A freeze that begins at every time of a cron expression, in a time zone, and lasts for an elapsed
 * time: 63 hours are 63 hours across a change of daylight saving too. A start that such a change skips
 * is taken at the first time after it. Windows that touch or overlap are one.
 */
export function compileFreeze(
  cron: string,
  length: Milliseconds,
  reason: string,
  timezone: string,
): CompiledWindow {
  const problem = cronProblem(cron);
  if (problem !== null) return { kind: "problem", message: problem };
  const starts = new Cron(cron, { timezone, mode: "5-part", paused: true });
  const first = nextStart(starts, REFERENCE);
  if (first !== null && endOf(starts, first, length) - first > LONGEST) {
    return {
      kind: "problem",
      message: "this freeze never ends: each window begins before the one before it is over",
    };
  }
  return {
    kind: "window",
    window: {
      reason,
      activeUntil: (at) => {
        const start = latestStart(starts, at);
        return start === null || at >= start + length ? null : endOf(starts, start, length);
      },
    },
  };
}

/** What is wrong with a cron expression of five fields; null when it is right and does occur. */
export function cronProblem(cron: string): string | null {
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== 5 && !cron.startsWith("@")) {
    return `must have five fields such as 0 17 * * 5 (minute, hour, day, month, weekday), and has ${fields}`;
  }
  try {
    const pattern = new Cron(cron, { timezone: "UTC", mode: "5-part", paused: true });
    return nextStart(pattern, REFERENCE) === null ? "this time never occurs" : null;
  } catch (error) {
    return `not a cron expression such as 0 17 * * 5 (${errorText(error).replace("CronPattern: ", "")})`;
  }
}

function endOf(starts: Cron, start: Instant, length: Milliseconds): Instant {
  let end = start + length;
  let next = nextStart(starts, start);
  while (next !== null && next <= end && end - start <= LONGEST) {
    end = next + length;
    next = nextStart(starts, next);
  }
  return end;
}

function nextStart(starts: Cron, after: Instant): Instant | null {
  return starts.nextRun(new Date(after))?.getTime() ?? null;
}

/** The latest start at or before an instant. */
function latestStart(starts: Cron, at: Instant): Instant | null {
  // The library looks strictly before its reference, in whole seconds.
  const candidates = starts.previousRuns(2, new Date(at + 1000)).map((start) => start.getTime());
  return candidates.find((start) => start <= at) ?? null;
}
