import { describe, expect, it } from "vitest";
import type { JobBody } from "../../../src/core/job.ts";
import type { EnvironmentPolicy } from "../../../src/core/policy.ts";
import type { Promotion } from "../../../src/core/promotion.ts";
import type { CheckAssessment, CheckVerdict, Reading } from "../../../src/core/verdict.ts";
import type { AssessRequest } from "../../../src/core/watch/assess-request.ts";
import type { WatchCheck, WatchPolicy } from "../../../src/core/watch-policy.ts";
import type { Run } from "../../../src/effects/job-handler.ts";
import { createCheckMeter } from "../../../src/effects/watch/measure-checks.ts";
import { createWatchHandler } from "../../../src/effects/watch/watch-handler.ts";
import { AdapterError } from "../../../src/shared/errors.ts";
import { createTelemetry } from "../../../src/shared/telemetry.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import {
  COMPONENT,
  componentState,
  emptyPolicy,
  PROMOTION,
  promotion,
} from "../../support/effect-states.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createFakeMetricSource } from "../../support/fake-metric-source.ts";
import { createFakeStateReader } from "../../support/fake-state-reader.ts";

const MINUTE = 60_000;
type WatchJob = Extract<JobBody, { readonly kind: "watch" }>;
const BODY = { kind: "watch", component: COMPONENT, promotion: PROMOTION } as const;

function check(overrides: Partial<WatchCheck> = {}): WatchCheck {
  return {
    name: "success rate",
    source: "prom",
    measure: {
      kind: "value",
      query: 'ok{version="{{version}}"} / all{version="{{previous}}",env="{{environment}}"}',
    },
    pass: {
      source: "value >= 0.97",
      readsLive: false,
      evaluate: () => ({ kind: "value", value: true, comparisons: [] }),
    },
    failureLimit: null,
    consecutiveFailures: 3,
    minSamples: 3,
    noData: "inconclusive",
    fail: null,
    inconclusiveLimit: null,
    consecutiveSuccesses: null,
    comparison: null,
    weight: 1,
    isKey: false,
    ...overrides,
  };
}

function value(query: string): WatchCheck["measure"] {
  return { kind: "value", query };
}

function watchPolicy(checks: readonly WatchCheck[]): WatchPolicy {
  return {
    for: 30 * MINUTE,
    every: 30_000,
    warmUp: MINUTE,
    on: { failure: "rollback", inconclusive: "ask", error: "ask" },
    checks,
    alerts: [],
    score: null,
    guard: null,
    confirm: null,
  };
}

function policyWith(watch: WatchPolicy | null) {
  const production: EnvironmentPolicy = {
    name: "production",
    approval: [],
    selfApproval: false,
    approvalExpires: null,
    deploy: { use: "gate", with: {} },
    verify: [],
    watch,
    rollbackFrom: null,
    routine: null,
    source: null,
  };
  const component = {
    name: COMPONENT,
    kind: "service" as const,
    repository: null,
    channel: "releases",
    owners: [],
    intake: [],
    gates: [],
    needs: [],
    environments: [production],
    freezes: [],
    join: null,
    storm: null,
    failures: "card" as const,
  };
  return emptyPolicy({ components: { [COMPONENT]: component } });
}

function assessment(name: string, verdict: CheckVerdict): CheckAssessment {
  return {
    check: name,
    verdict,
    sentence: verdict,
    query: "q",
    condition: "value >= 0.97",
    samples: [],
    counts: { passed: 0, failed: 0, noData: 0 },
  };
}

type Assess = (request: AssessRequest) => CheckAssessment;

/** Judges as the reading's first sample says: 1 success, 0 failure, nothing pending, no samples error. */
const assess: Assess = ({ check: { name }, query, measured }) => ({
  ...assessment(name, verdictOf(readingOf(measured))),
  query,
});

function readingOf({ release }: AssessRequest["measured"]): Reading {
  return release.kind === "value" ? release.value : { kind: "error", why: release.kind };
}

function verdictOf(reading: Reading): CheckVerdict {
  if (reading.kind !== "samples") return "error";
  const value = reading.samples[0]?.value ?? null;
  if (value === null) return "pending";
  return value === 1 ? "success" : "failure";
}

function samples(value: number | null): Reading {
  return { kind: "samples", samples: [{ at: 0, value }] };
}

interface Options {
  readonly checks?: readonly WatchCheck[];
  readonly recorded?: readonly CheckAssessment[];
  readonly promotion?: Partial<Promotion>;
  readonly assess?: Assess;
}

function setUp(options: Options = {}) {
  const clock = createFakeClock();
  const from = clock.now();
  const until = from + 30 * MINUTE;
  const watching = { kind: "watching", from, until, checks: options.recorded ?? [] } as const;
  const state = createFakeStateReader(
    componentState(promotion(watching, options.promotion)),
    policyWith(watchPolicy(options.checks ?? [check()])),
  );
  const prom = createFakeMetricSource("prom");
  const other = createFakeMetricSource("other");
  const telemetry = createTelemetry();
  const meter = createCheckMeter({
    sources: () => ({ prom, other }),
    assess: options.assess ?? assess,
    clock,
    telemetry,
  });
  const watch = createWatchHandler({ state, meter, clock, random: () => 0 });
  const tick = (signal: AbortSignal = new AbortController().signal, body: WatchJob = BODY) => {
    const run: Run = { attempt: 1, due: clock.now(), now: clock.now(), signal };
    return watch.run(body, run);
  };
  return { clock, from, until, state, prom, other, telemetry, watch, tick };
}

function report(...assessments: object[]) {
  return { type: "ReportWatch", component: COMPONENT, promotion: PROMOTION, assessments };
}

describe("a tick", () => {
  it("asks for the whole window since the release took traffic, with its variables", async () => {
    const { clock, tick, prom, from } = setUp();
    await clock.advance(10 * MINUTE);
    await tick();
    expect(prom.asked()).toEqual([
      {
        query: 'ok{version="2.4.0"} / all{version="2.3.1",env="production"}',
        form: "value",
        from,
        to: from + 10 * MINUTE,
        step: 30_000,
      },
    ]);
  });

  it("hands on to the next one what a source that has only the present has said", async () => {
    const seen: Reading[] = [];
    const { clock, tick, prom, from } = setUp({
      assess: ({ measured }) => {
        seen.push(readingOf(measured));
        return assessment("success rate", "pending");
      },
    });
    prom.answer(({ from: first, to, step }) => ({
      kind: "samples",
      onlyPresent: true,
      samples: Array.from({ length: (to - first) / step + 1 }, (_none, index) => {
        const at = first + index * step;
        return { at, value: at === to ? (to - from) / step : null };
      }),
    }));
    let body: WatchJob = BODY;
    for (let ticks = 0; ticks < 3; ticks += 1) {
      const result = await tick(new AbortController().signal, body);
      body = result.kind === "later" && result.body?.kind === "watch" ? result.body : BODY;
      await clock.advance(30_000);
    }
    expect(seen.at(-1)).toEqual({
      kind: "samples",
      samples: [0, 1, 2].map((value) => ({ at: from + value * 30_000, value })),
    });
    expect(body.kept?.map(({ values }) => values)).toEqual([[0, 1, 2]]);
  });

  it("hands the assessment what it asked, what was answered and the window", async () => {
    const calls: unknown[] = [];
    const { clock, tick, prom, from, until } = setUp({
      assess: (given) => {
        calls.push(given);
        return assessment("success rate", "pending");
      },
    });
    prom.answer(samples(0.5));
    await clock.advance(MINUTE);
    await tick();
    expect(calls).toEqual([
      {
        check: expect.objectContaining({ name: "success rate" }),
        query: 'ok{version="2.4.0"} / all{version="2.3.1",env="production"}',
        url: 'https://prom.example/graph?ok{version="2.4.0"} / all{version="2.3.1",env="production"}',
        measured: { release: { kind: "value", value: samples(0.5) }, baselines: {} },
        window: {
          deployedAt: from,
          from,
          to: from + MINUTE,
          until,
          every: 30_000,
          warmUp: MINUTE,
        },
        now: from + MINUTE,
      },
    ]);
  });

  it("puts itself back, and reports nothing while no verdict changes", async () => {
    const { clock, tick, prom } = setUp();
    prom.answer(samples(null));
    expect(await tick()).toEqual({ kind: "later", at: clock.now() + 30_000, command: null });
  });

  it("reports a verdict that changed, together with the others", async () => {
    const { clock, tick, prom } = setUp({
      checks: [check(), check({ name: "latency", measure: value("latency") })],
      recorded: [assessment("success rate", "pending")],
    });
    prom.answer(({ query }) => samples(query === "latency" ? 0 : null));
    expect(await tick()).toEqual({
      kind: "later",
      at: clock.now() + 30_000,
      command: report(
        expect.objectContaining({ check: "success rate", verdict: "pending" }),
        expect.objectContaining({ check: "latency", verdict: "failure" }),
      ),
    });
  });

  it("does not report the same verdict a second time", async () => {
    const { tick, prom } = setUp({ recorded: [assessment("success rate", "failure")] });
    prom.answer(samples(0));
    expect(await tick()).toMatchObject({ kind: "later", command: null });
  });

  it("does not miss the end for lying between two ticks", async () => {
    const { clock, tick, until, prom } = setUp();
    prom.answer(samples(null));
    await clock.advance(30 * MINUTE - 10_000);
    expect(await tick()).toMatchObject({ at: until, command: null });
  });

  it("reports at the end even if nothing changed", async () => {
    const { clock, tick, prom, until } = setUp({
      recorded: [assessment("success rate", "success")],
    });
    prom.answer(samples(1));
    await clock.advance(30 * MINUTE);
    expect(await tick()).toEqual({
      kind: "later",
      at: until + 30_000,
      command: report(expect.objectContaining({ verdict: "success" })),
    });
  });

  it("after the end, while people are being asked, looks at the last stretch", async () => {
    const incident = {
      kind: "undecided",
      at: 0,
      action: "ask",
      sentence: "no data",
      checks: [],
    } as const;
    const { clock, tick, prom } = setUp({ promotion: { incident } });
    await clock.advance(50 * MINUTE);
    await tick();
    expect(prom.asked()).toMatchObject([
      { from: clock.now() - 30 * MINUTE, to: clock.now(), step: 30_000 },
    ]);
  });

  it("counts its assessments by verdict", async () => {
    const { tick, prom, telemetry } = setUp();
    prom.answer(samples(0));
    await tick();
    await tick();
    expect(await telemetry.registry.metrics()).toContain(
      'slipway_watch_measurements_total{verdict="failure"} 2',
    );
  });
});

describe("a watch ends", () => {
  it.each([
    { name: "when the promotion is live", state: { kind: "live", since: 0 } as const },
    {
      name: "when it was rolled back",
      state: { kind: "rolled-back", at: 0, to: "x", trigger: "button" } as const,
    },
  ])("$name", async ({ state: present }) => {
    const { state, tick, prom } = setUp();
    state.setState(componentState(promotion(present)));
    expect(await tick()).toEqual({ kind: "done", command: null });
    expect(prom.asked()).toEqual([]);
  });

  it("when there is no such promotion", async () => {
    const { state, tick } = setUp();
    state.setState({ ...componentState(promotion({ kind: "requested" })), releases: {} });
    expect(await tick()).toEqual({ kind: "done", command: null });
  });
});

describe("a watch that is no longer configured", () => {
  it("goes on to its end without measuring, and reports that there is nothing to judge by", async () => {
    const { clock, state, tick, prom } = setUp();
    state.setPolicy(policyWith(null));
    expect(await tick()).toEqual({ kind: "later", at: clock.now() + 30_000, command: null });
    state.setPolicy(emptyPolicy());
    await clock.advance(30 * MINUTE);
    expect(await tick()).toMatchObject({ kind: "later", command: report() });
    expect(prom.asked()).toEqual([]);
  });
});

describe("sources", () => {
  it("are asked once for the same query of one tick", async () => {
    const same = { measure: value("up") };
    const { tick, prom, other } = setUp({
      checks: [
        check({ name: "a", ...same }),
        check({ name: "b", ...same }),
        check({ name: "c", ...same, source: "other" }),
      ],
    });
    prom.answer(samples(0));
    other.answer(samples(1));
    expect(await tick()).toMatchObject({
      command: report(
        expect.objectContaining({ check: "a", verdict: "failure" }),
        expect.objectContaining({ check: "b", verdict: "failure" }),
        expect.objectContaining({ check: "c", verdict: "success" }),
      ),
    });
    expect([prom.asked().length, other.asked().length]).toEqual([1, 1]);
  });

  it("are asked anew at each tick", async () => {
    const { tick, prom } = setUp();
    await tick();
    await tick();
    expect(prom.asked()).toHaveLength(2);
  });

  it("that are not configured are an error, not a silence", async () => {
    const { tick } = setUp({
      checks: [check({ source: "gone" }), check({ name: "odd", source: "constructor" })],
      assess: ({ check: { name }, measured }) => {
        const reading = readingOf(measured);
        const sentence = reading.kind === "error" ? reading.why : "";
        return { ...assessment(name, "error"), sentence };
      },
    });
    expect(await tick()).toMatchObject({
      command: report(
        expect.objectContaining({ sentence: 'the metrics source "gone" is not configured' }),
        expect.objectContaining({ sentence: 'the metrics source "constructor" is not configured' }),
      ),
    });
  });

  it("that are slow are an error after a time, and hold up nobody else", async () => {
    const { clock, tick, prom, other } = setUp({
      checks: [check({ name: "slow" }), check({ name: "fast", source: "other" })],
    });
    prom.goSilent();
    other.answer(samples(1));
    const result = tick();
    await clock.advance(45_000);
    expect(await result).toMatchObject({
      kind: "later",
      command: report(
        expect.objectContaining({ check: "slow", verdict: "error" }),
        expect.objectContaining({ check: "fast", verdict: "success" }),
      ),
    });
  });

  it("get only so many questions at once, from all watches together", async () => {
    const checks = Array.from({ length: 19 }, (_none, index) =>
      check({ name: `check ${index}`, measure: value(`q${index}`) }),
    );
    const { clock, tick, prom } = setUp({ checks });
    prom.goSilent();
    const result = tick();
    await clock.advance(0);
    expect(prom.asked()).toHaveLength(16);
    await clock.advance(45_000);
    expect(await result).toMatchObject({ kind: "later" });
    expect(prom.asked()).toHaveLength(16);
  });

  it("get values that cannot leave the string they stand in", async () => {
    const { state, tick, prom } = setUp({
      checks: [check({ measure: value('up{v="{{version}}"}') })],
    });
    const present = await state.component(COMPONENT);
    const hostile = Object.fromEntries(
      Object.entries(present.releases).map(([id, one]) => [
        id,
        { ...one, version: '1"} or x{y="' },
      ]),
    );
    state.setState({ ...present, releases: hostile });
    await tick();
    expect(prom.asked().map(({ query }) => query)).toEqual(['up{v="1\\"} or x{y=\\""}']);
  });

  it("may have nothing to compare with", async () => {
    const { state, tick, prom } = setUp({
      checks: [check({ measure: value('p{v="{{previous}}"}') })],
    });
    const present = await state.component(COMPONENT);
    state.setState({ ...present, environments: {} });
    await tick();
    expect(prom.asked().map(({ query }) => query)).toEqual(['p{v=""}']);
  });
});

describe("a watch stays armed", () => {
  it.each([
    {
      name: "the store is away",
      break: ({ state }: ReturnType<typeof setUp>) => state.fail(new Error("disk full")),
    },
    {
      name: "the policy cannot be read",
      break: ({ state }: ReturnType<typeof setUp>) => {
        state.policy = () => {
          throw new TypeError("disk full");
        };
      },
    },
  ])("when $name", async ({ break: breakIt }) => {
    const given = setUp();
    breakIt(given);
    expect(await failureOf(given.tick())).toMatchObject({
      message: "the watch cannot be carried on: disk full",
      retryable: true,
    });
    expect(given.watch.attempts).toBe(Number.POSITIVE_INFINITY);
  });

  it("and records no verdict when it is cut short", async () => {
    const { clock, tick, prom } = setUp();
    prom.goSilent();
    const worker = new AbortController();
    const failed = failureOf(tick(worker.signal));
    await clock.advance(0);
    const reason = new AdapterError("cut short", { retryable: true });
    worker.abort(reason);
    expect(await failed).toBe(reason);
  });
});
