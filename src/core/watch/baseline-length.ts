import type { Milliseconds } from "../json.ts";

/** What the detectors want to know of the time before, where the source has it. */
const BASELINE_POINTS = 120;

/** How much time before a window of this length it is compared with; `every`: the distance of the points. */
export function baselineLength(window: Milliseconds, every: Milliseconds): Milliseconds {
  return Math.max(window, BASELINE_POINTS * every);
}
