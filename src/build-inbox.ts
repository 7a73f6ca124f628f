import { causeOf } from "./cause.ts";
import type { ReportCommand } from "./core/command.ts";
import { type JobBody, job } from "./core/job.ts";
import type { Queued, Register } from "./core/outcome.ts";
import { type ReleaseId, releaseId } from "./core/release-id.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { Duplicate, type Ledger } from "./ledger/ledger.ts";
import type { Clock } from "./shared/clock.ts";

/**
 * A decision is work for the processor: more of them at once than share a write to the disk make none of
 * them sooner, and everybody who waits for an answer wait longer.
 */
const DECIDED_AT_ONCE = 4;

/**
 * Builds, and events of runs, on their way to a decision. Usually one is decided while its sender waits, who
 * is told what came of it. When many come at once, the next ones are put on the disk as jobs: their senders
 * are answered as soon as nothing can be lost, and the jobs decide them in turn.
 */
export function createBuildInbox(ports: {
  readonly ledger: Pick<Ledger, "commit">;
  readonly dispatch: Dispatcher["dispatch"];
  readonly clock: Clock;
  readonly decidedAtOnce?: number;
}): Register {
  const { ledger, dispatch, clock, decidedAtOnce = DECIDED_AT_ONCE } = ports;
  let deciding = 0;

  async function queue(command: ReportCommand, commandIds: readonly string[]): Promise<Queued> {
    const at = clock.now();
    const key = `register:${commandIds.join(",")}`;
    await ledger.commit({
      expect: [],
      at,
      by: causeOf(command),
      writes: [],
      // In turn: what came first is the older build where the reports do not say when they were built.
      jobs: [job(key, at, bodyOf(command), `register:${command.component}`)],
      commandIds,
    });
    return { kind: "queued", release: aboutRelease(command) };
  }

  return async (command, commandIds) => {
    if (deciding >= decidedAtOnce) {
      try {
        return await queue(command, commandIds);
      } catch (error) {
        if (!(error instanceof Duplicate)) throw error;
        return { kind: "duplicate", release: aboutRelease(command) };
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

function bodyOf(command: ReportCommand): JobBody {
  const { component } = command;
  return command.type === "RegisterBuild"
    ? { kind: "register", component, build: command.build }
    : { kind: "register-fragment", component, fragment: command.fragment };
}

/** What the build is registered as; null: the run has not made a release yet, as far as this one event says. */
function aboutRelease(command: ReportCommand): ReleaseId | null {
  return command.type === "RegisterBuild"
    ? releaseId(command.component, command.build.version)
    : null;
}
