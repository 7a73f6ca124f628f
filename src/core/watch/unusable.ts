import type { Reading } from "../verdict.ts";

/** A reading from which nothing can be concluded. */
export interface Unusable {
  readonly kind: "partial" | "error";
  readonly why: string;
}

/** The first reason for which readings cannot be used, the worst before others; null: they can. */
export function unusable(
  readings: readonly Reading[],
  wanted: Exclude<Reading["kind"], Unusable["kind"]>,
): Unusable | null {
  for (const reading of readings) {
    if (reading.kind === "error") return { kind: "error", why: reading.why };
    if (reading.kind !== "partial" && reading.kind !== wanted) {
      const why = `the answer is ${reading.kind}, and ${wanted} are needed`;
      return { kind: "error", why };
    }
  }
  for (const reading of readings) {
    if (reading.kind === "partial") return { kind: "partial", why: reading.why };
  }
  return null;
}
