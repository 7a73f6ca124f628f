import { describe, expect, it } from "vitest";
import type { Tick } from "../../../src/core/job.ts";
import type { Policy } from "../../../src/core/policy.ts";
import type { Promotion } from "../../../src/core/promotion.ts";
import type { CheckAssessment, CheckVerdict } from "../../../src/core/verdict.ts";
import type { KeptSamples } from "../../../src/core/watch/kept-samples.ts";
import {
  confirmWindow,
  createConfirmHandler,
  createGuardHandler,
  guardWindow,
} from "../../../src/effects/watch/guard-handler.ts";
import type { Measuring } from "../../../src/effects/watch/measure-checks.ts";
import { AdapterError } from "../../../src/shared/errors.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import { componentState, PROMOTION, promotion } from "../../support/effect-states.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createFakeStateReader } from "../../support/fake-state-reader.ts";
import {
  aComponent,
  aConfirmation,
  aGuard,
  aLongWatch,
  anEnvironment,
  aPolicy,
  aWatch,
  MINUTE,
} from "../../support/policies.ts";
import { anAssessment } from "../../support/story.ts";

const COMPONENT = "svc-feed";
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 22, 12);
const ABOUT = { component: COMPONENT, promotion: PROMOTION } as const;
const GUARD = { since: START - HOUR, deployedAt: START - 2 * HOUR, checks: [], unsureSince: null };
const CONFIRMATION = {
  from: START - HOUR,
  until: START + 5 * HOUR,
  checks: [],
  outcome: null,
} as const;

const GUARD_POLICY = aGuard();
const LONG = policyWith(aLongWatch({ guard: GUARD_POLICY, confirm: aConfirmation() }));

/** The same watch, of the component that the states of the handlers have. */
function policyWith(policy: Policy): Policy {
  const [component] = Object.values(policy.components);
  return aPolicy(aComponent({ ...component, name: COMPONENT }));
}

function live(overrides: Partial<Promotion>): Promotion {
  return promotion({ kind: "live", since: START - HOUR }, overrides);
}

/** Answers each look with these verdicts, and keeps what was asked for. */
function setUp(
  present: Promotion,
  options: { readonly policy?: Policy; readonly good?: readonly string[] } = {},
) {
  const clock = createFakeClock(START);
  const { good = ["svc-feed@2.3.1"] } = options;
  const before = componentState(present);
  const production = { ...before.environments.production, live: present.release, good };
  const environments = { production } as typeof before.environments;
  const state = createFakeStateReader({ ...before, environments }, options.policy ?? LONG);
  const asked: Measuring[] = [];
  let answer: readonly CheckAssessment[] | Error = [anAssessment("success")];
  let left: readonly KeptSamples[] = [];
  const meter = {
    measure: async (measuring: Measuring) => {
      asked.push(measuring);
      if (answer instanceof Error) throw answer;
      return { assessments: answer, kept: left };
    },
  };
  const given = { state, meter, clock, random: () => 0 };
  const run = { attempt: 1, due: START, now: START, signal: new AbortController().signal };
  return {
    asked,
    clock,
    state,
    run,
    answer: (next: CheckVerdict | Error) => {
      answer = next instanceof Error ? next : [anAssessment(next)];
    },
    handlers: { guard: createGuardHandler(given), confirm: createConfirmHandler(given) },
    leave: (kept: readonly KeptSamples[]) => {
      left = kept;
    },
    guard: (body: Partial<Tick> = {}) =>
      createGuardHandler(given).run({ kind: "guard", ...ABOUT, ...body }, run),
    confirm: (body: Partial<Tick> = {}) =>
      createConfirmHandler(given).run({ kind: "confirm", ...ABOUT, ...body }, run),
  };
}

describe("a look at what is live", () => {
  it("measures the last window, of the release and of the one before it", async () => {
    const { guard, asked } = setUp(live({ guard: GUARD }));
    await guard();
    expect(asked).toEqual([
      {
        checks: GUARD_POLICY.checks,
        window: {
          deployedAt: START - 2 * HOUR,
          from: START - 30 * MINUTE,
          to: START,
          until: START,
          every: 5 * MINUTE,
          warmUp: 0,
        },
        subject: {
          component: COMPONENT,
          environment: "production",
          version: "2.4.0",
          previous: "2.3.1",
        },
        now: START,
        kept: [],
      },
    ]);
  });

  it.each(["guard", "confirm"] as const)("gets what the one before has left (%s)", async (kind) => {
    const present = kind === "guard" ? { guard: GUARD } : { confirmation: CONFIRMATION };
    const made = setUp(live(present));
    const kept = [{ question: "q", first: START, step: MINUTE, values: [1] }];
    made.leave(kept);
    expect(await made[kind]()).toMatchObject({ body: { kind, ...ABOUT, kept } });
    made.leave([]);
    expect(await made[kind]({ kept })).toMatchObject({ body: { kind, ...ABOUT } });
    expect(made.asked.at(-1)?.kept).toEqual(kept);
    expect(await made[kind]()).not.toHaveProperty("body");
  });

  it("has nothing to compare with where nothing was live before", async () => {
    const { guard, asked } = setUp(live({ guard: GUARD }), { good: [] });
    await guard();
    expect(asked[0]?.subject.previous).toBeNull();
  });

  it("comes again after its time, and tells only of news", async () => {
    const { guard, answer } = setUp(live({ guard: GUARD }));
    const later = { kind: "later", at: START + 5 * MINUTE };
    const assessments = [anAssessment("success")];
    const report = { type: "ReportGuard", ...ABOUT, since: GUARD.since };
    expect(await guard()).toEqual({ ...later, command: { ...report, assessments } });
    answer("pending");
    expect(await guard()).toEqual({ ...later, command: null });
  });

  it("tells of what was recorded as bad and is measured no longer, such as an alert that fires", async () => {
    const alert = { ...anAssessment("error"), check: "alert HighErrorRate" };
    const { guard } = setUp(
      live({ guard: { ...GUARD, checks: [anAssessment("success"), alert] } }),
    );
    expect(await guard()).toMatchObject({ command: { type: "ReportGuard" } });
  });

  it.each(["failure", "inconclusive", "error"] as const)(
    "tells of a %s each time: how long it has been so is not for it to say",
    async (verdict) => {
      const { guard, answer } = setUp(
        live({ guard: { ...GUARD, checks: [anAssessment(verdict)] } }),
      );
      answer(verdict);
      expect(await guard()).toMatchObject({ command: { type: "ReportGuard" } });
    },
  );

  it("tells while people are asked, so that it can be over, and no longer when it is", async () => {
    const known = { ...GUARD, checks: [anAssessment("success")] };
    const incident = {
      kind: "undecided",
      at: START,
      action: "ask",
      sentence: "no data",
      checks: [],
      phase: "guard",
      number: 1,
    } as const;
    const open = setUp(live({ guard: known, incident }));
    expect(await open.guard()).toMatchObject({ command: { type: "ReportGuard" } });
    const over = setUp(live({ guard: known, incident: { ...incident, closed: "recovered" } }));
    expect(await over.guard()).toMatchObject({ command: null });
  });

  it.each([
    ["it is not guarded any more", live({ guard: null })],
    ["it never was", live({})],
    ["it is not live", promotion({ kind: "rolled-back", at: 0, to: "x", trigger: "automatic" })],
    ["it is unknown", live({ guard: GUARD, id: "svc-feed@2.4.0/production/2" })],
  ])("ends when %s", async (_when, present) => {
    const { guard, asked } = setUp(present);
    expect(await guard()).toEqual({ kind: "done", command: null });
    expect(asked).toEqual([]);
  });

  it.each([
    ["the component", { ...LONG, components: {} }],
    ["the environment", policyWith(aPolicy(aComponent({ environments: [] })))],
    ["the watch", policyWith(aPolicy(aComponent({ environments: [anEnvironment("production")] })))],
    ["the guard", policyWith(aLongWatch({}))],
  ])("says so when %s is no longer configured", async (_what, policy) => {
    const { guard, asked } = setUp(live({ guard: GUARD }), { policy });
    expect(await guard()).toEqual({
      kind: "later",
      at: START + 30_000,
      command: { type: "ReportGuard", ...ABOUT, since: GUARD.since, assessments: [] },
    });
    expect(asked).toEqual([]);
  });

  it("is never given up, whatever fails", async () => {
    const { guard, answer, handlers } = setUp(live({ guard: GUARD }));
    answer(new Error("the ledger is away"));
    const failure = await failureOf(guard());
    expect(failure).toBeInstanceOf(AdapterError);
    expect(failure).toMatchObject({
      message: "the guard cannot be carried on: the ledger is away",
      retryable: true,
    });
    expect(handlers.guard.attempts).toBe(Number.POSITIVE_INFINITY);
    expect(handlers.guard.buried({ kind: "guard", ...ABOUT }, "x")).toBeNull();
  });

  it("that is cut short is no failure of its own", async () => {
    const { handlers, answer, run } = setUp(live({ guard: GUARD }));
    const abort = new AbortController();
    answer(new Error("away"));
    abort.abort(new Error("cut short"));
    const cut = handlers.guard.run({ kind: "guard", ...ABOUT }, { ...run, signal: abort.signal });
    await expect(cut).rejects.toThrow("cut short");
  });
});

describe("the window of a guard", () => {
  it("grows until it is whole, and slides from then on", () => {
    const policy = aGuard({ window: HOUR });
    const at = (now: number) => {
      const { from, to, until } = guardWindow(GUARD, policy, GUARD.since + now);
      return [from, to, until].map((one) => (one - GUARD.since) / MINUTE);
    };
    expect(at(0)).toEqual([0, 0, 60]);
    expect(at(20 * MINUTE)).toEqual([0, 20, 60]);
    expect(at(HOUR)).toEqual([0, 60, 60]);
    expect(at(100 * MINUTE)).toEqual([40, 100, 100]);
  });
});

describe("a tick of the second watch", () => {
  it("waits until labels are expected", async () => {
    const confirmation = { ...CONFIRMATION, from: START + HOUR };
    const { confirm, asked } = setUp(live({ confirmation }));
    expect(await confirm()).toEqual({ kind: "later", at: START + HOUR, command: null });
    expect(asked).toEqual([]);
  });

  it("measures from then on, and tells of news", async () => {
    const { confirm, answer, asked } = setUp(live({ confirmation: CONFIRMATION }));
    expect(await confirm()).toEqual({
      kind: "later",
      at: START + 30 * MINUTE,
      command: { type: "ReportConfirmation", ...ABOUT, assessments: [anAssessment("success")] },
    });
    expect(asked[0]?.window).toEqual({
      deployedAt: START - 25 * HOUR,
      from: START - HOUR,
      to: START,
      until: START + 5 * HOUR,
      every: 30 * MINUTE,
      warmUp: 0,
    });
    answer("pending");
    expect(await confirm()).toMatchObject({ command: null });
  });

  it("does not miss the end, and tells of it whatever it is", async () => {
    const soon = { ...CONFIRMATION, until: START + 10 * MINUTE };
    const { confirm, clock, answer } = setUp(live({ confirmation: soon }));
    answer("pending");
    expect(await confirm()).toEqual({ kind: "later", at: START + 10 * MINUTE, command: null });
    await clock.advance(10 * MINUTE);
    expect(await confirm()).toMatchObject({
      at: START + 40 * MINUTE,
      command: { type: "ReportConfirmation" },
    });
  });

  it("goes on when the release has been replaced", async () => {
    const { confirm, state } = setUp(live({ confirmation: CONFIRMATION }));
    const before = await state.component(COMPONENT);
    const production = { ...before.environments.production, live: "svc-feed@2.3.1" };
    state.setState({ ...before, environments: { production } as typeof before.environments });
    expect(await confirm()).toMatchObject({ command: { type: "ReportConfirmation" } });
  });

  it("ends when it is decided, and says so when it is no longer configured", async () => {
    const outcome = { kind: "confirmed", at: START } as const;
    const decided = setUp(live({ confirmation: { ...CONFIRMATION, outcome } }));
    expect(await decided.confirm()).toEqual({ kind: "done", command: null });
    const policy = policyWith(aPolicy(aComponent({ environments: [watched()] })));
    const removed = setUp(live({ confirmation: CONFIRMATION }), { policy });
    expect(await removed.confirm()).toMatchObject({
      at: START + 30_000,
      command: { type: "ReportConfirmation", assessments: [] },
    });
    expect(removed.asked).toEqual([]);
  });
});

describe("the window of the second watch", () => {
  it("slides when its end has passed, so that labels that come late count", () => {
    const policy = aConfirmation();
    const { from, until } = CONFIRMATION;
    const at = (now: number) => confirmWindow({ from, until }, policy, now);
    expect(at(until)).toMatchObject({ from, to: until, until });
    expect(at(until + HOUR)).toMatchObject({ from: from + HOUR, to: until + HOUR, until });
  });
});

function watched() {
  return anEnvironment("production", { watch: aWatch() });
}
