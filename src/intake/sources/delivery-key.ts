import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "../../core/json.ts";
import { isDeliveryKey, type RequestHeaders } from "./source.ts";

/** The first of these headers that holds what may serve as the key of a delivery; null: none does. */
export function sentKey(headers: RequestHeaders, ...names: readonly string[]): string | null {
  const sent = names.map((name) => headers[name] ?? "");
  return sent.find(isDeliveryKey) ?? null;
}

/** For a system that gives its deliveries no ids: the same for the same fact, however often it is sent. */
export function madeKey(fact: unknown): string {
  return `made-${digestOf(fact)}`;
}

/** SHA-256 in hexadecimal of a value that was sent as JSON, whatever the order of its members. */
export function digestOf(sent: unknown): string {
  return createHash("sha256")
    .update(canonicalJson(sent as Json))
    .digest("hex");
}
