import type { Instant } from "../json.ts";
import type { WatchWindow } from "../watch/watch-window.ts";

/** When a watch looks: on whole steps, as points are; the end is not missed for lying between two. */
export function ticksOf({ from, every, until }: WatchWindow, end: Instant): readonly Instant[] {
  const last = Math.min(until, end);
  const ticks: Instant[] = [];
  for (let tick = Math.floor(from / every) * every + every; tick < last; tick += every) {
    ticks.push(tick);
  }
  return last > from ? [...ticks, last] : ticks;
}
