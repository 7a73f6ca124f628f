import type { Claim, Settlement } from "../../core/job.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { JobQueue } from "../job-queue.ts";
import type { AnyHandler } from "./any-handler.ts";
import {
  type Conclusion,
  concludeBurial,
  concludeFailure,
  concludeHandBack,
  concludeRefusal,
  concludeResult,
} from "./conclusion.ts";
import { type Ending, type JobRun, runJob } from "./job-run.ts";
import { keepLease } from "./lease-keeper.ts";

export interface CarryOut {
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Pick<Telemetry, "jobSeconds">;
  readonly lease: Milliseconds;
  /** When the claim was asked for, on the monotonic clock. */
  readonly askedAt: number;
}

/** A claimed job on its way to its end. */
export interface ClaimedJob {
  /** Never rejects. Resolves to when the job is due again; null: it is not, or nobody knows. */
  readonly ended: Promise<Instant | null>;
  /** Aborts it and gives it back to the queue, unless it was done after all. */
  handBack(): void;
}

/** `dropped`: somebody else has the job. `unsettled`: the store took no result; the job will run again. */
type Outcome = Settlement["kind"] | "dropped" | "unsettled";

const SETTLE_AGAIN_AFTER: Milliseconds = 500;

/** Runs one claimed job under its lease and settles it with what it came to. */
export function carryOut(
  claim: Claim,
  handler: AnyHandler,
  { queue, clock, logger, telemetry, lease, askedAt }: CarryOut,
): ClaimedJob {
  const { kind } = claim.body;
  const log = logger.child({ kind, key: claim.key, attempt: claim.attempt });
  const startedAt = clock.monotonic();
  const wornOut = claim.attempt > handler.attempts;
  let run: JobRun | null = null;
  let lost: string | null = null;
  let handedBack = false;
  let dueAgain: Instant | null = null;
  const lose = (why: string): void => {
    lost ??= why;
    run?.cutShort();
  };
  const keeper = keepLease({ queue, claim, lease, askedAt, clock, onLost: lose });
  const checkTime = (): void => {
    if (keeper.remaining() === 0) lose("its lease has ended");
  };
  checkTime();
  // The claim may have been on its way for longer than its lease.
  if (!wornOut && lost === null) run = runJob(handler, claim, { clock, checkTime });

  async function finish(): Promise<Instant | null> {
    const ending = run === null ? null : await run.ended;
    keeper.stop();
    const outcome = lost === null ? await settle(conclude(ending)) : drop(lost);
    telemetry.jobSeconds.observe({ kind, outcome }, (clock.monotonic() - startedAt) / 1000);
    return dueAgain;
  }

  function conclude(ending: Ending | null): Conclusion {
    const now = clock.now();
    try {
      switch (ending?.kind) {
        case undefined:
          return concludeBurial(
            handler,
            claim,
            `it was begun ${handler.attempts} times and never ended`,
          );
        case "result":
          return concludeResult(ending.result);
        case "cut-short":
          return concludeHandBack(now);
        case "error":
          return concludeFailure(handler, claim, ending.error, now);
      }
    } catch (error) {
      log.error({ error: errorText(error) }, "a handler failed while its job was being buried");
      return { settlement: { kind: "dead", error: errorText(error) }, command: null };
    }
  }

  /** The result is worth more than the effort: it is tried until the lease ends, or the process does. */
  async function settle({ settlement, command }: Conclusion): Promise<Outcome> {
    report(settlement);
    for (;;) {
      try {
        const answer = await queue.settle(claim, settlement, command);
        if (answer === "fenced") return drop("somebody else has taken it over");
        if (answer !== "settled") return await settle(concludeRefusal(answer));
        dueAgain = "at" in settlement ? settlement.at : null;
        return settlement.kind;
      } catch (error) {
        log.error({ error: errorText(error) }, "cannot record the result of a job");
        if (handedBack || keeper.remaining() <= SETTLE_AGAIN_AFTER) return "unsettled";
        await clock.sleep(SETTLE_AGAIN_AFTER);
      }
    }
  }

  function drop(why: string): Outcome {
    log.warn({ why }, "the result of a job was dropped");
    return "dropped";
  }

  function report(settlement: Settlement): void {
    if (settlement.kind === "retry") log.warn(settlement, "a job failed and will be tried again");
    if (settlement.kind === "dead") log.error(settlement, "a job was given up");
  }

  return {
    ended: finish(),
    handBack: () => {
      handedBack = true;
      run?.cutShort();
    },
  };
}
