import type { ServerResponse } from "node:http";
import { errorText } from "../shared/errors.ts";
import type { HttpAnswer } from "./answer.ts";

/** The answer to a request that failed for a reason nobody foresaw. */
export function failed(reference: string): HttpAnswer {
  const message = `something failed here; the log has the cause under reference ${reference}`;
  const body = { outcome: "error", code: "internal_error", message, reference };
  return { status: 500, body: { ...body, delivery: null, releases: [] } };
}

/** `close`: the connection is of no further use. */
export function send(
  response: ServerResponse,
  { status, body, headers }: HttpAnswer,
  close: boolean,
) {
  const text = body === null ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/plain; charset=utf-8" : "application/json";
  response.writeHead(status, {
    ...(text === "" ? {} : { "content-type": type }),
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
    ...(close ? { connection: "close" } : {}),
  });
  response.end(text);
}

/** What is logged of an error that nobody foresaw: its text, and the one place it came from. */
export function describe(error: unknown) {
  const at = error instanceof Error ? /^ +at (.+)$/m.exec(error.stack ?? "")?.[1] : undefined;
  return { error: errorText(error).slice(0, 300), at: at ?? null };
}
