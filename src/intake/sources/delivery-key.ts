import { isDeliveryKey, type RequestHeaders } from "./source.ts";

/** The first of these headers that holds what may serve as the key of a delivery; null: none does. */
export function sentKey(headers: RequestHeaders, ...names: readonly string[]): string | null {
  const sent = names.map((name) => headers[name] ?? "");
  return sent.find(isDeliveryKey) ?? null;
}
