import { createHash } from "node:crypto";
import { causeOf } from "./cause.ts";
import { job } from "./core/job.ts";
import type { LookUp } from "./core/outcome.ts";
import { releaseId } from "./core/release-id.ts";
import { Duplicate, type Ledger } from "./ledger/ledger.ts";
import type { Clock } from "./shared/clock.ts";

/**
 * Builds whose systems must be asked for the rest. The question is put on the disk as a job together with the
 * ids that make a repetition recognisable, so that the sender is answered before anything is asked.
 */
export function createLookupInbox(ports: {
  readonly ledger: Pick<Ledger, "commit">;
  readonly clock: Clock;
}): LookUp {
  const { ledger, clock } = ports;
  return async (request, commandIds) => {
    const { component, build } = request;
    const release = releaseId(component, build.version);
    const at = clock.now();
    const body = { kind: "lookup", ...request } as const;
    try {
      await ledger.commit({
        expect: [],
        at,
        by: causeOf({ type: "RegisterBuild", component, build }),
        writes: [],
        jobs: [job(`lookup:${hashOf(commandIds)}`, at, body)],
        commandIds,
      });
    } catch (error) {
      if (!(error instanceof Duplicate)) throw error;
      return { kind: "duplicate", release };
    }
    return { kind: "queued", release };
  };
}

/** Facts are as long as their senders make them. */
function hashOf(commandIds: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(commandIds)).digest("hex");
}
