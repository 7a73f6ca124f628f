import { z } from "zod";
import type { Clock } from "../shared/clock.ts";
import { errorText } from "../shared/errors.ts";
import type { Signer } from "./destination.ts";

/** How often a report is sent before it is given up. */
export const MOST_ATTEMPTS = 8;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** What the other side may ask for at most, in milliseconds. */
const LONGEST_RETRY_AFTER = 120_000;
const ANSWER_TIMEOUT = 30_000;

const answerSchema = z.looseObject({
  outcome: z.enum(["accepted", "duplicate", "ignored", "refused", "unavailable", "error"]),
  code: z.string(),
  message: z.string(),
  delivery: z.string().nullable(),
  releases: z.array(z.string()),
});

export type Answer = z.output<typeof answerSchema>;

/** What was heard last. */
export type Sent =
  | { readonly kind: "answered"; readonly status: number; readonly answer: Answer }
  | { readonly kind: "strange"; readonly why: string }
  | { readonly kind: "silent"; readonly why: string };

export interface Delivery {
  readonly url: URL;
  readonly body: string;
  /** The same for every attempt, so that one that arrived after all is not recorded twice. */
  readonly id: string;
  readonly signer: Signer;
}

export interface Transport {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Told before each pause. */
  readonly onRetry: (why: string, pause: number) => void;
}

/**
 * Sends a report until it is answered: again after network errors, 408, 429 and 5xx, after 1, 2, 4, …
 * 30 seconds or what Retry-After asks for, MOST_ATTEMPTS times in all. Each attempt is signed anew, with
 * its own time. Resolves to what was heard last.
 */
export async function sendReport(delivery: Delivery, transport: Transport): Promise<Sent> {
  for (let attempt = 1; ; attempt += 1) {
    const { sent, retryAfter } = await attemptOnce(delivery, transport);
    if (retryAfter === null || attempt === MOST_ATTEMPTS) return sent;
    const backOff = Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE);
    const pause = Math.min(Math.max(backOff, retryAfter), LONGEST_RETRY_AFTER);
    transport.onRetry(sent.kind === "answered" ? sent.answer.message : sent.why, pause);
    await transport.clock.sleep(pause);
  }
}

interface Attempt {
  readonly sent: Sent;
  /** null: another attempt would change nothing; else the least pause, in milliseconds. */
  readonly retryAfter: number | null;
}

async function attemptOnce(delivery: Delivery, transport: Transport): Promise<Attempt> {
  const { url, body, id, signer } = delivery;
  const at = transport.clock.now();
  let response: Response;
  let text: string;
  try {
    response = await transport.fetch(url, {
      method: "POST",
      // A redirect would turn the POST into a GET.
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_TIMEOUT),
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at / 1000)),
        "webhook-signature": signer.sign(id, new Date(at), body),
      },
      body,
    });
    text = await response.text();
  } catch (error) {
    return { sent: { kind: "silent", why: causeOf(error) }, retryAfter: 0 };
  }
  const { status } = response;
  const again = status === 408 || status === 429 || status >= 500;
  return {
    sent: interpret(response, text),
    retryAfter: again ? readRetryAfter(response.headers.get("retry-after"), at) : null,
  };
}

function interpret(response: Response, text: string): Sent {
  const { status } = response;
  if (status >= 300 && status < 400) {
    const location = response.headers.get("location") ?? "elsewhere";
    return { kind: "strange", why: `answered ${status}, go to ${location}: use that address` };
  }
  const answer = answerSchema.safeParse(parseJson(text));
  return answer.success
    ? { kind: "answered", status, answer: answer.data }
    : {
        kind: "strange",
        why: `answered ${status}, and not as Slipway does: is the address right?`,
      };
}

/** Seconds, or a date. Milliseconds to wait; 0 where nothing readable is asked for. */
function readRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? 0 : Math.max(0, until - now);
}

/** `fetch` says only that it failed; the reason is the cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const text = errorText(cause ?? error);
  return text === "" ? errorText(error) : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
