import { hash } from "node:crypto";

/**
 * What is kept of a command id: its SHA-256. Ids come from outside, so they may be longer than an index
 * takes, and hold what a PostgreSQL text cannot; as JSON text each is told from every other.
 */
export function commandDigest(id: string): Buffer {
  return hash("sha256", JSON.stringify(id), "buffer");
}
