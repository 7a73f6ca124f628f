import { type Answer, type Arguments, flag, isOk, list, ok, refused, text } from "./answer.ts";
import { unknownPictures } from "./file-methods.ts";
import type { Gateway, Methods } from "./gateway.ts";
import type { LocalMessage } from "./message-log.ts";
import { BOT_USER_ID } from "./workspace.ts";

type Blocks = LocalMessage["blocks"];

export const MESSAGE_METHODS: Methods = {
  "chat.postMessage": async (args, gateway) => {
    const wrong = barred(args, gateway) ?? misshapen(args, gateway);
    if (wrong !== null) return wrong;
    const answer = await gateway.upstream.call("chat.postMessage", args);
    if (!isOk(answer)) return answer;
    const channel = text(answer.body, "channel");
    if (channel.startsWith("D")) gateway.directMessages.set(text(args, "channel"), channel);
    gateway.log.post({
      ...content(args),
      channel,
      ts: text(answer.body, "ts"),
      threadTs: text(args, "thread_ts") || null,
      user: BOT_USER_ID,
      metadata: args.metadata ?? null,
      broadcast: flag(args, "reply_broadcast"),
      edited: false,
      onlyFor: null,
    });
    return answer;
  },

  "chat.update": async (args, gateway) => {
    const wrong = barred(args, gateway) ?? misshapen(args, gateway);
    if (wrong !== null) return wrong;
    const answer = await gateway.upstream.call("chat.update", args);
    if (!isOk(answer)) return answer;
    gateway.log.edit(text(args, "channel"), text(args, "ts"), content(args));
    return answer;
  },

  "chat.delete": async (args, gateway) => {
    const answer = await gateway.upstream.call("chat.delete", args);
    if (isOk(answer)) gateway.log.remove(text(args, "channel"), text(args, "ts"));
    return answer;
  },

  "chat.postEphemeral": async (args, gateway) => {
    const wrong = barred(args, gateway) ?? misshapen(args, gateway);
    if (wrong !== null) return wrong;
    const channel = text(args, "channel");
    const user = text(args, "user");
    if (!gateway.channels.has(channel, user)) return refused("user_not_in_channel");
    const answer = await gateway.upstream.call("chat.postEphemeral", args);
    if (!isOk(answer)) return answer;
    gateway.log.post({
      ...content(args),
      channel,
      ts: text(answer.body, "message_ts"),
      threadTs: text(args, "thread_ts") || null,
      user: BOT_USER_ID,
      metadata: null,
      broadcast: false,
      edited: false,
      onlyFor: user,
    });
    return ok({ message_ts: answer.body.message_ts });
  },
};

/** Text and blocks as Slack keeps them: without blocks, the ones that were there are gone. */
export function content(args: Arguments): Pick<LocalMessage, "text" | "blocks"> {
  return { text: text(args, "text"), blocks: (list(args, "blocks") ?? []) as Blocks };
}

function barred(args: Arguments, gateway: Gateway): Answer | null {
  return gateway.channels.barred(text(args, "channel"));
}

function misshapen(args: Arguments, gateway: Gateway): Answer | null {
  const blocks = list(args, "blocks") ?? [];
  const problems = [
    ...gateway.checkBlocks("message", blocks),
    ...unknownPictures(blocks, gateway.files),
  ];
  return problems.length === 0 ? null : refused("invalid_blocks", problems);
}
