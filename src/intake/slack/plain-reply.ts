import type { Reply } from "./desk.ts";

/** Slack's limit for the text of a section. */
const LONGEST = 3_000;

/** A sentence shown as it is: whatever is in it becomes neither a mention nor a link nor formatting. */
export function plainReply(sentence: string): Reply {
  const shown = cut(sentence);
  return {
    text: shown.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    blocks: [{ type: "section", text: { type: "plain_text", text: shown, emoji: false } }],
  };
}

/** A view that says one thing and can only be closed. */
export function plainView(title: string, reply: Reply): Readonly<Record<string, unknown>> {
  return {
    type: "modal",
    title: { type: "plain_text", text: title },
    close: { type: "plain_text", text: "Close" },
    blocks: reply.blocks,
  };
}

function cut(sentence: string): string {
  const characters = [...sentence];
  return sentence.length <= LONGEST ? sentence : `${characters.slice(0, 1_400).join("")}…`;
}
