import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { AdapterError } from "../../shared/errors.ts";
import {
  type ExchangeLimits,
  exchange,
  type HttpAnswer,
  type HttpRequest,
} from "../http-exchange.ts";
import { parseRetryAfter } from "../retry-after.ts";
import type { ApiAnswer, AskApi } from "./lookup-reader.ts";

const TIMEOUT: Milliseconds = 20_000;
const MAX_BYTES = 8 * 1024 * 1024;

/** Statuses that say nothing about the next try. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * One request within the limits of a look-up.
 * @throws AdapterError, retryable, for an answer that says nothing about the next try; and as `exchange` does
 */
export function sendWithin({
  clock,
  signal,
}: Pick<ExchangeLimits, "clock" | "signal">): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    const limits = { clock, signal, timeout: TIMEOUT, maxBytes: MAX_BYTES };
    const answer = await exchange(request, limits);
    if (!PASSING.has(answer.status)) return answer;
    const retryAfter = parseRetryAfter(answer.headers["retry-after"], clock.now());
    throw new AdapterError(`${new URL(request.url).host} answered ${answer.status}`, {
      retryable: true,
      ...(retryAfter === null ? {} : { retryAfter }),
    });
  };
}

/** Questions to the API of one source. Error texts name its host and the source, never the token. */
export function createAskApi(options: {
  readonly source: string;
  readonly url: string;
  readonly token: string | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): AskApi {
  const { source, url, token, clock, signal } = options;
  const send = sendWithin({ clock, signal });
  return async (path, query, headers = {}) => {
    const request = {
      method: "GET",
      url: `${url}${path}?${new URLSearchParams(query)}`,
      headers: {
        ...headers,
        accept: "application/json",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: null,
    };
    const answer = await send(request);
    return readAnswer(answer, { source, host: new URL(url).host, token });
  };
}

function readAnswer(
  { status, text }: HttpAnswer,
  asked: {
    readonly source: string;
    readonly host: string;
    readonly token: string | null;
  },
): ApiAnswer {
  const { source, host, token } = asked;
  if (status === 200) {
    const value = readJson(text);
    return value === undefined
      ? refused(`${host} answered with no JSON: correct sources.${source}.api.url`)
      : { kind: "found", value };
  }
  if (status === 401 || status === 403) {
    return refused(
      token === null
        ? `${host} wants a token: set sources.${source}.api.token`
        : `${host} answered ${status}: the token of sources.${source}.api.token may not read it`,
    );
  }
  if (status === 404) return refused(`${host} does not have it (404)`);
  if (status >= 300 && status < 400) {
    return refused(
      `${host} redirects, which is not followed: set sources.${source}.api.url to where it leads`,
    );
  }
  return refused(`${host} answered ${status}`);
}

function refused(why: string): ApiAnswer {
  return { kind: "refused", why };
}

/** Python's JSON has numbers that JSON has not; they are read as texts. undefined: it is no JSON. */
function readJson(text: string): unknown {
  for (const candidate of [text, text.replace(BARE_NUMBERS, '$1"$2"')]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // Perhaps the next one.
    }
  }
  return undefined;
}

const BARE_NUMBERS = /(:\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g;
