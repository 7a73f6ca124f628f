/** A Block Kit block as plain JSON. `demo/block-kit.ts` checks what Slack would refuse. */
export interface Block {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** A message: `text` is what a phone's notification shows, `blocks` is what the channel shows. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** What is shown where Slack does not take these blocks. Absent: the text. */
  readonly instead?: Message;
}

/** A modal that is only read. */
export interface ReadModal extends Modal {
  readonly close: NonNullable<Modal["close"]>;
}

export interface Modal {
  readonly type: "modal";
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly title: { readonly type: "plain_text"; readonly text: string };
  readonly submit?: { readonly type: "plain_text"; readonly text: string };
  readonly close?: { readonly type: "plain_text"; readonly text: string };
  readonly blocks: readonly Block[];
}
