import type { App, Receiver } from "@slack/bolt";
import type { Clock } from "../../shared/clock.ts";
import type { Logger } from "../../shared/logger.ts";
import { InFlight } from "./in-flight.ts";
import { decodeBody } from "./request-body.ts";
import { SeenSignatures, verifySignature } from "./request-signature.ts";

/** Slack gives up after three seconds; what comes later is shown to nobody. */
const GIVE_UP_AFTER = 2_900;

/** Lower-case names. */
export type Headers = Readonly<Record<string, string | undefined>>;

export interface HttpAnswer {
  readonly status: number;
  /** Sent as JSON, a text as it is; null: no body. */
  readonly body: Readonly<Record<string, unknown>> | string | null;
}

/**
 * Bolt's receiver for HTTP mode, without a server of its own: whoever has the request hands it in as bytes,
 * and sends the answer. The bytes must not be larger than the caller wants to hold.
 */
export class HttpReceiver implements Receiver {
  readonly #secret: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #seen = new SeenSignatures();
  readonly #inFlight = new InFlight();
  #app: App | null = null;
  #stopped = false;

  constructor(options: {
    readonly signingSecret: string;
    readonly clock: Clock;
    readonly log: Logger;
  }) {
    this.#secret = options.signingSecret;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  init(app: App): void {
    this.#app = app;
  }

  async start(): Promise<void> {}

  /** Takes nothing more, and waits for the listeners that have begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#inFlight.drained();
  }

  /** Never rejects. `now`: milliseconds since the epoch. */
  async handle(rawBody: Uint8Array, headers: Headers, now: number): Promise<HttpAnswer> {
    const verdict = verifySignature({
      secret: this.#secret,
      body: rawBody,
      timestamp: headers["x-slack-request-timestamp"],
      signature: headers["x-slack-signature"],
      now,
    });
    if (verdict.kind === "invalid") return this.#refuse(401, `signature ${verdict.why}`);
    const body = decodeBody(rawBody, headers["content-type"] ?? "");
    if (body === null) return this.#refuse(400, "body is neither JSON nor a form");
    if (body.type === "url_verification") return { status: 200, body: challengeOf(body) };
    if (body.ssl_check === "1") return { status: 200, body: null };
    if (!this.#seen.add(verdict.signature, verdict.seconds, now)) {
      return this.#refuse(401, "signature seen before");
    }
    if (this.#stopped || this.#app === null) return { status: 503, body: null };
    return this.#process(this.#app, body, headers);
  }

  #process(app: App, body: Readonly<Record<string, unknown>>, headers: Headers) {
    return new Promise<HttpAnswer>((resolve) => {
      const answered = new AbortController();
      const answer = (reply: HttpAnswer) => {
        answered.abort();
        resolve(reply);
      };
      const work = app
        .processEvent({
          body: { ...body },
          ack: async (reply?: unknown) => answer({ status: 200, body: bodyOf(reply) }),
          ...retryOf(headers),
        })
        .then(
          // Every listener has run, and none was for this.
          () => answer({ status: 404, body: null }),
          () => answer({ status: 500, body: null }),
        );
      void this.#inFlight.track(work);
      void this.#clock
        .sleep(GIVE_UP_AFTER, answered.signal)
        .then(() => answer({ status: 504, body: null }));
    });
  }

  #refuse(status: number, why: string): HttpAnswer {
    this.#log.warn({ status, why }, "slack request refused");
    return { status, body: null };
  }
}

function challengeOf(body: Readonly<Record<string, unknown>>): { readonly challenge: string } {
  return { challenge: typeof body.challenge === "string" ? body.challenge : "" };
}

function bodyOf(reply: unknown): HttpAnswer["body"] {
  if (typeof reply === "string") return reply;
  if (typeof reply !== "object" || reply === null) return null;
  return reply as Readonly<Record<string, unknown>>;
}

function retryOf(headers: Headers): { retryNum?: number; retryReason?: string } {
  const number = headers["x-slack-retry-num"];
  const reason = headers["x-slack-retry-reason"];
  return {
    ...(number === undefined ? {} : { retryNum: Number(number) }),
    ...(reason === undefined ? {} : { retryReason: reason }),
  };
}
