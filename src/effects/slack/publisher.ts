import type { webApi } from "@slack/bolt";
import type { Message } from "../../cards/message.ts";
import type { Instant } from "../../core/json.ts";
import type { MessageRef } from "../../core/release.ts";
import type { Clock } from "../../shared/clock.ts";
import type { Logger } from "../../shared/logger.ts";
import { NO_PREVIEWS } from "./answers.ts";
import { findPosted, METADATA_EVENT, type Place } from "./find-posted.ts";
import { LastSent } from "./last-sent.ts";
import type { Lane } from "./pacer.ts";
import { PlainFallback } from "./plain-fallback.ts";
import { SlackCallError } from "./slack-call-error.ts";
import type { SlackClient, SlackIdentity } from "./slack-client.ts";
import { contentOf } from "./slack-content.ts";
import { UNREADABLE_ANSWER } from "./slack-error-table.ts";
import { type Later, type Turn, Turns } from "./turns.ts";
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

export interface PublisherOptions {
  readonly client: SlackClient;
  readonly identity: SlackIdentity;
  readonly clock: Clock;
  readonly log: Logger;
  /**
   * Whether other processes edit the same messages. What this one sent last may then have been replaced, and
   * the only way to know that a message is as wanted is to send it.
   */
  readonly shared: boolean;
}

const UPDATES: Lane = { name: "chat.update", limit: 45, per: 60_000 };

function postsIn(channel: string): Lane {
  return { name: `chat.postMessage ${channel}`, limit: 1, per: 1_000 };
}

function editsOf({ channel, ts }: MessageRef): Lane {
  return { name: `chat.update ${channel} ${ts}`, limit: 1, per: 1_000 };
}

export class SlackPublisher implements Publisher {
  readonly #client: SlackClient;
  readonly #identity: SlackIdentity;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #turns: Turns;
  readonly #fallback: PlainFallback;
  readonly #lastSent: LastSent | null;
  /** Replies whose posting was not answered: they may be there. */
  readonly #doubtful = new Set<string>();

  constructor({ client, identity, clock, log, shared }: PublisherOptions) {
    this.#client = client;
    this.#identity = identity;
    this.#clock = clock;
    this.#log = log;
    this.#turns = new Turns(clock);
    this.#fallback = new PlainFallback(log);
    this.#lastSent = shared ? null : new LastSent();
  }

  async publish(request: PublishRequest): Promise<Published> {
    const edited = request.ref === null ? "gone" : await this.#edit(request.ref, request);
    return edited === "gone" ? this.#postOnce(request) : edited;
  }

  async reply(request: ReplyRequest): Promise<Published> {
    const { channel, threadTs, key, attempt, broadcast } = request;
    // Before taking a turn: a "later" starts the attempts anew, and with them the doubt would be lost.
    if (attempt > 1 || this.#doubtful.has(key)) {
      const ts = await this.#find({ kind: "thread", channel, threadTs }, request, null);
      this.#doubtful.delete(key);
      if (ts !== null) return { kind: "published", ref: { channel, ts } };
    }
    try {
      return await this.#turns.take(postTurn(request), async (): Promise<Published> => {
        const thread = { thread_ts: threadTs, reply_broadcast: broadcast };
        return { kind: "published", ref: await this.#post(request, thread) };
      });
    } catch (error) {
      if (error instanceof SlackCallError && error.uncertain) this.#doubtful.add(key);
      throw error;
    }
  }

  async #edit(
    ref: MessageRef,
    { key, message, signal }: PublishRequest,
  ): Promise<Published | "gone"> {
    if (this.#lastSent?.is(ref, message) === true) return { kind: "published", ref };
    const turn = { key: `edit ${key}`, lanes: [UPDATES, editsOf(ref)], ref } as const;
    const update = (content: Message) =>
      untilAborted("chat.update", signal, () =>
        this.#client.chat.update({
          ...ref,
          parse: "none",
          link_names: false,
          ...contentOf(content),
        }),
      );
    try {
      return await this.#turns.take(turn, async (): Promise<Published> => {
        // An edit without an answer may have taken effect: nobody knows then what it shows.
        this.#lastSent?.forget(ref);
        await this.#fallback.send(key, message, update);
        this.#lastSent?.note(ref, message);
        return { kind: "published", ref };
      });
    } catch (error) {
      if (!(error instanceof SlackCallError) || error.kind !== "gone") throw error;
      this.#log.warn({ key, code: error.code }, "slack message cannot be edited: posted anew");
      return "gone";
    }
  }

  /** Posts a message that has no known place, unless Slack has it already. */
  async #postOnce(request: PublishRequest): Promise<Published> {
    const { channel, key, ref, since } = request;
    const placed = await this.#turns.take(postTurn(request), async () => {
      // An earlier attempt, or a process that died, may have posted it: nobody can be sure but Slack.
      const ts = await this.#find({ kind: "channel", channel, since }, request, ref);
      if (ts !== null) return { kind: "found", ref: { channel, ts } } as const;
      return { kind: "published", ref: await this.#post(request, {}) } as const;
    });
    if (placed.kind !== "found") return placed;
    this.#log.info({ key }, "slack message was posted before");
    const edited = await this.#edit(placed.ref, request);
    return edited === "gone" ? { kind: "published", ref: await this.#post(request, {}) } : edited;
  }

  async #post(
    { channel, key, message, signal }: Omit<PublishRequest, "ref" | "since">,
    thread: { readonly thread_ts?: string; readonly reply_broadcast?: boolean },
  ): Promise<MessageRef> {
    const { ts } = await this.#fallback.send(key, message, (content) =>
      untilAborted("chat.postMessage", signal, () =>
        this.#client.chat.postMessage({
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
    this.#lastSent?.note(ref, message);
    return ref;
  }

  #find(
    place: Place,
    { key, signal }: Pick<PublishRequest, "key" | "signal">,
    not: MessageRef | null,
  ): Promise<string | null> {
    const method = place.kind === "channel" ? "conversations.history" : "conversations.replies";
    const wanted = { key, identity: this.#identity, not };
    return untilAborted(method, signal, () => findPosted(this.#client, place, wanted, this.#clock));
  }
}

function postTurn({ channel, key }: Pick<PublishRequest, "channel" | "key">): Turn {
  return { key: `post ${key}`, lanes: [postsIn(channel)], ref: null };
}
