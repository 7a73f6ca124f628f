import { HTTP } from "cloudevents";
import { Webhook } from "standardwebhooks";
import type { Instant, Milliseconds } from "../../core/json.ts";
import type { SinkEvent } from "../../core/sink-event.ts";
import type { Clock } from "../../shared/clock.ts";
import { AdapterError, errorText } from "../../shared/errors.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { exchange, type HttpRequest } from "../http-exchange.ts";
import type { JobHandler } from "../job-handler.ts";
import { parseRetryAfter } from "../retry-after.ts";
import { exponentialDelay } from "../retry-delay.ts";
import { toCloudEvent } from "./cdevent.ts";

/** As far as sending needs to know a sink. */
export interface Sink {
  readonly url: string;
  /** `whsec_…`; null: unsigned. */
  readonly secret: string | null;
  readonly token: string | null;
  readonly source: string;
}

export interface SinkOptions {
  /** Read anew for every job: the configuration may change while it waits. */
  readonly sinks: () => Readonly<Record<string, Sink>>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly telemetry: Pick<Telemetry, "sinkEvents">;
}

const TIMEOUT: Milliseconds = 30_000;
const ANSWER_WITHIN: Milliseconds = 15_000;
const MAX_BYTES = 64 * 1024;
/** With the delays below about a day and a half. */
const ATTEMPTS = 80;
/** A sink that has taken nothing for this long is said in `/readyz`. */
const LONG: Milliseconds = 15 * 60_000;

/**
 * Posts events to sinks, at least once: what a sink does not take is sent again with the same id, signed
 * anew. `warnings` names the sinks that have taken nothing for long.
 */
export function createSinkHandler(options: SinkOptions): {
  readonly handler: JobHandler<"sink">;
  warnings(): readonly string[];
} {
  const { clock, telemetry } = options;
  const failing = new Map<string, { readonly since: Instant; readonly why: string }>();

  function settled(sink: string, why: string | null): void {
    telemetry.sinkEvents.inc({ sink, outcome: why === null ? "taken" : "failed" });
    if (why === null) failing.delete(sink);
    else failing.set(sink, { since: failing.get(sink)?.since ?? clock.now(), why });
  }

  async function send(sink: Sink, event: SinkEvent, signal: AbortSignal): Promise<void> {
    const request = requestFor(sink, event, clock.now());
    const limits = { clock, signal, timeout: ANSWER_WITHIN, maxBytes: MAX_BYTES };
    const { status, headers } = await exchange(request, limits);
    if (status >= 200 && status < 300) return;
    const retryAfter = parseRetryAfter(headers["retry-after"], clock.now());
    throw new AdapterError(`${new URL(sink.url).host} answered ${status}`, {
      // Gone says that nobody will ever listen; all else somebody may mend.
      retryable: status !== 410,
      ...(retryAfter === null ? {} : { retryAfter }),
    });
  }

  return {
    handler: {
      timeout: TIMEOUT,
      attempts: ATTEMPTS,
      retryDelay: exponentialDelay({ first: 2_000, longest: 1_800_000, random: options.random }),
      run: async ({ sink: name, event }, { signal }) => {
        const sinks = options.sinks();
        const sink = Object.hasOwn(sinks, name) ? sinks[name] : undefined;
        // Nobody is to be told any more.
        if (sink === undefined) return { kind: "done", command: null };
        try {
          await send(sink, event, signal);
        } catch (error) {
          signal.throwIfAborted();
          settled(name, errorText(error));
          throw error;
        }
        settled(name, null);
        return { kind: "done", command: null };
      },
      buried: () => null,
    },
    warnings: () => {
      const configured = options.sinks();
      return [...failing]
        .filter(([name, { since }]) => {
          return Object.hasOwn(configured, name) && clock.now() - since >= LONG;
        })
        .map(([name, { since, why }]) => {
          const minutes = Math.floor((clock.now() - since) / 60_000);
          return `sink ${name} has taken no event for ${minutes} min: ${why}; they are sent again`;
        });
    },
  };
}

function requestFor(
  { url, secret, token, source }: Sink,
  event: SinkEvent,
  now: Instant,
): HttpRequest {
  const cloudEvent = toCloudEvent(event, source);
  const { headers, body } = HTTP.structured(cloudEvent);
  const text = String(body);
  const at = new Date(now);
  const signature: Readonly<Record<string, string>> =
    secret === null
      ? {}
      : {
          "webhook-id": cloudEvent.id,
          "webhook-timestamp": String(Math.floor(now / 1000)),
          "webhook-signature": new Webhook(secret).sign(cloudEvent.id, at, text),
        };
  return {
    method: "POST",
    url,
    headers: {
      "content-type": String(headers["content-type"]),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...signature,
    },
    body: text,
  };
}
