import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Instant } from "../../core/json.ts";
import type { SignedRequest, Verification } from "./source.ts";
import { isDeliveryKey } from "./source.ts";

/** How far the sender's clock may be off, in either direction. The value of the `standardwebhooks` package. */
export const TOLERANCE_SECONDS = 300;

const HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;

/**
 * Standard Webhooks, symmetric form (https://www.standardwebhooks.com): HMAC-SHA256 over
 * `<webhook-id>.<webhook-timestamp>.<body>`, sent as `v1,<base64>`, several separated by spaces.
 * The `standardwebhooks` package reads its own clock and takes the body as text, so the check is made
 * here, on the bytes and at the given instant; the tests hold the two against each other.
 */
export function verifyStandardWebhook(
  { headers, body }: SignedRequest,
  secrets: readonly string[],
  now: Instant,
): Verification {
  const id = headers["webhook-id"] ?? "";
  const timestamp = headers["webhook-timestamp"] ?? "";
  const signatures = headers["webhook-signature"] ?? "";
  const missing = HEADERS.filter((name) => (headers[name] ?? "") === "");
  if (missing.length > 0) {
    return refused(
      "signature_missing",
      `${missing.join(", ")} missing: sign the request as Standard Webhooks says`,
    );
  }
  if (!isDeliveryKey(id)) {
    return refused("signature_wrong", "webhook-id must be 1 to 200 visible ASCII characters");
  }
  if (!/^\d{1,12}$/.test(timestamp)) {
    return refused("signature_wrong", "webhook-timestamp must be seconds since the Unix epoch");
  }
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > TOLERANCE_SECONDS) {
    return refused(
      "outside_time_window",
      `webhook-timestamp is more than ${TOLERANCE_SECONDS} seconds from the time here: set the sender's clock, and sign again for each attempt`,
    );
  }
  const offered = signatures
    .split(" ")
    .flatMap((entry) => (entry.startsWith("v1,") ? [Buffer.from(entry.slice("v1,".length))] : []));
  const holds = secrets.some((secret) => {
    const key = keyOf(secret);
    if (key === null) return false;
    const signed = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body);
    const expected = Buffer.from(signed.digest("base64"));
    return offered.some(
      (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
    );
  });
  return holds
    ? { kind: "verified" }
    : refused(
        "signature_wrong",
        "no v1 signature fits: sign <webhook-id>.<webhook-timestamp>.<body> with the secret of this source, over the bytes as they are sent",
      );
}

const keys = new Map<string, KeyObject | null>();

/** Kept, since making a key takes several times as long as signing with it. Secrets are few. */
function keyOf(secret: string): KeyObject | null {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const bytes = keyBytes(secret);
  const key = bytes === null ? null : createSecretKey(bytes);
  keys.set(secret, key);
  return key;
}

/** The bytes behind `whsec_<base64>`; the prefix may lack, as the packages allow. */
function keyBytes(secret: string): Buffer | null {
  const encoded = secret.replace(/^whsec_/, "");
  const wellFormed = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && encoded.length % 4 === 0;
  return wellFormed ? Buffer.from(encoded, "base64") : null;
}

function refused(
  code: "signature_missing" | "signature_wrong" | "outside_time_window",
  message: string,
): Verification {
  return { kind: "refused", code, message };
}
