import type { JobKind } from "../../src/core/job.ts";
import type { JobHandler, JobHandlers } from "../../src/effects/job-handler.ts";

/** A handler that is done at once, with overrides. */
export function handler<K extends JobKind>(overrides: Partial<JobHandler<K>> = {}): JobHandler<K> {
  return {
    timeout: 10_000,
    attempts: 3,
    retryDelay: (attempt) => attempt * 1_000,
    run: async () => ({ kind: "done", command: null }),
    buried: () => null,
    ...overrides,
  };
}

/** A handler for every kind, each done at once, with overrides. */
export function handlers(overrides: Partial<JobHandlers> = {}): JobHandlers {
  return {
    register: handler(),
    "register-fragment": handler(),
    lookup: handler(),
    message: handler(),
    thread: handler(),
    digest: handler(),
    notes: handler(),
    sink: handler(),
    "operation.start": handler(),
    "operation.observe": handler(),
    "operation.stop": handler(),
    watch: handler(),
    chart: handler(),
    guard: handler(),
    confirm: handler(),
    expire: handler(),
    "close-gathering": handler(),
    review: handler(),
    "review-all": handler(),
    ...overrides,
  };
}
