import type { webApi } from "@slack/bolt";
import type { Message } from "../../cards/message.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import type { MessageRef } from "../../core/release.ts";
import type { Clock } from "../../shared/clock.ts";
import type { Logger } from "../../shared/logger.ts";
import { NO_PREVIEWS } from "./answers.ts";
import { findPosted, METADATA_EVENT, type Place } from "./find-posted.ts";
import { LastSent } from "./last-sent.ts";
import { type Lane, Pacer } from "./pacer.ts";
import { SlackCallError } from "./slack-call-error.ts";
import type { SlackClient, SlackIdentity } from "./slack-client.ts";
import { contentOf, withoutBlocks } from "./slack-content.ts";
import { UNREADABLE_ANSWER } from "./slack-error-table.ts";
import { untilAborted } from "./until-aborted.ts";

export interface PublishRequest {
  /** Id of the channel where a new message goes. */
  readonly channel: string;
  /** What this message is; no other message in the workspace has this key. */
  readonly key: string;
  /** The message, where it is known to exist. */
  readonly ref: MessageRef | null;
  readonly message: Message;
  /** It has certainly not been posted before this. */
  readonly since: Instant;
  readonly signal: AbortSignal;
}

export interface ReplyRequest {
  readonly channel: string;
  readonly threadTs: string;
  readonly key: string;
  readonly message: Message;
  /** Whether the channel is told too. */
  readonly broadcast: boolean;
  /** From 2 on, an earlier attempt may have posted it. */
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** Not yet: ask again then. `ref` is the message as it stands, where there is one. */
interface Later {
  readonly kind: "later";
  readonly at: Instant;
  readonly ref: MessageRef | null;
}

export type Published = { readonly kind: "published"; readonly ref: MessageRef } | Later;

/**
 * Makes messages in Slack equal to what is wanted, each at most once and no faster than Slack allows.
 * It never waits: what must not go yet is answered with when it may.
 */
export interface Publisher {
  /**
   * One message with this content: edited in place, posted where there is none, never posted twice.
   * @throws SlackCallError
   */
  publish(request: PublishRequest): Promise<Published>;
  /** One reply with this key in a thread. @throws SlackCallError */
  reply(request: ReplyRequest): Promise<Published>;
}

const MINUTE: Milliseconds = 60_000;
const UPDATES: Lane = { name: "chat.update", limit: 45, per: MINUTE };

function postsIn(channel: string): Lane {
  return { name: `chat.postMessage ${channel}`, limit: 1, per: 1_000 };
}

function editsOf({ channel, ts }: MessageRef): Lane {
  return { name: `chat.update ${channel} ${ts}`, limit: 1, per: 1_000 };
}

export function createPublisher(options: {
  readonly client: SlackClient;
  readonly identity: SlackIdentity;
  readonly clock: Clock;
  readonly log: Logger;
}): Publisher {
  const { client, clock, identity, log } = options;
  const pacer = new Pacer(clock);
  const lastSent = new LastSent();
  /** The content that Slack did not take, by key. */
  const refused = new Map<string, string>();
  /** Replies whose posting was not answered: they may be there. */
  const doubtful = new Set<string>();

  /** Asks the pacer, calls, and turns Slack's own "too often" into "later". */
  async function paced<T>(
    turn: {
      readonly key: string;
      /** The first is the one that Slack's "too often" is about. */
      readonly lanes: readonly [Lane, ...Lane[]];
      readonly ref: MessageRef | null;
    },
    call: () => Promise<T>,
  ): Promise<T | Later> {
    const later = (wait: Milliseconds): Later => ({
      kind: "later",
      at: Math.ceil(clock.now() + wait),
      ref: turn.ref,
    });
    const wait = pacer.admit(turn.key, turn.lanes);
    if (wait > 0) return later(wait);
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof SlackCallError) || error.kind !== "limited") throw error;
      const [lane] = turn.lanes;
      pacer.pause(lane.name, error.retryAfter ?? MINUTE);
      return later(pacer.admit(turn.key, turn.lanes));
    }
  }

  /**
   * Sends the message as it is, or in plain text where Slack does not take it. What was refused once is not
   * tried again: the refusal counts against the limits too.
   */
  async function asSlackTakesIt<T>(
    key: string,
    message: Message,
    send: (message: Message) => Promise<T>,
  ): Promise<T> {
    if (refused.get(key) === JSON.stringify(message)) return send(withoutBlocks(message));
    try {
      const sent = await send(message);
      refused.delete(key);
      return sent;
    } catch (error) {
      if (!(error instanceof SlackCallError) || error.kind !== "content") throw error;
      log.error({ key, error: error.message }, "slack message sent without its blocks");
      refused.set(key, JSON.stringify(message));
      return send(withoutBlocks(message));
    }
  }

  async function edit(
    ref: MessageRef,
    { key, message, signal }: PublishRequest,
  ): Promise<Published | "gone"> {
    if (lastSent.is(ref, message)) return { kind: "published", ref };
    const turn = { key: `edit ${key}`, lanes: [UPDATES, editsOf(ref)], ref } as const;
    try {
      return await paced(turn, async (): Promise<Published> => {
        await asSlackTakesIt(key, message, (content) =>
          untilAborted("chat.update", signal, () =>
            client.chat.update({ ...ref, parse: "none", link_names: false, ...contentOf(content) }),
          ),
        );
        lastSent.note(ref, message);
        return { kind: "published", ref };
      });
    } catch (error) {
      if (!(error instanceof SlackCallError) || error.kind !== "gone") throw error;
      log.warn({ key, code: error.code }, "slack message cannot be edited and is posted anew");
      return "gone";
    }
  }

  async function post(
    { channel, key, message, signal }: Omit<PublishRequest, "ref" | "since">,
    thread: { readonly thread_ts?: string; readonly reply_broadcast?: boolean },
  ): Promise<MessageRef> {
    const { ts } = await asSlackTakesIt(key, message, (content) =>
      untilAborted("chat.postMessage", signal, () =>
        client.chat.postMessage({
          channel,
          ...contentOf(content),
          ...NO_PREVIEWS,
          ...thread,
          metadata: { event_type: METADATA_EVENT, event_payload: { key } },
        } as webApi.ChatPostMessageArguments),
      ),
    );
    if (ts === undefined) throw new SlackCallError("chat.postMessage", UNREADABLE_ANSWER);
    const ref = { channel, ts };
    lastSent.note(ref, message);
    return ref;
  }

  function find(
    place: Place,
    { key, signal }: Pick<PublishRequest, "key" | "signal">,
    not: MessageRef | null,
  ): Promise<string | null> {
    const method = place.kind === "channel" ? "conversations.history" : "conversations.replies";
    return untilAborted(method, signal, () =>
      findPosted(client, place, { key, identity, not }, clock),
    );
  }

  /** Posts a message that has no known place, unless Slack has it already. */
  async function postOnce(request: PublishRequest): Promise<Published> {
    const { channel, key, ref, since } = request;
    const lanes = [postsIn(channel)] as const;
    const placed = await paced({ key: `post ${key}`, lanes, ref: null }, async () => {
      // An earlier attempt, or a process that died, may have posted it: nobody can be sure but Slack.
      const ts = await find({ kind: "channel", channel, since }, request, ref);
      if (ts !== null) return { kind: "found", ref: { channel, ts } } as const;
      return { kind: "published", ref: await post(request, {}) } as const;
    });
    if (placed.kind !== "found") return placed;
    log.info({ key }, "slack message was posted before and is edited");
    const edited = await edit(placed.ref, request);
    return edited === "gone" ? { kind: "published", ref: await post(request, {}) } : edited;
  }

  return {
    async publish(request) {
      const edited = request.ref === null ? "gone" : await edit(request.ref, request);
      return edited === "gone" ? postOnce(request) : edited;
    },

    async reply(request) {
      const { channel, threadTs, key, attempt, broadcast } = request;
      // Before asking the pacer: a "later" starts the attempts anew, and with them the doubt would be lost.
      if (attempt > 1 || doubtful.has(key)) {
        const ts = await find({ kind: "thread", channel, threadTs }, request, null);
        doubtful.delete(key);
        if (ts !== null) return { kind: "published", ref: { channel, ts } };
      }
      const turn = { key: `post ${key}`, lanes: [postsIn(channel)], ref: null } as const;
      try {
        return await paced(turn, async (): Promise<Published> => {
          const thread = { thread_ts: threadTs, reply_broadcast: broadcast };
          return { kind: "published", ref: await post(request, thread) };
        });
      } catch (error) {
        if (error instanceof SlackCallError && error.uncertain) doubtful.add(key);
        throw error;
      }
    },
  };
}
