import { AdapterError } from "../../../shared/errors.ts";

/** A value inside an address: it stays one path segment, one query value. */
export function escapeForUrl(text: string): string {
  // Every parser of addresses resolves these, percent-encoded or not.
  if (text === "." || text === "..") {
    throw new AdapterError(`"${text}" cannot be a part of an address`, { retryable: false });
  }
  return encodeURIComponent(wellFormed(text));
}

/** A value inside a header: printable ASCII as it is, everything else percent-encoded. */
export function escapeForHeader(text: string): string {
  return text.replace(/[^\u0020-\u007e]+/gu, (run) => encodeURIComponent(wellFormed(run)));
}

/** A value inside a JSON text that the configuration wrote as one string. */
export function escapeForJsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

export function escapeForForm(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}

/** Halves of surrogate pairs have no encoding. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
