import { TICK_KINDS, tickKey } from "./core/job.ts";
import type { KeptSamples } from "./core/watch/kept-samples.ts";
import { componentStream, type Ledger } from "./ledger/ledger.ts";

/** Reads what the ticks of a promotion have kept so far, for whoever looks at it beside them. */
export function keptSamplesIn(
  ledger: Pick<Ledger, "pendingJob">,
): (component: string, promotion: string) => Promise<readonly KeptSamples[]> {
  return async (component, promotion) => {
    const stream = componentStream(component);
    const bodies = await Promise.all(
      TICK_KINDS.map((kind) => ledger.pendingJob(stream, tickKey(kind, promotion))),
    );
    return bodies.flatMap((body) => (body !== null && "kept" in body ? (body.kept ?? []) : []));
  };
}
