import { type Arguments, flag, isOk, ok, page, text } from "./answer.ts";
import type { Methods } from "./gateway.ts";
import type { LocalMessage } from "./message-log.ts";
import { APP_ID, BOT_ID, BOT_USER_ID } from "./workspace.ts";

const EVERYTHING = 1000;

export const CHANNEL_METHODS: Methods = {
  "users.conversations": (args, { channels }) => {
    const { items, next } = page(channels.ofApp(), args);
    return ok({
      channels: items.map((id) => ({
        id,
        name: channels.nameOf(id),
        is_private: channels.isPrivate(id),
      })),
      response_metadata: { next_cursor: next },
    });
  },

  "conversations.join": async (args, { upstream, channels }) => {
    const answer = await upstream.call("conversations.join", args);
    if (isOk(answer)) channels.addApp(text(args, "channel"));
    return answer;
  },

  "conversations.history": async (args, { upstream, channels, log }) => {
    const channel = text(args, "channel");
    const barred = channels.barred(channel);
    if (barred !== null) return barred;
    const answer = await upstream.call("conversations.history", { channel, limit: EVERYTHING });
    if (!isOk(answer)) return answer;
    // The emulator never shows a reply in its channel, told to the channel or not.
    const told = log.channel(channel).filter(({ threadTs }) => threadTs !== null);
    const messages = [...listed(answer.body.messages), ...told.map(broadcastReply)];
    return pageOf(messages, args, "newest first");
  },

  "conversations.replies": async (args, { upstream, channels }) => {
    const channel = text(args, "channel");
    const barred = channels.barred(channel);
    if (barred !== null) return barred;
    const answer = await upstream.call("conversations.replies", { channel, ts: text(args, "ts") });
    return isOk(answer) ? pageOf(listed(answer.body.messages), args, "oldest first") : answer;
  },
};

function listed(messages: unknown): readonly Arguments[] {
  return messages as readonly Arguments[];
}

function broadcastReply(message: LocalMessage): Arguments {
  return {
    type: "message",
    subtype: "thread_broadcast",
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    ts: message.ts,
    thread_ts: message.threadTs,
    ...(message.metadata === null ? {} : { metadata: message.metadata }),
  };
}

function pageOf(
  messages: readonly Arguments[],
  args: Arguments,
  order: "newest first" | "oldest first",
) {
  const oldest = text(args, "oldest");
  const direction = order === "newest first" ? -1 : 1;
  const sorted = messages
    .filter((message) => text(message, "ts") > oldest)
    .sort((a, b) => (text(a, "ts") < text(b, "ts") ? -direction : direction));
  const { items, next } = page(sorted, args);
  const withMetadata = flag(args, "include_all_metadata");
  return ok({
    messages: items.map((message) => shown(message, withMetadata)),
    has_more: next !== "",
    response_metadata: { next_cursor: next },
  });
}

function shown(message: Arguments, withMetadata: boolean): Arguments {
  const { metadata, ...rest } = message;
  return {
    ...rest,
    ...(message.user === BOT_USER_ID ? { bot_id: BOT_ID, app_id: APP_ID } : {}),
    ...(withMetadata && metadata !== undefined ? { metadata } : {}),
  };
}
