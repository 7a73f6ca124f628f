import type { JobBody, Tick, TickKind } from "../../core/job.ts";
import type { Milliseconds } from "../../core/json.ts";
import type { Reading } from "../../core/verdict.ts";
import { type KeptSamples, keptOf, recalled } from "../../core/watch/kept-samples.ts";

/** What a watch knows, from one tick to the next, of sources that have only the present. */
export interface SampleMemory {
  /** The answer with what was kept of the points before; any other answer as it is. */
  complete(question: string, step: Milliseconds, reading: Reading): Reading;
  /** What the next tick is to get: of the questions that were asked in this one. */
  kept(): readonly KeptSamples[];
}

export function createSampleMemory(before: readonly KeptSamples[]): SampleMemory {
  const present = new Map(before.map((series) => [series.question, series]));
  const asked = new Map<string, KeptSamples>();

  return {
    complete: (question, step, reading) => {
      const series = asked.get(question) ?? present.get(question);
      if (reading.kind !== "samples" || reading.onlyPresent !== true) {
        // It does not answer at the moment, and nothing that it said is lost by that.
        if (reading.kind === "error" && series !== undefined) asked.set(question, series);
        return reading;
      }
      const samples = recalled(reading.samples, series);
      const kept = keptOf(question, step, samples);
      if (kept !== null) asked.set(question, kept);
      return { kind: "samples", samples };
    },
    kept: () => [...asked.values()],
  };
}

/** What a tick leaves to the next one; nothing where there is nothing, and was nothing before. */
export function leftFor(
  kind: TickKind,
  { component, promotion, kept: before = [] }: Tick,
  { kept }: { readonly kept: readonly KeptSamples[] },
): { readonly body?: JobBody } {
  if (kept.length === 0) return before.length === 0 ? {} : { body: { kind, component, promotion } };
  return { body: { kind, component, promotion, kept } };
}
