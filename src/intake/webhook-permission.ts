import type { HttpAnswer } from "./answer.ts";
import type { RequestHeaders } from "./sources/source.ts";

/**
 * The answer to a sender that asks whether it may send, as "HTTP 1.1 Web Hooks for Event Delivery" of
 * CloudEvents has it: anybody may, whose events are then verified one by one. null: this is no such question.
 */
export function webhookPermission(headers: RequestHeaders): HttpAnswer | null {
  const origin = headers["webhook-request-origin"] ?? "";
  if (!/^[\w.:*-]{1,255}$/.test(origin)) return null;
  const wantsRate = (headers["webhook-request-rate"] ?? "") !== "";
  return {
    status: 200,
    headers: {
      allow: "POST",
      "webhook-allowed-origin": origin,
      ...(wantsRate ? { "webhook-allowed-rate": "*" } : {}),
    },
    body: null,
  };
}
