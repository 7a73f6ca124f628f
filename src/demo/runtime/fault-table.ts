import type { SeededRandom } from "../training/seeded-random.ts";

/** How look-ups go wrong: they do not answer in time, or they answer something that is no answer. */
type FaultMode = "slow" | "garbage";

interface Fault {
  readonly mode: FaultMode;
  /** Which part of the look-ups is hit, above 0, at most 1. */
  readonly share: number;
}

/** Who is hit by what. A fault belongs to one version of one reader, so that another version is not hit. */
export interface FaultTable {
  /** @param reader as look-ups name it, `model-pymk@2026.11.21-1` */
  set(reader: string, fault: Fault): void;
  /** Ends the faults of every version of a reader, `model-pymk`; of all readers without one. */
  clear(reader?: string): void;
  has(reader: string): boolean;
  /** What happens to one look-up; null: nothing bad. */
  draw(reader: string): FaultMode | null;
}

export function createFaultTable(random: SeededRandom): FaultTable {
  const faults = new Map<string, Fault>();
  return {
    set: (reader, fault) => void faults.set(reader, fault),
    clear: (reader) => {
      for (const version of faults.keys()) {
        if (reader === undefined || version.startsWith(`${reader}@`)) faults.delete(version);
      }
    },
    has: (reader) => faults.has(reader),
    draw: (reader) => {
      const fault = faults.get(reader);
      return fault !== undefined && random.uniform() < fault.share ? fault.mode : null;
    },
  };
}
