import type { Reading } from "../../core/verdict.ts";
import type { HttpAnswer } from "../http-exchange.ts";
import { oneLine } from "../one-line.ts";
import { parseRetryAfter } from "../retry-after.ts";

/** A reading that holds nothing: what lacks, or what went wrong. */
export type Refused = Extract<Reading, { readonly kind: "partial" | "error" }>;

/** The JSON of an answer that says it is some; undefined where it is not. */
export function jsonOf({ headers, text }: HttpAnswer): unknown {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(headers["content-type"] ?? "")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Why an answer with a status other than 2xx is none; null: its status is 2xx. `said` finds the words of an
 * error in the system's JSON.
 */
export function refusalOf(
  answer: HttpAnswer,
  said: (body: unknown) => string | null = () => null,
): string | null {
  const { status } = answer;
  if (status >= 200 && status < 300) return null;
  const words = said(jsonOf(answer)) ?? plainWords(answer);
  const told = words === "" ? "" : `: ${oneLine(words)}`;
  return `it answered ${status}${told}${hintFor(answer)}`;
}

function hintFor({ status, headers }: HttpAnswer): string {
  if (status === 401) return "; the credentials are missing or wrong";
  if (status === 403) return "; the credentials may not read this";
  const wait = status === 429 ? parseRetryAfter(headers["retry-after"], Number.NaN) : null;
  if (wait === null || Number.isNaN(wait)) return "";
  return `; it is asked too often, and answers again in ${wait / 1_000} s`;
}

/** The words of an error that is plain text; a page of HTML has none that help. */
function plainWords({ headers, text }: HttpAnswer): string {
  const type = headers["content-type"] ?? "";
  // Some systems call their plain text JSON.
  const isText = /^text\/plain\b/i.test(type) || /^application\/json\b/i.test(type);
  return isText && !/^\s*[<{[]/.test(text) ? oneLine(text) : "";
}

/** A 2xx that is not what the system sends: a login page, another system, a proxy. */
export function notFrom(system: string, { status, headers }: HttpAnswer): string {
  const type = headers["content-type"] ?? "no content type";
  return `it answered ${status} with something that is no answer of ${system} (${oneLine(type, 60)}): is the url right?`;
}
