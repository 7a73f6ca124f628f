import { signedBytes } from "../../test/support/signed-request.ts";
import { wholeRequest } from "../intake/whole-request.ts";
import { DELIVERIES, deliveryTo } from "./deliveries.ts";
import { SECRET } from "./delivery.ts";

/**
 * What the load sends. Alerts are left out: one is recorded only while a release is watched, and the first
 * ends the watch. The tokens of `github-oidc` are left out: they need an issuer.
 */
export const LOADED: readonly string[] = Object.entries(DELIVERIES)
  .filter(([type, { asks }]) => asks.kind === "rule" && type !== "github-oidc")
  .map(([type]) => type);

/** The nth delivery to a source, as bytes. */
export function requestTo(type: string, n: number, at: number): Buffer {
  const { body, headers, parameters } = deliveryTo(type, n, at);
  const query = parameters === undefined ? "" : `?${parameters}`;
  return wholeRequest(`/hooks/${type}${query}`, body, headers);
}

export interface MixOrder {
  /** Whether they are signed as their systems do it, or all alike, as the bare server wants it. */
  readonly signed: "by source" | "alike";
  readonly from: number;
  readonly count: number;
}

/** All sources in turn, each of them about a new fact. */
export function mixOf({ signed, from, count }: MixOrder): readonly Buffer[] {
  const at = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const place = from + index;
    const type = LOADED[place % LOADED.length] ?? "";
    const n = Math.floor(place / LOADED.length) + 1;
    if (signed === "by source") return requestTo(type, n, at);
    const { body } = deliveryTo(type, n, at);
    const alike = signedBytes(body, {}, { id: `msg_${place}`, secret: SECRET, at });
    return wholeRequest("/hooks/ci", body, alike.headers);
  });
}
