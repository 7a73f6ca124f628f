import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";

export const REPORT_SECRET = `whsec_${Buffer.from("a secret of thirty-two bytes....").toString("base64")}`;
export const OTHER_REPORT_SECRET = `whsec_${Buffer.from("another secret of 32 bytes......").toString("base64")}`;
export const GITHUB_SECRET = "the secret of the webhook";

export interface SignedPost {
  readonly headers: Record<string, string>;
  /** What stands behind the `?` of the address. */
  readonly parameters?: URLSearchParams;
  readonly body: Buffer;
}

/** A report as a sender signs it who uses the `standardwebhooks` package. */
export function signedReport(
  report: unknown,
  options: {
    readonly id?: string;
    readonly at?: number;
    readonly secret?: string;
    readonly headers?: Record<string, string>;
  } = {},
): SignedPost {
  const text = typeof report === "string" ? report : JSON.stringify(report);
  const id = options.id ?? "msg_1";
  const at = options.at ?? NOW;
  const signature = new Webhook(options.secret ?? REPORT_SECRET).sign(id, new Date(at), text);
  return {
    body: Buffer.from(text),
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at / 1000)),
      "webhook-signature": signature,
      ...options.headers,
    },
  };
}

/** Any bytes, signed as Standard Webhooks signs them. */
export function signedBytes(
  body: Buffer,
  headers: Record<string, string> = {},
  options: { readonly id?: string; readonly secret?: string; readonly at?: number } = {},
): SignedPost {
  const { id = "msg_1", secret = REPORT_SECRET, at = NOW } = options;
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${mac.digest("base64")}`,
      ...headers,
    },
  };
}

/** A delivery as GitHub signs it. */
export function signedByGithub(
  event: string,
  payload: unknown,
  options: {
    readonly delivery?: string;
    readonly secret?: string;
    readonly headers?: Record<string, string>;
  } = {},
): SignedPost {
  const body = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
  const mac = createHmac("sha256", options.secret ?? GITHUB_SECRET).update(body);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": options.delivery ?? "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      "x-hub-signature-256": `sha256=${mac.digest("hex")}`,
      ...options.headers,
    },
  };
}

/** The instant at which the tests take place. */
export const NOW = Date.parse("2026-11-22T14:00:00Z");
