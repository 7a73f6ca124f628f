import { causeOf } from "./cause.ts";
import type { RegisterBuild } from "./core/command.ts";
import { job } from "./core/job.ts";
import type { Queued, Register } from "./core/outcome.ts";
import { releaseId } from "./core/release-id.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { Duplicate, type Ledger } from "./ledger/ledger.ts";
import type { Clock } from "./shared/clock.ts";

/**
 * A decision is work for the processor: more of them at once than share a write to the disk make none of
 * them sooner, and everybody who waits for an answer wait longer.
 */
const DECIDED_AT_ONCE = 4;

/**
 * Builds on their way to a decision. Usually one is decided while its sender waits, who is told what came of
 * it. When many come at once, the next ones are put on the disk as jobs: their senders are answered as soon
 * as nothing can be lost, and the jobs decide them in turn.
 */
export function createBuildInbox(ports: {
  readonly ledger: Pick<Ledger, "commit">;
  readonly dispatch: Dispatcher["dispatch"];
  readonly clock: Clock;
  readonly decidedAtOnce?: number;
}): Register {
  const { ledger, dispatch, clock, decidedAtOnce = DECIDED_AT_ONCE } = ports;
  let deciding = 0;

  async function queue(command: RegisterBuild, commandIds: readonly string[]): Promise<Queued> {
    const { component, build } = command;
    const at = clock.now();
    const key = `register:${commandIds.join(",")}`;
    const body = { kind: "register", component, build } as const;
    await ledger.commit({
      expect: [],
      at,
      by: causeOf(command),
      writes: [],
      // In turn: what came first is the older build where the reports do not say when they were built.
      jobs: [job(key, at, body, `register:${component}`)],
      commandIds,
    });
    return { kind: "queued", release: releaseId(component, build.version) };
  }

  return async (command, commandIds) => {
    if (deciding >= decidedAtOnce) {
      try {
        return await queue(command, commandIds);
      } catch (error) {
        if (!(error instanceof Duplicate)) throw error;
        return {
          kind: "duplicate",
          release: releaseId(command.component, command.build.version),
        };
      }
    }
    deciding += 1;
    try {
      return await dispatch(command, commandIds);
    } finally {
      deciding -= 1;
    }
  };
}
