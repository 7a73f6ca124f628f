import { type Answer, type Arguments, text } from "./answer.ts";
import { limited } from "./failures.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const UPDATES_PER_MINUTE = 50;

/** Slack's limits on what a bot writes: one post a second in a channel, about fifty edits a minute. */
export function createRateLimits(now: () => number) {
  const lastPost = new Map<string, number>();
  let updates: readonly number[] = [];

  function post(channel: string): Answer | null {
    const last = lastPost.get(channel);
    if (last !== undefined && now() - last < SECOND) return limited(1);
    lastPost.set(channel, now());
    return null;
  }

  function update(): Answer | null {
    updates = updates.filter((at) => now() - at < MINUTE);
    const [first] = updates;
    if (first !== undefined && updates.length >= UPDATES_PER_MINUTE) {
      return limited(Math.ceil((first + MINUTE - now()) / SECOND));
    }
    updates = [...updates, now()];
    return null;
  }

  return {
    /** The refusal of a call that comes too soon; null: it may go on. */
    refusal(method: string, args: Arguments): Answer | null {
      if (method === "chat.postMessage") return post(text(args, "channel"));
      return method === "chat.update" ? update() : null;
    },
  };
}
