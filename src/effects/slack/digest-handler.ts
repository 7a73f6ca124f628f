import type { Message } from "../../cards/message.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import type { JobHandler } from "../job-handler.ts";
import type { Channels } from "./channels.ts";
import { laterWhenLimited, slackRetryDelay } from "./job-timing.ts";
import type { Publisher } from "./publisher.ts";

const TIMEOUT: Milliseconds = 60_000;
/** A digest that cannot be posted for this many tries is yesterday's news. */
export const DIGEST_ATTEMPTS = 20;

/** Posts the overview that is due, once: a second run finds the message of the first. */
export function createDigestHandler(options: {
  readonly publisher: Publisher;
  readonly channels: Pick<Channels, "resolve">;
  /** null: there is nothing to say. */
  readonly draw: (since: Instant) => Promise<Message | null>;
}): JobHandler<"digest"> {
  const { publisher, channels, draw } = options;
  return {
    timeout: TIMEOUT,
    attempts: DIGEST_ATTEMPTS,
    retryDelay: slackRetryDelay,
    buried: () => null,
    run: (body, run) =>
      laterWhenLimited(run, async () => {
        const message = await draw(body.since);
        if (message === null) return { kind: "done", command: null };
        const published = await publisher.publish({
          channel: await channels.resolve(body.channel),
          key: `digest/${body.channel}/${body.time}`,
          ref: null,
          message,
          since: body.time,
          signal: run.signal,
        });
        return published.kind === "later"
          ? { kind: "later", at: published.at, command: null }
          : { kind: "done", command: null };
      }),
  };
}
