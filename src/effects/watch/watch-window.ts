import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Promotion } from "../../core/promotion.ts";
import type { WatchPolicy } from "../../core/watch-policy.ts";

/** What is asked for and judged at one tick. */
export interface WatchWindow {
  readonly from: Instant;
  readonly to: Instant;
  /** When the watch ends, or has ended. */
  readonly until: Instant;
  readonly every: Milliseconds;
  readonly warmUp: Milliseconds;
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
): WatchWindow {
  const { peopleAreAsked, now } = circumstances;
  if (!peopleAreAsked || now <= until) {
    return { from, to: Math.min(now, until), until, every, warmUp };
  }
  const slidingFrom = Math.max(from, now - length);
  const left = Math.max(0, from + warmUp - slidingFrom);
  return { from: slidingFrom, to: now, until, every, warmUp: left };
}
