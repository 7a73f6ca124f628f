import type { types } from "@slack/bolt";
import type { Message, Modal } from "../../cards/message.ts";

/** Our messages in the words of Slack's types, which are mutable and know fewer blocks than Slack. */
export function contentOf(message: Message): { text: string; blocks: types.KnownBlock[] } {
  return { text: message.text, blocks: [...message.blocks] as unknown as types.KnownBlock[] };
}

export function viewOf(modal: Modal): types.ModalView {
  return modal as unknown as types.ModalView;
}
