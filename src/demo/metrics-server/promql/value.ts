import type { Labels } from "../labels.ts";
import type { Reading } from "./extrapolated-rate.ts";

/** One element of an instant vector. */
export interface Element {
  readonly labels: Labels;
  readonly value: number;
}

export interface RangeSeries {
  readonly labels: Labels;
  readonly readings: readonly Reading[];
}

export type Value =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "vector"; readonly elements: readonly Element[] }
  | { readonly kind: "matrix"; readonly series: readonly RangeSeries[] };
