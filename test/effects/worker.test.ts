import { describe, expect, it } from "vitest";
import type { SystemCommand } from "../../src/core/command.ts";
import type { JobBody } from "../../src/core/job.ts";
import { anySignal, checkLease, watchLease } from "../../src/effects/check-lease.ts";
import type { JobHandler, JobHandlers, JobResult, Run } from "../../src/effects/job-handler.ts";
import { GRACE } from "../../src/effects/worker/job-run.ts";
import { createWorker, type WorkerOptions } from "../../src/effects/worker.ts";
import { Unavailable } from "../../src/ledger/ledger.ts";
import { AdapterError } from "../../src/shared/errors.ts";
import { createTelemetry } from "../../src/shared/telemetry.ts";
import { captureLogs } from "../support/captured-logger.ts";
import { type Deferred, deferred } from "../support/deferred.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createFakeJobQueue } from "../support/fake-job-queue.ts";
import { handler, handlers } from "../support/job-handlers.ts";

const REVIEW: JobBody = { kind: "review", component: "svc-feed" };
const WATCH: JobBody = { kind: "watch", component: "svc-feed", promotion: "p" };
const EXPIRE: JobBody = { kind: "expire", component: "svc-feed", promotion: "p" };
const COMMAND: SystemCommand = { type: "Review", component: "svc-feed" };
const DONE: JobResult = { kind: "done", command: null };

function setUp(overrides: Partial<JobHandlers> = {}, options: Partial<WorkerOptions> = {}) {
  const clock = createFakeClock();
  const queue = createFakeJobQueue(clock);
  const logs = captureLogs();
  const telemetry = createTelemetry();
  const worker = createWorker({
    queue,
    handlers: handlers(overrides),
    clock,
    logger: logs.logger,
    telemetry,
    countJobs: async () => ({ ready: 4, waiting: 3, claimed: 2, dead: 1, oldestReady: null }),
    ...options,
  });
  return { clock, queue, logs, telemetry, worker, startedAt: clock.now() };
}

/** A handler of reviews that notes its runs and ends them as the test says. */
function recordingRuns(run: (given: Run) => Promise<JobResult> = async () => DONE) {
  const runs: Run[] = [];
  return {
    runs,
    review: handler<"review">({
      run: async (_body, given) => {
        runs.push(given);
        return run(given);
      },
    }),
  };
}

/** Runs until its signal fires, then fails with the reason, as adapters do. */
function untilAborted({ signal }: Run): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });
}

describe("the worker settles a job with what its run came to", () => {
  it("done, together with its command", async () => {
    const { queue, worker } = setUp({
      review: handler({ run: async () => ({ kind: "done", command: COMMAND }) }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    expect(await queue.settlements(1)).toEqual([
      { key: "a", settlement: { kind: "done" }, command: COMMAND },
    ]);
  });

  it("as given up, with the reason, where what it reports is refused", async () => {
    const { queue, worker, logs } = setUp({
      review: handler({ run: async () => ({ kind: "done", command: COMMAND }) }),
    });
    queue.refuseNext({
      code: "unknown_component",
      sentence: "no component svc-feed is configured",
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    const error = "refused (unknown_component): no component svc-feed is configured";
    expect(await queue.settlements(1)).toEqual([
      { key: "a", settlement: { kind: "dead", error }, command: null },
    ]);
    expect(logs.lines).toContainEqual(
      expect.objectContaining({ level: "error", msg: "a job was given up", key: "a", error }),
    );
  });

  it("later, and runs it again then as a first attempt", async () => {
    const { runs, review } = recordingRuns(async ({ now }) =>
      runs.length === 1 ? { kind: "later", at: now + 30_000, command: COMMAND } : DONE,
    );
    const { clock, queue, worker, startedAt } = setUp({ review });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(29_000);
    expect(runs).toHaveLength(1);
    await clock.advance(2_000);
    expect(queue.settled()).toEqual([
      { key: "a", settlement: { kind: "later", at: startedAt + 30_000 }, command: COMMAND },
      { key: "a", settlement: { kind: "done" }, command: null },
    ]);
    expect(runs.map(({ attempt }) => attempt)).toEqual([1, 1]);
  });

  it("a retryable error: tried again after the handler's delay, and told that it is a second attempt", async () => {
    const { runs, review } = recordingRuns(async () => {
      if (runs.length > 1) return DONE;
      throw new AdapterError("gate is away", { retryable: true });
    });
    const { clock, queue, worker, startedAt } = setUp({ review });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(1_500);
    expect(queue.settled()).toEqual([
      {
        key: "a",
        settlement: { kind: "retry", at: startedAt + 1_000, error: "gate is away" },
        command: null,
      },
      { key: "a", settlement: { kind: "done" }, command: null },
    ]);
    expect(runs.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it("a store that was away when the job read the state: tried again, not buried", async () => {
    const { queue, worker, startedAt } = setUp({
      review: handler({
        run: async () => {
          throw new Unavailable("PostgreSQL cannot be reached");
        },
      }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    const [first] = await queue.settlements(1);
    expect(first?.settlement).toEqual({
      kind: "retry",
      at: startedAt + 1_000,
      error: "PostgreSQL cannot be reached",
    });
  });

  it.each([
    { name: "as long as the other side asked for", retryAfter: 7_000, wait: 7_000 },
    { name: "but never more than an hour", retryAfter: 9_000_000, wait: 3_600_000 },
    { name: "and not into the past", retryAfter: -5, wait: 0 },
  ])("a retryable error that says when: $name", async ({ retryAfter, wait }) => {
    const { queue, worker, startedAt } = setUp({
      review: handler({
        run: async () => {
          throw new AdapterError("too many requests", { retryable: true, retryAfter });
        },
      }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    const [first] = await queue.settlements(1);
    expect(first?.settlement).toEqual({
      kind: "retry",
      at: startedAt + wait,
      error: "too many requests",
    });
  });

  it("an error that trying again cannot help: buried, with what the state must learn", async () => {
    const { queue, worker, logs } = setUp({
      review: handler({
        run: async () => {
          throw new AdapterError("the token is wrong", { retryable: false });
        },
        buried: (_body, error) => ({ type: "Review", component: error }),
      }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    expect(await queue.settlements(1)).toEqual([
      {
        key: "a",
        settlement: { kind: "dead", error: "the token is wrong" },
        command: { type: "Review", component: "the token is wrong" },
      },
    ]);
    expect(logs.lines).toContainEqual(
      expect.objectContaining({ level: "error", msg: "a job was given up", key: "a" }),
    );
  });

  it("the last attempt: buried", async () => {
    const { clock, queue, worker } = setUp({
      review: handler({
        attempts: 2,
        run: async () => {
          throw new AdapterError("gate is away", { retryable: true });
        },
        buried: () => COMMAND,
      }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(60_000);
    expect(queue.settled().map(({ settlement, command }) => [settlement.kind, command])).toEqual([
      ["retry", null],
      ["dead", COMMAND],
    ]);
  });

  it("a job whose runs all died with their process: buried without being run once more", async () => {
    const { runs, review } = recordingRuns();
    const { clock, queue, worker } = setUp({ review: { ...review, buried: () => COMMAND } });
    queue.add({ key: "a", body: REVIEW });
    for (let death = 0; death < 3; death += 1) {
      await queue.claim(["review"], 1, 1_000);
      await clock.advance(2_000);
    }
    worker.start();
    expect(await queue.settlements(1)).toEqual([
      {
        key: "a",
        settlement: { kind: "dead", error: "it was begun 3 times and never ended" },
        command: COMMAND,
      },
    ]);
    expect(runs).toEqual([]);
  });
});

describe("the worker goes on", () => {
  it("when a handler throws something unexpected", async () => {
    const { queue, worker } = setUp({
      review: handler({
        run: () => {
          throw new TypeError("undefined is not a function");
        },
      }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await queue.settlements(1);
    queue.add({ key: "b", body: EXPIRE });
    expect(await queue.settlements(2)).toEqual([
      {
        key: "a",
        settlement: { kind: "dead", error: "undefined is not a function" },
        command: null,
      },
      { key: "b", settlement: { kind: "done" }, command: null },
    ]);
  });

  it("when burying throws", async () => {
    const { queue, worker, logs } = setUp({
      review: handler({
        run: async () => {
          throw new AdapterError("no", { retryable: false });
        },
        buried: () => {
          throw new TypeError("also no");
        },
      }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    expect(await queue.settlements(1)).toEqual([
      { key: "a", settlement: { kind: "dead", error: "also no" }, command: null },
    ]);
    expect(logs.lines.map(({ msg }) => msg)).toContain(
      "a handler failed while its job was being buried",
    );
  });

  it("when the queue cannot be asked: says so once, is not ready, and recovers", async () => {
    const { clock, queue, worker, logs } = setUp();
    queue.fail("claim", 2);
    worker.start();
    await clock.advance(0);
    expect(worker.health().problem).toBe("the worker cannot claim jobs: the store is away");
    queue.addSilently({ key: "a", body: REVIEW });
    await clock.advance(2_000);
    expect(queue.settled()).toHaveLength(1);
    expect(worker.health().problem).toBeNull();
    expect(logs.lines.map(({ msg }) => msg)).toEqual([
      "cannot claim jobs",
      "the job queue answers again",
    ]);
  });
});

describe("time-outs", () => {
  it("abort the run through its signal, and it is tried again", async () => {
    const { clock, queue, worker, startedAt } = setUp({
      review: handler({ run: (_body, run) => untilAborted(run) }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(10_000);
    expect(queue.settled()).toEqual([
      {
        key: "a",
        settlement: {
          kind: "retry",
          at: startedAt + 11_000,
          error: "it was given up after 10 s",
        },
        command: null,
      },
    ]);
  });

  it("leave a run behind that does not listen to its signal", async () => {
    const { clock, queue, worker } = setUp({
      review: handler({ run: () => new Promise(() => {}) }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(10_000 + GRACE - 1);
    expect(queue.settled()).toEqual([]);
    await clock.advance(1);
    expect(queue.settled().map(({ settlement }) => settlement)).toMatchObject([
      { kind: "retry", error: "it did not stop within 5 s of being told to" },
    ]);
  });

  it("do not fire for a run that has ended", async () => {
    const { runs, review } = recordingRuns();
    const { clock, queue, worker } = setUp({ review });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(60_000);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false]);
  });
});

describe("leases", () => {
  it("are renewed for as long as a run takes", async () => {
    const end = deferred<JobResult>();
    const { clock, queue, worker } = setUp(
      { review: handler({ timeout: 600_000, run: () => end.promise }) },
      { lease: 30_000 },
    );
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(300_000);
    expect(queue.extensions()).toBe(30);
    end.resolve(DONE);
    await clock.advance(100_000);
    expect(queue.extensions()).toBe(30);
    expect(queue.settled()).toEqual([{ key: "a", settlement: { kind: "done" }, command: null }]);
  });

  it("grow with the time that a run has taken, so that what ran for long outlives a store that is away", async () => {
    const end = deferred<JobResult>();
    const ended: number[] = [];
    const { clock, queue, worker, startedAt } = setUp(
      {
        review: handler({
          timeout: 600_000,
          run: async (_body, { signal }) => {
            signal.addEventListener("abort", () => ended.push(clock.now() - startedAt));
            return end.promise;
          },
        }),
      },
      { lease: 4_500 },
    );
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(120_000);
    queue.fail("extend", 10);
    await clock.advance(20_000);
    expect(ended).toEqual([]);
    end.resolve(DONE);
    await clock.advance(0);
    expect(queue.settled()).toMatchObject([{ settlement: { kind: "done" } }]);
  });

  it("of a run that has just begun end soon, so that somebody else takes it over", async () => {
    const { runs, review } = recordingRuns((run) => untilAborted(run));
    const { clock, queue, worker } = setUp(
      { review: { ...review, timeout: 600_000 } },
      { lease: 4_500 },
    );
    queue.fail("extend", 100);
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(3_599);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false]);
    await clock.advance(1);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true]);
    await clock.advance(2_000);
    expect(runs.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it("are not renewed for a short run", async () => {
    const { clock, queue, worker } = setUp();
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(60_000);
    expect(queue.extensions()).toBe(0);
  });

  it("that somebody else has taken abort the run, and its result is dropped", async () => {
    const { runs, review } = recordingRuns((run) => untilAborted(run));
    const { clock, queue, worker, logs } = setUp({ review: { ...review, timeout: 60_000 } });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(1_000);
    queue.takeOver("a");
    await clock.advance(10_000);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(queue.settled()).toEqual([]);
    expect(logs.lines).toMatchObject([
      { msg: "the result of a job was dropped", why: "somebody else has it", key: "a" },
    ]);
  });

  it("that cannot be renewed abort the run before they end", async () => {
    const abortedAt: number[] = [];
    const { clock, queue, worker, startedAt } = setUp(
      {
        review: handler({
          timeout: 600_000,
          run: async (_body, run) => {
            await untilAborted(run).catch(() => abortedAt.push(clock.now() - startedAt));
            throw run.signal.reason;
          },
        }),
      },
      { lease: 30_000 },
    );
    queue.fail("extend", 100);
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(29_000);
    expect(abortedAt).toEqual([24_000]);
    expect(queue.settled()).toEqual([]);
  });

  it("begin when they are asked for: what was claimed too late is not begun at all", async () => {
    const { runs, review } = recordingRuns();
    const { clock, queue, worker, logs } = setUp({ review }, { lease: 30_000 });
    queue.add({ key: "a", body: REVIEW });
    const answer = queue.holdNextClaim();
    worker.start();
    await clock.advance(25_000);
    answer();
    await clock.advance(0);
    expect(runs).toEqual([]);
    expect(queue.settled()).toEqual([]);
    expect(logs.lines).toMatchObject([
      {
        msg: "the result of a job was dropped",
        why: "its lease has ended",
      },
    ]);
    await clock.advance(10_000);
    expect(runs.map(({ attempt }) => attempt)).toEqual([2]);
  });

  it("that ended at the last moment fence the result, which is dropped and logged", async () => {
    const end = deferred<JobResult>();
    const { clock, queue, worker, logs } = setUp({ review: handler({ run: () => end.promise }) });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(0);
    queue.takeOver("a");
    end.resolve({ kind: "done", command: COMMAND });
    await clock.advance(0);
    expect(queue.settled()).toEqual([]);
    expect(logs.lines).toMatchObject([
      { msg: "the result of a job was dropped", why: "somebody else has taken it over" },
    ]);
  });
});

describe("a process that was stopped for longer than its lease, and goes on", () => {
  /** A run that waits for an answer and would have an effect after it. */
  function lookingFirst() {
    const answer = deferred();
    const effects: string[] = [];
    const review = handler<"review">({
      timeout: 600_000,
      run: async (_body, { signal }) => {
        await answer.promise;
        checkLease(signal);
        effects.push("sent");
        return { kind: "done", command: COMMAND };
      },
    });
    return { answer, effects, review };
  }

  it("has no effect any more, although its answer comes before its timers run", async () => {
    const { answer, effects, review } = lookingFirst();
    const { clock, queue, worker, logs } = setUp({ review }, { lease: 30_000 });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(0);
    clock.stopFor(40_000);
    queue.takeOver("a");
    answer.resolve();
    await clock.advance(0);
    expect(effects).toEqual([]);
    expect(queue.settled()).toEqual([]);
    expect(logs.lines).toMatchObject([
      { msg: "the result of a job was dropped", why: "its lease has ended" },
    ]);
  });

  it("has its effect when it was stopped for less", async () => {
    const { answer, effects, review } = lookingFirst();
    const { clock, queue, worker } = setUp({ review }, { lease: 30_000 });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(0);
    clock.stopFor(20_000);
    answer.resolve();
    await clock.advance(0);
    expect(effects).toEqual(["sent"]);
    expect(queue.settled()).toMatchObject([{ settlement: { kind: "done" } }]);
  });

  it("does not begin what it claimed before it was stopped", async () => {
    const { runs, review } = recordingRuns();
    const { clock, queue, worker, logs } = setUp({ review }, { lease: 30_000 });
    queue.add({ key: "a", body: REVIEW });
    const letGo = queue.holdNextClaim();
    worker.start();
    await clock.advance(0);
    clock.stopFor(40_000);
    queue.takeOver("a");
    letGo();
    await clock.advance(0);
    expect(runs).toEqual([]);
    expect(logs.lines).toMatchObject([{ why: "its lease has ended", key: "a" }]);
  });

  it("is checked through every signal that is made of the run's", () => {
    const run = new AbortController();
    const other = new AbortController();
    watchLease(run.signal, () => run.abort(new Error("too late")));
    const made = anySignal(other.signal, anySignal(run.signal));
    expect(made.aborted).toBe(false);
    expect(() => checkLease(made)).toThrow("too late");
    expect(() => checkLease(other.signal)).not.toThrow();
  });
});

describe("a result that cannot be recorded", () => {
  it("is tried again, without running the job again", async () => {
    const { runs, review } = recordingRuns();
    const { clock, queue, worker } = setUp({ review });
    queue.fail("settle", 3);
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(2_000);
    expect(queue.settled()).toEqual([{ key: "a", settlement: { kind: "done" }, command: null }]);
    expect(runs).toHaveLength(1);
  });

  it("is given up when the lease ends, and the job runs again as a second attempt", async () => {
    const { runs, review } = recordingRuns();
    const { clock, queue, worker } = setUp({ review }, { lease: 30_000 });
    queue.fail("settle", 50);
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(40_000);
    expect(queue.settled()).toEqual([{ key: "a", settlement: { kind: "done" }, command: null }]);
    expect(runs.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });
});

describe("concurrency", () => {
  function held() {
    const ends: Deferred<JobResult>[] = [];
    const run = () => {
      const end = deferred<JobResult>();
      ends.push(end);
      return end.promise;
    };
    return { ends, run };
  }

  it("is bounded in each pool, and a slot that becomes free is used at once", async () => {
    const { ends, run } = held();
    const { clock, queue, worker } = setUp({ watch: handler({ run }) }, { slots: { watches: 2 } });
    for (const key of ["a", "b", "c"]) queue.add({ key, body: WATCH });
    worker.start();
    await clock.advance(0);
    expect(ends).toHaveLength(2);
    ends[0]?.resolve(DONE);
    await clock.advance(0);
    expect(ends).toHaveLength(3);
  });

  it("of one kind does not delay another: a full pool of watches, and a review runs", async () => {
    const { run } = held();
    const { queue, worker } = setUp({ watch: handler({ run }) }, { slots: { watches: 2 } });
    for (const key of ["a", "b", "c"]) queue.add({ key, body: WATCH });
    worker.start();
    queue.add({ key: "review", body: REVIEW });
    expect((await queue.settlements(1)).map(({ key }) => key)).toEqual(["review"]);
  });

  it("never breaks a lane: its jobs run one after the other", async () => {
    const { ends, run } = held();
    const { clock, queue, worker } = setUp({ review: handler({ run }) });
    queue.add({ key: "a", lane: "svc-feed", body: REVIEW });
    queue.add({ key: "b", lane: "svc-feed", body: REVIEW });
    worker.start();
    await clock.advance(500);
    expect(ends).toHaveLength(1);
    ends[0]?.resolve(DONE);
    await clock.advance(0);
    expect(ends).toHaveLength(2);
  });
});

describe("the worker looks for work", () => {
  it("as soon as it is told of some", async () => {
    const { clock, queue, worker } = setUp({}, { poll: 1_000_000 });
    worker.start();
    await clock.advance(0);
    queue.add({ key: "a", body: REVIEW });
    await clock.advance(0);
    expect(queue.settled()).toHaveLength(1);
  });

  it("even when it was told while it was asking", async () => {
    const { clock, queue, worker } = setUp({}, { poll: 1_000_000 });
    const open = queue.holdNextClaim();
    worker.start();
    await clock.advance(0);
    queue.add({ key: "a", body: REVIEW });
    open();
    await clock.advance(0);
    expect(queue.settled()).toHaveLength(1);
  });

  it("at each poll when nobody tells it, and not before", async () => {
    const { clock, queue, worker } = setUp({}, { poll: 1_000 });
    worker.start();
    await clock.advance(0);
    queue.addSilently({ key: "a", body: REVIEW });
    await clock.advance(999);
    expect(queue.settled()).toHaveLength(0);
    await clock.advance(1);
    expect(queue.settled()).toHaveLength(1);
  });
});

describe("a job that was put back", () => {
  function puttingBack(after: number, poll: number) {
    const due: number[] = [];
    const run: JobHandler<"review">["run"] = async (_body, { now }) => {
      due.push(now - startedAt);
      return { kind: "later", at: now + after, command: null };
    };
    const { clock, queue, worker, startedAt } = setUp({ review: handler({ run }) }, { poll });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    return { clock, due };
  }

  it("is begun again when it is due, and waits for no poll", async () => {
    const { clock, due } = puttingBack(15_000, 1_000_000);
    await clock.advance(14_900);
    expect(due).toEqual([0]);
    await clock.advance(200);
    expect(due).toHaveLength(2);
  });

  it("is left to the polling when it is due in an hour", async () => {
    const { clock, due } = puttingBack(3_600_000, 2_000_000);
    await clock.advance(3_700_000);
    expect(due).toEqual([0]);
    await clock.advance(300_000);
    expect(due).toEqual([0, 4_000_000]);
  });
});

describe("stopping", () => {
  it("claims nothing more and lets the jobs under way finish", async () => {
    const end = deferred<JobResult>();
    const { clock, queue, worker } = setUp({ review: handler({ run: () => end.promise }) });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(0);
    const stopped = worker.stop(5_000);
    queue.add({ key: "b", body: EXPIRE });
    await clock.advance(1_000);
    end.resolve({ kind: "done", command: COMMAND });
    await stopped;
    expect(queue.settled()).toEqual([{ key: "a", settlement: { kind: "done" }, command: COMMAND }]);
    await clock.advance(60_000);
    expect(queue.settled()).toHaveLength(1);
  });

  it("hands back what has not finished, as a try that may have taken effect", async () => {
    const { runs, review } = recordingRuns((run) => untilAborted(run));
    const { clock, queue, worker, startedAt } = setUp({ review: { ...review, timeout: 600_000 } });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(0);
    const stopped = worker.stop(5_000);
    await clock.advance(4_999);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false]);
    await clock.advance(1);
    await stopped;
    expect(queue.settled()).toEqual([
      {
        key: "a",
        settlement: {
          kind: "retry",
          at: startedAt + 5_000,
          error: "cut short: the process was stopped",
        },
        command: null,
      },
    ]);
    expect(await queue.claim(["review"], 1, 1_000)).toMatchObject([{ key: "a", attempt: 2 }]);
  });

  it("keeps the result of a run that had one after all", async () => {
    const { clock, queue, worker } = setUp({
      review: handler({
        run: async (_body, run) => {
          await untilAborted(run).catch(() => {});
          return { kind: "done", command: COMMAND };
        },
      }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(0);
    const stopped = worker.stop(1_000);
    await clock.advance(1_000);
    await stopped;
    expect(queue.settled()).toEqual([{ key: "a", settlement: { kind: "done" }, command: COMMAND }]);
  });

  it("does not wait for ever for a run that does not listen", async () => {
    const { clock, queue, worker } = setUp({
      review: handler({ timeout: 600_000, run: () => new Promise(() => {}) }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(0);
    const stopped = worker.stop(1_000);
    await clock.advance(1_000 + GRACE);
    await stopped;
    expect(queue.settled().map(({ settlement }) => settlement.kind)).toEqual(["retry"]);
  });

  it("does not wait for a store that takes no result: the job will run again", async () => {
    const { clock, queue, logs, worker } = setUp({ review: recordingRuns().review });
    queue.add({ key: "a", body: REVIEW });
    queue.fail("settle", Number.POSITIVE_INFINITY);
    worker.start();
    await clock.advance(0);
    const stopped = worker.stop(1_000);
    await clock.advance(2_000);
    await stopped;
    expect(queue.settled()).toEqual([]);
    expect(new Set(logs.lines.map(({ msg }) => msg))).toEqual(
      new Set(["cannot record the result of a job"]),
    );
  });

  it("leaves alone what a queue hands out after the end", async () => {
    const { runs, review } = recordingRuns();
    const { clock, queue, worker } = setUp({ review });
    queue.addSilently({ key: "a", body: REVIEW });
    const open = queue.holdNextClaim();
    worker.start();
    await clock.advance(0);
    const stopped = worker.stop(1_000);
    await clock.advance(1_000);
    await stopped;
    open();
    await clock.advance(0);
    expect(runs).toEqual([]);
  });

  it("of a worker that was never started returns at once", async () => {
    const { worker } = setUp();
    await worker.stop(60_000);
    expect(worker.health().running).toBe(false);
  });
});

describe("health", () => {
  it("says when it last claimed, how much is under way, and that nothing is wrong", async () => {
    const { clock, queue, worker, startedAt } = setUp({
      review: handler({ run: () => new Promise(() => {}) }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(1_500);
    expect(worker.health()).toEqual({
      running: true,
      lastClaim: startedAt + 1_000,
      underWay: 1,
      problem: null,
    });
  });

  it("names what is wrong: not started, or a queue that has gone silent", async () => {
    const { clock, queue, worker } = setUp();
    expect(worker.health().problem).toBe("the worker is not running");
    queue.holdNextClaim();
    worker.start();
    await clock.advance(20_000);
    expect(worker.health().problem).toBe("the job queue has not answered for 20 s");
  });
});

describe("metrics", () => {
  it("time each run by kind and outcome, and count the jobs that have not ended", async () => {
    const { clock, queue, worker, telemetry } = setUp({
      review: handler({
        run: async () => {
          await clock.sleep(2_000);
          return DONE;
        },
      }),
    });
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(2_000);
    const text = await telemetry.registry.metrics();
    expect(text).toContain('slipway_job_seconds_sum{kind="review",outcome="done"} 2');
    expect(text).toContain('slipway_job_seconds_count{kind="review",outcome="done"} 1');
    expect(text.split("\n").filter((line) => line.startsWith("slipway_jobs_pending{"))).toEqual([
      'slipway_jobs_pending{state="ready"} 4',
      'slipway_jobs_pending{state="waiting"} 3',
      'slipway_jobs_pending{state="claimed"} 2',
      'slipway_jobs_pending{state="dead"} 1',
    ]);
    expect(text).toContain("\nslipway_jobs_oldest_ready_seconds 0\n");
  });

  it("say for how long the oldest job has been due", async () => {
    const counts = { ready: 1, waiting: 0, claimed: 0, dead: 0 };
    const now = createFakeClock().now();
    const { clock, worker, telemetry } = setUp(
      {},
      { countJobs: async () => ({ ...counts, oldestReady: now - 90_000 }) },
    );
    worker.start();
    await clock.advance(0);
    expect(await telemetry.registry.metrics()).toContain("slipway_jobs_oldest_ready_seconds 90");
  });

  it("that cannot be counted do not stop the work", async () => {
    const { clock, queue, worker, logs } = setUp(
      {},
      { countJobs: () => Promise.reject(new Error("the store is away")) },
    );
    queue.add({ key: "a", body: REVIEW });
    worker.start();
    await clock.advance(0);
    expect(queue.settled()).toHaveLength(1);
    expect(logs.lines.map(({ msg }) => msg)).toEqual(["cannot count jobs"]);
  });
});
