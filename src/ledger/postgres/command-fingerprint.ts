import { hash } from "node:crypto";

/**
 * What is kept of a command id: the first 64 bits of its SHA-256, as a signed number in decimal. Ids come
 * from outside, so they may be longer than an index takes, and hold what a PostgreSQL text cannot. The
 * embedded store keeps the same 64 bits, so that what it remembers can be carried over.
 */
export function commandFingerprint(id: string): string {
  return hash("sha256", id, "buffer").readBigInt64LE(0).toString();
}
