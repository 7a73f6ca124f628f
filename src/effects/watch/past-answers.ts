import type { Reading } from "../../core/verdict.ts";

/** Answers about what is long past, which does not change. Kept in memory: after a restart they are asked again. */
export interface PastAnswers {
  get(key: string): Reading | null;
  /** An error or an answer that lacks parts is not kept. The oldest goes when there are too many. */
  keep(key: string, reading: Reading): void;
}

/** Numbers in all answers of one source together: some 30 MB. */
const MOST_NUMBERS = 1_000_000;

export function createPastAnswers(most: number = MOST_NUMBERS): PastAnswers {
  const kept = new Map<string, { readonly reading: Reading; readonly size: number }>();
  let total = 0;

  const drop = (key: string) => {
    total -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  };

  return {
    get: (key) => kept.get(key)?.reading ?? null,
    keep: (key, reading) => {
      if (reading.kind === "error" || reading.kind === "partial") return;
      drop(key);
      const size = numbersIn(reading);
      kept.set(key, { reading, size });
      total += size;
      for (const oldest of kept.keys()) {
        if (total <= most) break;
        drop(oldest);
      }
    },
  };
}

function numbersIn(reading: Exclude<Reading, { readonly kind: "error" | "partial" }>): number {
  switch (reading.kind) {
    case "samples":
      return 2 * reading.samples.length;
    case "buckets":
      return (reading.histograms.bounds.length + 1) * (reading.histograms.points.length + 1);
    case "patterns":
      // A line is some fifty numbers long.
      return 50 * reading.patterns.length;
    case "alerts":
      return 200 * reading.alerts.length;
  }
}
