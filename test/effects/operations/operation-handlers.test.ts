import { describe, expect, it } from "vitest";
import type { ComponentState } from "../../../src/core/component.ts";
import type { Run } from "../../../src/effects/job-handler.ts";
import { createOperationHandlers } from "../../../src/effects/operations/operation-handlers.ts";
import { PATIENCE } from "../../../src/effects/operations/start-handler.ts";
import { AdapterError } from "../../../src/shared/errors.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { COMPONENT, componentState, operation, promotion } from "../../support/effect-states.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createFakeDeployer } from "../../support/fake-deployer.ts";
import { createFakeStateReader } from "../../support/fake-state-reader.ts";
import { operationInput } from "../../support/operation-input.ts";

const KEY = "deploy:svc-feed@2.4.0:production:1";
const UNREACHABLE = new AdapterError("gate: the connection was refused", { retryable: true });
const LOST = new AdapterError("gate: the connection was cut", { retryable: true, uncertain: true });
const REFUSED = new AdapterError("gate: no app of this name", { retryable: false });
const UNTOLD = new AdapterError("gate: look there", { retryable: false, uncertain: true });

function deploying(detail: string | null = null): ComponentState {
  return componentState(promotion({ kind: "deploying", operation: operation({ detail }) }));
}

function setUp(state: ComponentState = deploying(), { endsInStart = false } = {}) {
  const clock = createFakeClock();
  const logs = captureLogs();
  const gate = createFakeDeployer({ every: 2_000, timeout: 1_800_000, endsInStart });
  const reader = createFakeStateReader(state);
  let configured: Record<string, typeof gate> = { gate };
  const made = createOperationHandlers({
    deployers: () => configured,
    state: reader,
    clock,
    logger: logs.logger,
    random: () => 0.5,
  });
  const startedAt = clock.now();
  const input = operationInput({ startedAt });
  const run = (overrides: Partial<Run> = {}): Run => ({
    attempt: 1,
    due: clock.now(),
    now: clock.now(),
    signal: new AbortController().signal,
    ...overrides,
  });
  return {
    clock,
    logs,
    gate,
    reader,
    startedAt,
    run,
    start: made["operation.start"],
    observe: made["operation.observe"],
    stop: made["operation.stop"],
    startBody: { kind: "operation.start", component: COMPONENT, operation: input } as const,
    observeBody: {
      kind: "operation.observe",
      component: COMPONENT,
      operation: input,
      handle: "operation-1",
    } as const,
    stopBody: {
      kind: "operation.stop",
      component: COMPONENT,
      operation: input,
      handle: "operation-1",
    } as const,
    unconfigure: () => {
      configured = {};
    },
  };
}

/** The command that tells the state what an operation came to. */
function reported(report: object) {
  return { type: "ReportOperation", component: COMPONENT, key: KEY, report };
}

describe("a start that lasts as long as its operation", () => {
  it("is ended when nobody wants it any more, so that it holds up no rollback", async () => {
    const { start, startBody, run, gate, clock, reader } = setUp(deploying(), {
      endsInStart: true,
    });
    gate.goSilent();
    const running = start.run(startBody, run());
    await gate.asked();
    reader.setState(componentState(promotion({ kind: "live", since: 0 })));
    await clock.advance(2_000);
    expect(await running).toEqual({ kind: "done", command: null });
  });

  it("goes on while it is wanted, and while nobody can say", async () => {
    const { start, startBody, run, gate, clock, reader } = setUp(deploying(), {
      endsInStart: true,
    });
    gate.goSilent();
    const running = start.run(startBody, run());
    await gate.asked();
    reader.fail(new Error("the store is away"));
    await clock.advance(60_000);
    reader.fail(null);
    await clock.advance(60_000);
    gate.expire();
    expect(await failureOf(running)).toBeInstanceOf(AdapterError);
  });

  it("of any other kind is left to the deployer", async () => {
    const { start, startBody, run, gate, clock, reader } = setUp();
    gate.goSilent();
    const running = start.run(startBody, run());
    await gate.asked();
    reader.setState(componentState(promotion({ kind: "live", since: 0 })));
    await clock.advance(60_000);
    gate.expire();
    expect(await failureOf(running)).toBeInstanceOf(AdapterError);
  });
});

describe("starting an operation", () => {
  it("reports what the deployer calls it", async () => {
    const { start, startBody, run, gate } = setUp();
    expect(await start.run(startBody, run())).toEqual({
      kind: "done",
      command: reported({
        kind: "accepted",
        handle: "operation-1",
        url: "https://gate.example/operation-1",
      }),
    });
    expect(gate.starts()).toEqual([{ input: startBody.operation, retried: false }]);
  });

  it("tells the deployer to look first when an earlier try may have taken effect", async () => {
    const { start, startBody, run, gate } = setUp();
    await start.run(startBody, run({ attempt: 2 }));
    expect(gate.starts()).toMatchObject([{ retried: true }]);
  });

  it("whose answer is lost is tried again as a retry", async () => {
    const { start, startBody, run, gate } = setUp();
    gate.failAfterNextStart(LOST);
    expect(await failureOf(start.run(startBody, run()))).toBe(LOST);
    expect(await start.run(startBody, run({ attempt: 2 }))).toMatchObject({
      command: { report: { kind: "accepted", handle: "operation-1" } },
    });
    expect(gate.begun()).toBe(1);
  });

  it("that certainly had no effect is tried again as if for the first time, and people see why", async () => {
    const { start, startBody, run, gate, clock } = setUp();
    gate.refuseStarts(UNREACHABLE);
    expect(await start.run(startBody, run())).toEqual({
      kind: "later",
      at: clock.now() + 3_750,
      command: reported({
        kind: "running",
        detail: "not begun yet, tried again: gate: the connection was refused",
      }),
    });
  });

  it("says so once", async () => {
    const detail = "not begun yet, tried again: gate: the connection was refused";
    const { start, startBody, run, gate } = setUp(deploying(detail));
    gate.refuseStarts(UNREACHABLE);
    expect(await start.run(startBody, run())).toMatchObject({ kind: "later", command: null });
  });

  it("waits as long as the deployer asks", async () => {
    const { start, startBody, run, gate, clock } = setUp();
    gate.refuseStarts(new AdapterError("busy", { retryable: true, retryAfter: 40_000 }));
    expect(await start.run(startBody, run())).toMatchObject({ at: clock.now() + 40_000 });
  });

  it("fails when the deployer cannot be reached for long: nothing was begun", async () => {
    const { start, startBody, run, gate, clock } = setUp();
    gate.refuseStarts(UNREACHABLE);
    await clock.advance(PATIENCE);
    expect(await start.run(startBody, run())).toEqual({
      kind: "done",
      command: reported({ kind: "failed", why: "gate: the connection was refused" }),
    });
  });

  it("fails when the deployer refuses it", async () => {
    const { start, startBody, run, gate } = setUp();
    gate.refuseStarts(REFUSED);
    expect(await start.run(startBody, run())).toEqual({
      kind: "done",
      command: reported({ kind: "failed", why: "gate: no app of this name" }),
    });
  });

  it("is unknown when nobody can say whether it began", async () => {
    const { start, startBody, run, gate } = setUp();
    gate.refuseStarts(UNTOLD);
    expect(await start.run(startBody, run({ attempt: 2 }))).toEqual({
      kind: "done",
      command: reported({ kind: "unknown", why: "gate: look there" }),
    });
  });

  it("is unknown when it is given up", () => {
    const { start, startBody } = setUp();
    expect(start.buried(startBody, "gate did not answer")).toEqual(
      reported({
        kind: "unknown",
        why: "gate did not answer; whether it was begun is not known: look at gate",
      }),
    );
  });

  it("does not begin what nothing waits for any more", async () => {
    const state = componentState(
      promotion({ kind: "cancelled", by: { kind: "system", name: "x" }, at: 0, reason: "" }),
    );
    const { start, startBody, run, gate, logs } = setUp(state);
    expect(await start.run(startBody, run())).toEqual({ kind: "done", command: null });
    expect(gate.begun()).toBe(0);
    expect(logs.lines()).toMatchObject([
      { msg: "an operation is not started: nothing waits for it any more", key: KEY },
    ]);
  });

  it("by a deployer that is no longer configured fails, or is unknown when it may have begun", async () => {
    const { start, startBody, run, unconfigure } = setUp();
    unconfigure();
    const why =
      'the deployer "gate" is no longer configured: put it back, or deploy by another one';
    expect(await start.run(startBody, run())).toMatchObject({
      command: { report: { kind: "failed", why } },
    });
    expect(await start.run(startBody, run({ attempt: 2 }))).toMatchObject({
      command: { report: { kind: "unknown", why } },
    });
  });

  it("does not take a name of every object for a deployer", async () => {
    const { start, startBody, run } = setUp();
    const body = { ...startBody, operation: { ...startBody.operation, deployer: "constructor" } };
    expect(await start.run(body, run())).toMatchObject({ command: { report: { kind: "failed" } } });
  });

  it("waits for a store that is away, and keeps in mind whether it may have begun", async () => {
    const { start, startBody, run, reader, gate, clock } = setUp();
    reader.fail(new Error("disk full"));
    expect(await start.run(startBody, run())).toEqual({
      kind: "later",
      at: clock.now() + 3_750,
      command: null,
    });
    expect(await failureOf(start.run(startBody, run({ attempt: 2 })))).toMatchObject({
      message: "the state of svc-feed cannot be read: disk full",
      retryable: true,
    });
    expect(gate.starts()).toEqual([]);
  });

  it("ends with the worker's reason when it is cut short", async () => {
    const { start, startBody, run, gate } = setUp();
    gate.goSilent();
    const caller = new AbortController();
    const failed = failureOf(start.run(startBody, run({ signal: caller.signal })));
    await gate.asked();
    const reason = new AdapterError("cut short", { retryable: true, uncertain: true });
    caller.abort(reason);
    expect(await failed).toBe(reason);
  });
});

describe("observing an operation", () => {
  it("reports progress and looks again after the deployer's interval", async () => {
    const { observe, observeBody, run, clock } = setUp();
    expect(await observe.run(observeBody, run())).toEqual({
      kind: "later",
      at: clock.now() + 2_000,
      command: reported({ kind: "running", detail: "step 1 of 2" }),
    });
  });

  it("reports nothing while nothing changes", async () => {
    const { observe, observeBody, run } = setUp(deploying("step 1 of 2"));
    expect(await observe.run(observeBody, run())).toMatchObject({ kind: "later", command: null });
  });

  it.each([
    { kind: "succeeded", detail: "3 pods" } as const,
    { kind: "failed", why: "no space left" } as const,
  ])("reports the end: $kind", async (end) => {
    const { observe, observeBody, run, gate } = setUp();
    gate.answer(end);
    expect(await observe.run(observeBody, run())).toEqual({ kind: "done", command: reported(end) });
  });

  it.each([
    {
      name: "an answer that does not say",
      answer: { kind: "unknown", why: "no status" } as const,
      detail: "its state is not known: no status",
    },
    {
      name: "no answer",
      answer: LOST,
      detail: "its state is not known: gate: the connection was cut",
    },
    {
      name: "a refusal",
      answer: new AdapterError("gate: 401", { retryable: false }),
      detail: "its state is not known: gate: 401",
    },
  ])("goes on looking after $name, and shows it", async ({ answer, detail }) => {
    const { observe, observeBody, run, gate, clock } = setUp();
    gate.answer(answer);
    expect(await observe.run(observeBody, run())).toEqual({
      kind: "later",
      at: clock.now() + 2_000,
      command: reported({ kind: "running", detail }),
    });
  });

  it("leaves the deployer alone for as long as it asks", async () => {
    const { observe, observeBody, run, gate, clock } = setUp();
    gate.answer(new AdapterError("busy", { retryable: true, retryAfter: 60_000 }));
    expect(await observe.run(observeBody, run())).toMatchObject({ at: clock.now() + 60_000 });
  });

  it.each([
    {
      name: "is still running",
      answer: { kind: "running", detail: "step 1" } as const,
      why: "step 1",
    },
    {
      name: "does not answer",
      answer: LOST,
      why: "its state is not known: gate: the connection was cut",
    },
  ])("is unknown after the deployer's time-out, if it $name", async ({ answer, why }) => {
    const { observe, observeBody, run, gate, clock } = setUp();
    gate.answer(answer);
    await clock.advance(1_800_000 - 1);
    expect(await observe.run(observeBody, run())).toMatchObject({ kind: "later" });
    await clock.advance(1);
    expect(await observe.run(observeBody, run())).toEqual({
      kind: "done",
      command: reported({ kind: "unknown", why: `no end after 30 min: ${why}` }),
    });
  });

  it("takes an end that it sees after the time-out", async () => {
    const { observe, observeBody, run, gate, clock } = setUp();
    gate.answer({ kind: "succeeded", detail: null });
    await clock.advance(3_600_000);
    expect(await observe.run(observeBody, run())).toMatchObject({
      command: { report: { kind: "succeeded" } },
    });
  });

  it("is unknown in the end even if every look hangs", async () => {
    const { observe, observeBody, run, gate, clock } = setUp();
    gate.goSilent();
    await clock.advance(1_800_000);
    const result = observe.run(observeBody, run());
    await gate.asked();
    await clock.advance(90_000);
    expect(await result).toMatchObject({
      kind: "done",
      command: {
        report: {
          kind: "unknown",
          why: "no end after 30 min: its state is not known: gate did not answer within 90 s",
        },
      },
    });
  });

  it("ends when nothing waits for the operation any more", async () => {
    const { observe, observeBody, run } = setUp(
      componentState(promotion({ kind: "live", since: 0 })),
    );
    expect(await observe.run(observeBody, run())).toEqual({ kind: "done", command: null });
  });

  it("goes on for a rollback that is running", async () => {
    const state = componentState(promotion({ kind: "live", since: 0 }));
    const production = state.environments.production;
    if (production === undefined) throw new Error("there is a production");
    const rollback = {
      id: KEY,
      from: "svc-feed@2.4.0",
      promotion: "svc-feed@2.4.0/production/1",
      to: "svc-feed@2.3.1",
      trigger: "button" as const,
      by: { kind: "system" as const, name: "slipway" },
      reason: "errors",
      startedAt: 0,
      state: { kind: "running" as const, operation: operation() },
    };
    const { observe, observeBody, run } = setUp({
      ...state,
      environments: { production: { ...production, rollback } },
    });
    expect(await observe.run(observeBody, run())).toMatchObject({ kind: "later" });
  });

  it("by a deployer that is no longer configured is unknown: it may be running", async () => {
    const { observe, observeBody, run, unconfigure } = setUp();
    unconfigure();
    expect(await observe.run(observeBody, run())).toMatchObject({
      kind: "done",
      command: { report: { kind: "unknown" } },
    });
  });

  it("is never given up for its failures, and unknown if it must be", () => {
    const { observe, observeBody } = setUp();
    expect(observe.attempts).toBe(Number.POSITIVE_INFINITY);
    expect(observe.buried(observeBody, "no")).toEqual(reported({ kind: "unknown", why: "no" }));
  });
});

describe("stopping an operation", () => {
  it("asks the deployer", async () => {
    const { stop, stopBody, run, gate } = setUp();
    expect(await stop.run(stopBody, run())).toEqual({ kind: "done", command: null });
    expect(gate.stops()).toEqual(["operation-1"]);
  });

  it("that fails is tried again, and shown when it is given up", async () => {
    const { stop, stopBody, run, gate } = setUp();
    gate.refuseStarts(LOST);
    expect(await failureOf(stop.run(stopBody, run()))).toBe(LOST);
    expect(stop.buried(stopBody, "gate: the connection was cut")).toEqual(
      reported({
        kind: "running",
        detail: "it could not be stopped: gate: the connection was cut",
      }),
    );
  });

  it("by a deployer that is no longer configured is shown", async () => {
    const { stop, stopBody, run, unconfigure } = setUp();
    unconfigure();
    expect(await stop.run(stopBody, run())).toMatchObject({
      command: {
        report: { kind: "running", detail: expect.stringMatching(/no longer configured/) },
      },
    });
  });
});
