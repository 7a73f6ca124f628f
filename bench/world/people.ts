/** Who is in the workspace of the benchmarks, and where its incoming webhook is. */
export const TEAM = "T0ACME";
export const LEA = "U0LEA";
export const SAM = "U0SAM";
export const WEBHOOK_PATH = "/webhook";
