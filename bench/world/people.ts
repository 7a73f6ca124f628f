/** Who is in the workspace of the benchmarks. */
export const TEAM = "T0ACME";
export const LEA = "U0LEA";
export const SAM = "U0SAM";
