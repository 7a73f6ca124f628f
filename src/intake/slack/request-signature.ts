import { createHmac, timingSafeEqual } from "node:crypto";

/** How far a request's time may be from ours, in both directions. */
const WINDOW_SECONDS = 300;

export type SignatureVerdict =
  | { readonly kind: "valid"; readonly signature: string; readonly seconds: number }
  | { readonly kind: "invalid"; readonly why: "missing" | "outside the time window" | "wrong" };

/**
 * Whether Slack signed exactly these bytes, now.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function verifySignature(request: {
  readonly secret: string;
  readonly body: Uint8Array;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): SignatureVerdict {
  const { timestamp, signature } = request;
  if (signature === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) {
    return { kind: "invalid", why: "missing" };
  }
  const seconds = Number(timestamp);
  if (Math.abs(request.now / 1000 - seconds) > WINDOW_SECONDS) {
    return { kind: "invalid", why: "outside the time window" };
  }
  const hmac = createHmac("sha256", request.secret).update(`v0:${timestamp}:`).update(request.body);
  const expected = `v0=${hmac.digest("hex")}`;
  return sameText(expected, signature)
    ? { kind: "valid", signature, seconds }
    : { kind: "invalid", why: "wrong" };
}

/** The signatures already seen, each for as long as its request would be accepted. */
export class SeenSignatures {
  readonly #until = new Map<string, number>();

  /** False when it was seen before. `now` and `seconds` as in the verdict. */
  add(signature: string, seconds: number, now: number): boolean {
    // The oldest come first, give or take the window: what lies behind one that still holds can wait.
    for (const [old, until] of this.#until) {
      if (until >= now) break;
      this.#until.delete(old);
    }
    if (this.#until.has(signature)) return false;
    this.#until.set(signature, (seconds + WINDOW_SECONDS) * 1000);
    return true;
  }
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
