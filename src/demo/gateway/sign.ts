import { createHmac } from "node:crypto";

/**
 * The headers with which Slack signs a request.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function signedHeaders(
  body: string,
  options: { readonly secret: string; readonly seconds: number },
): Readonly<Record<string, string>> {
  const base = `v0:${options.seconds}:${body}`;
  const signature = createHmac("sha256", options.secret).update(base).digest("hex");
  return {
    "x-slack-request-timestamp": String(options.seconds),
    "x-slack-signature": `v0=${signature}`,
  };
}
