import type { Instant, Milliseconds } from "../../core/json.ts";
import type { MessageRef } from "../../core/release.ts";
import type { Clock } from "../../shared/clock.ts";
import type { SlackClient, SlackIdentity } from "./slack-client.ts";

/** Marks our messages: `event_payload.key` says which one it is. */
export const METADATA_EVENT = "slipway_message";

const PAGE = 200;
const MOST_PAGES = 10;
/** Slack's clock and ours need not agree. */
const CLOCKS_DIFFER: Milliseconds = 5 * 60_000;
/** A post that may have been taken is looked for at its next attempt, which is minutes away, not days. */
const LONGEST_AGO: Milliseconds = 24 * 3_600_000;

export type Place =
  | { readonly kind: "channel"; readonly channel: string; readonly since: Instant }
  | { readonly kind: "thread"; readonly channel: string; readonly threadTs: string };

export interface Wanted {
  readonly key: string;
  readonly identity: SlackIdentity;
  /** A message that is known, and not looked for. */
  readonly not: MessageRef | null;
}

interface Found {
  readonly ts?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
}

/**
 * The timestamp of our own message with this key, the newest if there are several; null when there is none
 * among the newest 2,000. Anybody may write metadata, so only messages of the app itself count.
 */
export async function findPosted(
  client: SlackClient,
  place: Place,
  wanted: Wanted,
  clock: Clock,
): Promise<string | null> {
  let cursor = "";
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { messages = [], response_metadata } = await read(client, place, cursor, clock);
    const ours = messages.filter((message: Found) => isWanted(message, wanted));
    const newest = ours
      .map((message: Found) => message.ts ?? "")
      .sort()
      .at(-1);
    if (newest !== undefined) return newest;
    cursor = response_metadata?.next_cursor ?? "";
    if (cursor === "") return null;
  }
  return null;
}

function read(client: SlackClient, place: Place, cursor: string, clock: Clock) {
  const paging = { limit: PAGE, include_all_metadata: true, ...(cursor === "" ? {} : { cursor }) };
  if (place.kind === "thread") {
    return client.conversations.replies({
      channel: place.channel,
      ts: place.threadTs,
      ...paging,
    });
  }
  const since = Math.max(place.since, clock.now() - LONGEST_AGO) - CLOCKS_DIFFER;
  const oldest = (since / 1000).toFixed(6);
  return client.conversations.history({ channel: place.channel, oldest, ...paging });
}

function isWanted(message: Found, { key, identity, not }: Wanted): boolean {
  if (message.ts === not?.ts) return false;
  if (message.user !== identity.botUserId && message.bot_id !== identity.botId) return false;
  const { event_type: type, event_payload: payload } = message.metadata ?? {};
  return type === METADATA_EVENT && (payload as { key?: unknown } | undefined)?.key === key;
}
