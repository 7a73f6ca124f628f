/** Slack's limit for the text of a section, in UTF-16 units: a character takes at most two. */
const LONGEST = 3_000;

/** A message as Slack takes it. */
export interface PlainMessage {
  readonly text: string;
  readonly blocks: readonly PlainBlock[];
}

interface PlainBlock {
  readonly type: "section";
  readonly text: {
    readonly type: "plain_text";
    readonly text: string;
    readonly emoji: false;
  };
  readonly [member: string]: unknown;
}

/** A sentence shown as it is: whatever is in it becomes neither a mention nor a link nor formatting. */
export function plainMessage(sentence: string): PlainMessage {
  const shown =
    sentence.length <= LONGEST ? sentence : `${[...sentence].slice(0, LONGEST / 2 - 1).join("")}…`;
  return {
    text: shown.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    blocks: [{ type: "section", text: { type: "plain_text", text: shown, emoji: false } }],
  };
}
