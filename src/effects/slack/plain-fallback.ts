import type { Message } from "../../cards/message.ts";
import type { Logger } from "../../shared/logger.ts";
import { SlackCallError } from "./slack-call-error.ts";

const LONGEST = 3_000;

/** Sends messages as they are, and more simply, at last in plain text, where Slack does not take their blocks. */
export class PlainFallback {
  readonly #log: Logger;
  /** The content that Slack did not take, by key: a refusal counts against Slack's limits too. */
  readonly #refused = new Map<string, string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  async send<T>(key: string, message: Message, send: (message: Message) => Promise<T>): Promise<T> {
    const content = JSON.stringify(message);
    const simpler = () =>
      message.instead === undefined
        ? send(withoutBlocks(message))
        : this.send(`${key} instead`, message.instead, send);
    if (this.#refused.get(key) === content) return simpler();
    try {
      const sent = await send(message);
      this.#refused.delete(key);
      return sent;
    } catch (error) {
      if (!(error instanceof SlackCallError) || error.kind !== "content") throw error;
      this.#log.error({ key, error: error.message }, "slack message sent more simply");
      this.#refused.set(key, content);
      return simpler();
    }
  }
}

function withoutBlocks(message: Message): Message {
  const text = [...message.text].slice(0, LONGEST).join("");
  return { text: `${text}\n(Not everything could be shown here: ask with /release.)`, blocks: [] };
}
