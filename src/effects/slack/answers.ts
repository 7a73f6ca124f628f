import type { Message, Modal } from "../../cards/message.ts";
import type { PersonId } from "../../core/actor.ts";
import { SlackCallError } from "./slack-call-error.ts";
import type { SlackClient } from "./slack-client.ts";
import { contentOf, viewOf } from "./slack-content.ts";
import { HTTP_ERROR, NO_ANSWER } from "./slack-error-table.ts";

const TIMEOUT = 10_000;

/** A modal that Slack shows. */
interface ModalRef {
  readonly id: string;
}

/** Everything that is said to the one person who asked. All methods throw SlackCallError. */
export interface SlackAnswers {
  /** Through the address that came with a command or a click: at most five times, in half an hour. */
  respond(responseUrl: string, message: Message): Promise<void>;
  ephemeral(
    to: { readonly channel: string; readonly user: PersonId },
    message: Message,
  ): Promise<void>;
  direct(user: PersonId, message: Message): Promise<void>;
  /** The trigger id lives for three seconds and opens one modal. */
  openModal(triggerId: string, modal: Modal): Promise<ModalRef>;
  /** With a hash, what has been changed since it was given is left as it is, and this throws. */
  updateModal(id: string, modal: Modal, hash?: string): Promise<void>;
}

export function createSlackAnswers(client: SlackClient): SlackAnswers {
  return {
    respond: (url, message) => orInstead(message, (shown) => postToResponseUrl(url, shown)),
    ephemeral: ({ channel, user }, message) =>
      orInstead(message, async (shown) => {
        await client.chat.postEphemeral({ channel, user, ...contentOf(shown) });
      }),
    async direct(user, message) {
      await client.chat.postMessage({ channel: user, ...contentOf(message), ...NO_PREVIEWS });
    },
    async openModal(triggerId, modal) {
      const { view } = await client.views.open({ trigger_id: triggerId, view: viewOf(modal) });
      return { id: view?.id ?? "" };
    },
    async updateModal(id, modal, hash) {
      const unchanged = hash === undefined ? {} : { hash };
      await client.views.update({ view_id: id, view: viewOf(modal), ...unchanged });
    },
  };
}

/** Links in our messages are references, not something to read in the channel. */
export const NO_PREVIEWS = { unfurl_links: false, unfurl_media: false } as const;

/** Sends something simpler where Slack does not take the message: a response address does not say why. */
async function orInstead(
  message: Message,
  send: (message: Message) => Promise<void>,
): Promise<void> {
  try {
    await send(message);
  } catch (error) {
    const { instead } = message;
    const isRefused =
      error instanceof SlackCallError && (error.kind === "content" || error.code === HTTP_ERROR);
    if (instead === undefined || !isRefused) throw error;
    await orInstead(instead, send);
  }
}

async function postToResponseUrl(url: string, message: Message): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      response_type: "ephemeral",
      replace_original: false,
      ...contentOf(message),
    }),
    signal: AbortSignal.timeout(TIMEOUT),
  }).catch((cause: unknown) => {
    throw new SlackCallError("response_url", NO_ANSWER, { cause });
  });
  await response.body?.cancel();
  if (response.ok) return;
  throw new SlackCallError("response_url", HTTP_ERROR, {
    detail: `HTTP status ${response.status}`,
  });
}
