import { signedHeaders } from "./sign.ts";
import type { EnvelopeType, SocketMode } from "./socket-mode.ts";
import { SIGNING_SECRET } from "./workspace.ts";

/** What became of something that a person did. */
export interface Delivery {
  /** 200: acknowledged. 0: not within three seconds, or nobody is connected. */
  readonly status: number;
  /** What the app acknowledged with; null for nothing. */
  readonly body: unknown;
}

export type Deliver = (type: EnvelopeType, payload: unknown) => Promise<Delivery>;

/** Sends to the app over whichever way it listens: its socket when it has one open, else its address. */
export function createDeliver(options: {
  readonly socketMode: SocketMode;
  readonly address: () => string | null;
  readonly now: () => number;
}): Deliver {
  const { socketMode, address, now } = options;
  return async (type, payload) => {
    if (socketMode.connections() > 0) return overSocket(socketMode, type, payload);
    const url = address();
    if (url === null) return { status: 0, body: null };
    const { body, mediaType } = encoded(type, payload);
    const seconds = Math.floor(now() / 1000);
    return postSigned(url, body, {
      "content-type": mediaType,
      ...signedHeaders(body, { secret: SIGNING_SECRET, seconds }),
    });
  };
}

async function overSocket(
  socketMode: SocketMode,
  type: EnvelopeType,
  payload: unknown,
): Promise<Delivery> {
  const answer = await socketMode.send(type, payload);
  if (answer === null) return { status: 0, body: null };
  return { status: 200, body: emptyToNull(answer.body) };
}

async function postSigned(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Delivery> {
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, body: decoded(await response.text()) };
}

/** Commands are a form, interactions a form with one field of JSON, events JSON. */
function encoded(
  type: EnvelopeType,
  payload: unknown,
): { readonly body: string; readonly mediaType: string } {
  const form = "application/x-www-form-urlencoded";
  switch (type) {
    case "events_api":
      return { body: JSON.stringify(payload), mediaType: "application/json" };
    case "interactive":
      return {
        body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
        mediaType: form,
      };
    case "slash_commands":
      return {
        body: new URLSearchParams(payload as Record<string, string>).toString(),
        mediaType: form,
      };
  }
}

function decoded(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

function emptyToNull(body: unknown): unknown {
  const empty = typeof body === "object" && body !== null && Object.keys(body).length === 0;
  return empty || body === undefined ? null : body;
}
