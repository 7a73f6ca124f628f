import { createBuildQueue } from "./build-queue.ts";
import type { Burst } from "./burst.ts";
import type { ReportCommand } from "./core/command.ts";
import type { Register } from "./core/outcome.ts";
import { type ReleaseId, releaseId } from "./core/release-id.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Clock } from "./shared/clock.ts";

/**
 * A decision is work for the processor: more of them at once than share a write to the disk make none of
 * them sooner, and everybody who waits for an answer wait longer.
 */
const DECIDED_AT_ONCE = 4;

/**
 * Builds, and events of runs, on their way to a decision. Usually one is decided while its sender waits, who
 * is told what came of it. When many come at once, they are put on the disk as jobs: their senders are
 * answered as soon as nothing can be lost, and the jobs decide them in turn.
 */
export function createBuildInbox(ports: {
  readonly ledger: Pick<Ledger, "commit">;
  readonly dispatch: Dispatcher["dispatch"];
  readonly clock: Clock;
  readonly burst: Burst;
  readonly decidedAtOnce?: number;
}): Register {
  const { ledger, dispatch, clock, burst, decidedAtOnce = DECIDED_AT_ONCE } = ports;
  const queue = createBuildQueue({ ledger, clock });
  let deciding = 0;

  return async (command, commandIds) => {
    // While one is on, none overtakes those that are queued.
    if (burst.isOn() || deciding >= decidedAtOnce) {
      burst.goesOn();
      return { kind: await queue.add(command, commandIds), release: aboutRelease(command) };
    }
    deciding += 1;
    try {
      return await dispatch(command, commandIds);
    } finally {
      deciding -= 1;
    }
  };
}

/** What the build is registered as; null: the run has not made a release yet, as far as this one event says. */
function aboutRelease(command: ReportCommand): ReleaseId | null {
  return command.type === "RegisterBuild"
    ? releaseId(command.component, command.build.version)
    : null;
}
