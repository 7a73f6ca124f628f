import { AdapterError } from "../shared/errors.ts";
import { oneLine } from "./one-line.ts";

/** Failures that come before the first byte of the request was sent, by Node's and undici's codes. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

const IN_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "its name cannot be resolved",
  EAI_AGAIN: "its name cannot be resolved now",
  ECONNRESET: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  UND_ERR_CONNECT_TIMEOUT: "it could not be connected to in time",
};

/**
 * What a failed `fetch` means. Uncertain unless it is known that nothing was sent: the other side may
 * have acted on a request whose answer was lost.
 */
export function networkFailure(where: string, error: unknown): AdapterError {
  const { code, message } = rootOf(error);
  const why = (code === null ? undefined : IN_WORDS[code]) ?? oneLine(message);
  return new AdapterError(`${where}: ${why}`, {
    retryable: true,
    uncertain: code === null || !NEVER_SENT.has(code),
    cause: error,
  });
}

/** `fetch` wraps what happened in "fetch failed"; clients wrap that again. */
function rootOf(error: unknown): { readonly code: string | null; readonly message: string } {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  if (!(root instanceof Error)) return { code: null, message: String(root) };
  const code = "code" in root && typeof root.code === "string" ? root.code : null;
  return { code, message: root.message };
}
