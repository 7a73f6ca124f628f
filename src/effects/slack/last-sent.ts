import type { Message } from "../../cards/message.ts";
import type { MessageRef } from "../../core/release.ts";

/** Older ones are forgotten: an edit that changes nothing does no harm. */
const REMEMBERED = 2_000;

/** What this process last sent for each message, so that nothing is sent twice in a row. */
export class LastSent {
  readonly #contents = new Map<string, string>();

  is(ref: MessageRef, message: Message): boolean {
    return this.#contents.get(nameOf(ref)) === JSON.stringify(message);
  }

  forget(ref: MessageRef): void {
    this.#contents.delete(nameOf(ref));
  }

  note(ref: MessageRef, message: Message): void {
    const name = nameOf(ref);
    this.#contents.delete(name);
    this.#contents.set(name, JSON.stringify(message));
    const [oldest] = this.#contents.keys();
    if (this.#contents.size > REMEMBERED && oldest !== undefined) this.#contents.delete(oldest);
  }
}

function nameOf({ channel, ts }: MessageRef): string {
  return `${channel}/${ts}`;
}
