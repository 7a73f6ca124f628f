import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether any of the keys makes any of the offered signatures: HMAC-SHA256 over the parts in their order.
 * `offered` is as it was sent, in `encoding`; what is not of the length of a signature fits nothing.
 */
export function hmacHolds(request: {
  readonly keys: readonly (string | Buffer)[];
  readonly parts: readonly (string | Buffer)[];
  readonly offered: readonly string[];
  readonly encoding: "hex" | "base64";
}): boolean {
  const { keys, parts, offered, encoding } = request;
  return keys.some((key) => {
    if (key.length === 0) return false;
    const mac = createHmac("sha256", key);
    for (const part of parts) mac.update(part);
    const expected = Buffer.from(mac.digest(encoding));
    return offered.some((signature) => {
      const bytes = Buffer.from(signature);
      return bytes.length === expected.length && timingSafeEqual(bytes, expected);
    });
  });
}
