import type { LabelledPair } from "../../src/demo/training/snapshot.ts";

/** A suggested pair with overrides. */
export function aPair(overrides: Partial<LabelledPair> = {}): LabelledPair {
  return {
    id: "m1001-m2002",
    country: "US",
    commonNeighbours: 3,
    sameCompany: false,
    sameSchool: false,
    daysSinceSignup: 120,
    connected: false,
    ...overrides,
  };
}
