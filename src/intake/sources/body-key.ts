import { createHash } from "node:crypto";

/**
 * The key of a delivery whose system sends none: the same for the same values, whatever they are. Of a whole
 * body, a repetition has the same key, and a run that is run again has another, since it says something else.
 */
export function keyOf(...values: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
}
