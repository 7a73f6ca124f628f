import type { types } from "@slack/bolt";
import type { Message, Modal } from "../../cards/message.ts";

/** Our messages in the words of Slack's types, which are mutable and know fewer blocks than Slack. */
export function contentOf(message: Message): { text: string; blocks: types.KnownBlock[] } {
  return { text: message.text, blocks: [...message.blocks] as unknown as types.KnownBlock[] };
}

export function viewOf(modal: Modal): types.ModalView {
  return modal as unknown as types.ModalView;
}

const LONGEST_PLAIN = 3_000;

/** What is left of a message whose blocks Slack does not take. */
export function plainMessage(message: Message): Message {
  const text = [...message.text].slice(0, LONGEST_PLAIN).join("");
  return { text: `${text}\n(Not everything could be shown here: ask with /release.)`, blocks: [] };
}

/** A sentence shown as it is: nothing in it becomes a mention, a link or formatting. */
export function sentenceMessage(sentence: string): Message {
  const shown = [...sentence].slice(0, LONGEST_PLAIN / 2).join("");
  return {
    text: shown.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    blocks: [{ type: "section", text: { type: "plain_text", text: shown, emoji: false } }],
  };
}
