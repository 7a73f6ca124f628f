import type { Milliseconds } from "../core/json.ts";
import type { Clock } from "../shared/clock.ts";
import { AdapterError } from "../shared/errors.ts";
import { withDeadline } from "./deadline.ts";
import { networkFailure } from "./network-failure.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface ExchangeLimits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For the whole answer, from the first byte sent to the last received. */
  readonly timeout: Milliseconds;
  readonly maxBytes: number;
}

/**
 * Sends one request once and reads the whole answer, whatever its status. Redirects are not followed.
 * Error texts name the host, never the rest of the address, a header or a body: they may hold secrets.
 * @throws AdapterError, `uncertain` unless it is known that nothing was sent
 */
export async function exchange(request: HttpRequest, limits: ExchangeLimits): Promise<HttpAnswer> {
  const { url, headers } = prepare(request);
  const { clock, signal, timeout, maxBytes } = limits;
  const where = url.host;
  const deadline = { clock, signal, after: timeout, what: `${where} did not answer` };
  return withDeadline(deadline, async (either) => {
    try {
      const response = await fetch(url, {
        method: request.method,
        headers,
        body: request.body,
        redirect: "manual",
        signal: either,
      });
      const text = await readText(response, maxBytes, where);
      return { status: response.status, headers: Object.fromEntries(response.headers), text };
    } catch (error) {
      either.throwIfAborted();
      throw error instanceof AdapterError ? error : networkFailure(where, error);
    }
  });
}

function prepare({ method, url, headers, body }: HttpRequest): {
  readonly url: URL;
  readonly headers: Headers;
} {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw notSendable("its url is not an http or https address");
  }
  if (body !== null && /^(GET|HEAD)$/i.test(method)) {
    throw notSendable(`a ${method} request cannot have a body`);
  }
  const checked = new Headers(credentialsIn(address));
  for (const [name, value] of Object.entries(headers)) {
    try {
      checked.set(name, value);
    } catch {
      throw notSendable(`its header "${name}" holds a character that headers cannot hold`);
    }
  }
  return { url: address, headers: checked };
}

/** `fetch` takes no credentials in an address, and would print them. They become the header they stand for. */
function credentialsIn(address: URL): Readonly<Record<string, string>> {
  const { username, password } = address;
  if (username === "" && password === "") return {};
  address.username = "";
  address.password = "";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function notSendable(why: string): AdapterError {
  return new AdapterError(`the request cannot be sent: ${why}`, { retryable: false });
}

async function readText(response: Response, maxBytes: number, where: string): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new AdapterError(`${where} answered with more than ${maxBytes} bytes`, {
        retryable: true,
        uncertain: true,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
