import type { Reading } from "../verdict.ts";

/** A reading from which nothing can be concluded. */
export type Unusable = Extract<Reading, { readonly kind: "partial" | "error" }>;

type Usable = Exclude<Reading, Unusable>;

/** The reading, if it is of the kind that is needed; else why nothing can be concluded from it. */
export function usable<K extends Usable["kind"]>(
  reading: Reading,
  wanted: K,
): Extract<Reading, { readonly kind: K }> | Unusable {
  if (isOf(reading, wanted)) return reading;
  if (reading.kind === "error" || reading.kind === "partial") return reading;
  return { kind: "error", why: `the answer is ${reading.kind}, and ${wanted} are needed` };
}

function isOf<K extends Usable["kind"]>(
  reading: Reading,
  wanted: K,
): reading is Extract<Reading, { readonly kind: K }> {
  return reading.kind === wanted;
}
