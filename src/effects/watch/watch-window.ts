import type { Instant } from "../../core/json.ts";
import type { Promotion } from "../../core/promotion.ts";
import type { WatchWindow } from "../../core/watch/watch-window.ts";
import type { WatchPolicy } from "../../core/watch-policy.ts";

/** What is asked for and judged at one tick. */
export interface MeasuredWindow extends WatchWindow {
  /** Up to when it is asked for: no point lies later. */
  readonly to: Instant;
}

type Watching = Extract<Promotion["state"], { readonly kind: "watching" }>;

/**
 * The whole time since the release took traffic, up to the end of the watch. Once that has passed and
 * people are being asked, the last `for` instead, so that a metric that comes back counts; of the warm-up
 * only what still lies in it is left out.
 */
export function watchWindow(
  { from, until }: Watching,
  { for: length, every, warmUp }: WatchPolicy,
  circumstances: { readonly peopleAreAsked: boolean; readonly now: Instant },
): MeasuredWindow {
  const { peopleAreAsked, now } = circumstances;
  const deployedAt = from;
  if (!peopleAreAsked || now <= until) {
    return { deployedAt, from, to: Math.min(now, until), until, every, warmUp };
  }
  const slidingFrom = Math.max(from, now - length);
  const left = Math.max(0, from + warmUp - slidingFrom);
  return { deployedAt, from: slidingFrom, to: now, until, every, warmUp: left };
}
