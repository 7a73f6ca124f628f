import type { Dispatcher } from "./dispatcher.ts";
import type { JobQueue } from "./effects/job-queue.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Clock } from "./shared/clock.ts";

/** The ledger's jobs as the worker sees them: every result passes through the dispatcher. */
export function createJobQueue(ledger: Ledger, dispatcher: Dispatcher, clock: Clock): JobQueue {
  return {
    claim: (kinds, max, lease) => ledger.claim(kinds, max, lease, clock.now()),
    extend: (claim, lease) => ledger.extend(claim, lease),
    settle: (claim, settlement, command) => dispatcher.settle(claim, settlement, command),
    onWork: (callback) => ledger.onWork(callback),
  };
}
