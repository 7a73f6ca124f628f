import type { Reply, ShownModal } from "./desk.ts";

/** A modal that says one thing and can only be closed. */
export function plainModal(title: string, reply: Reply): ShownModal {
  return {
    type: "modal",
    callback_id: "slipway.answer",
    private_metadata: "",
    title: { type: "plain_text", text: title },
    close: { type: "plain_text", text: "Close" },
    blocks: reply.blocks,
  };
}
