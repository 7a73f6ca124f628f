import { describe, expect, it } from "vitest";
import type { Reading } from "../../../src/core/verdict.ts";
import type { RangeQuery } from "../../../src/effects/metrics/metric-source.ts";
import { createMetricQuestions } from "../../../src/effects/watch/metric-questions.ts";
import { createPastAnswers } from "../../../src/effects/watch/past-answers.ts";
import { deferred } from "../../support/deferred.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createFakeMetricSource } from "../../support/fake-metric-source.ts";

const MINUTE = 60_000;

function setUp() {
  const clock = createFakeClock();
  const prom = createFakeMetricSource("prom");
  const questions = createMetricQuestions({ clock });
  const now = clock.now();
  const range = (overrides: Partial<RangeQuery> = {}) => ({
    kind: "range" as const,
    range: {
      query: "up",
      form: "value" as const,
      from: now - MINUTE,
      to: now,
      step: 1_000,
      ...overrides,
    },
  });
  const ask = (overrides: Partial<RangeQuery> = {}, signal = new AbortController().signal) =>
    questions.ask(prom, range(overrides), signal);
  return { clock, prom, questions, range, ask, now };
}

describe("the same question of several watches", () => {
  it("is asked once while it is under way", async () => {
    const { prom, ask } = setUp();
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(prom.asked()).toHaveLength(1);
    expect(new Set(answers).size).toBe(1);
  });

  it("is asked again once it has been answered: there may be more to know", async () => {
    const { prom, ask } = setUp();
    await ask();
    await ask();
    expect(prom.asked()).toHaveLength(2);
  });

  it.each([
    { query: "down" },
    { form: "increase" as const },
    { from: 0 },
    { to: 60_000 },
    { step: 2_000 },
  ])("is another one with %o", async (other) => {
    const { prom, ask } = setUp();
    await Promise.all([ask(), ask(other)]);
    expect(prom.asked()).toHaveLength(2);
  });

  it("goes on while anybody waits for it, and is given up when nobody does", async () => {
    const { prom, ask } = setUp();
    prom.goSilent();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = ask({}, one.signal).catch((error: unknown) => error);
    const second = ask({}, other.signal).catch((error: unknown) => error);
    one.abort(new Error("this watch has ended"));
    expect(await first).toEqual(new Error("this watch has ended"));
    const third = ask();
    expect(prom.asked()).toHaveLength(1);
    other.abort(new Error("and this one"));
    expect(await second).toEqual(new Error("and this one"));
    expect(prom.asked()).toHaveLength(1);
    void third;
  });

  it("of alerts is asked once, too", async () => {
    const { questions, prom } = setUp();
    const { signal } = new AbortController();
    const alerts = { kind: "alerts", match: { service: "feed" } } as const;
    const answers = await Promise.all([1, 2].map(() => questions.ask(prom, alerts, signal)));
    expect(answers).toEqual(Array(2).fill({ kind: "error", why: "prom knows no alerts" }));
  });
});

describe("what is long past", () => {
  const samples: Reading = { kind: "samples", samples: [{ at: 0, value: 1 }] };

  it("is asked once for all", async () => {
    const { prom, ask, now } = setUp();
    prom.answer(samples);
    const past = { from: now - 70 * MINUTE, to: now - 10 * MINUTE };
    expect([await ask(past), await ask(past)]).toEqual([samples, samples]);
    expect(prom.asked()).toHaveLength(1);
  });

  it("is asked again as long as late scrapes may change it", async () => {
    const { prom, ask, now } = setUp();
    prom.answer(samples);
    const recent = { to: now - 4 * MINUTE };
    await ask(recent);
    await ask(recent);
    expect(prom.asked()).toHaveLength(2);
  });

  it.each<Reading>([
    { kind: "error", why: "503" },
    { kind: "partial", why: "1 store" },
  ])("is asked again after $kind", async (reading) => {
    const { prom, ask } = setUp();
    prom.answer(reading);
    await ask({ to: 0 });
    await ask({ to: 0 });
    expect(prom.asked()).toHaveLength(2);
  });

  it("is kept within bounds: the oldest goes first", () => {
    const answers = createPastAnswers(5);
    answers.keep("a", samples);
    answers.keep("b", samples);
    answers.keep("b", samples);
    expect([answers.get("a"), answers.get("b")]).toEqual([samples, samples]);
    answers.keep("c", samples);
    expect([answers.get("a"), answers.get("b"), answers.get("c")]).toEqual([
      null,
      samples,
      samples,
    ]);
  });

  it.each<[string, Reading]>([
    [
      "buckets",
      { kind: "buckets", histograms: { bounds: [1, 2], points: [{ at: 0, counts: [1, 2] }] } },
    ],
    ["patterns", { kind: "patterns", patterns: [{ pattern: "x", lines: 1 }] }],
    ["alerts", { kind: "alerts", alerts: [] }],
  ])("may be %s", (_name, reading) => {
    const answers = createPastAnswers();
    answers.keep("a", reading);
    expect(answers.get("a")).toEqual(reading);
  });
});

describe("a source that does not answer", () => {
  const reason = new Error("45 s are over");

  async function untilItIsAway() {
    const given = setUp();
    const { clock, prom, ask } = given;
    prom.goSilent();
    const tick = new AbortController();
    const waiting = ask({}, tick.signal).catch((error: unknown) => error);
    await clock.advance(45_000);
    tick.abort(reason);
    expect(await waiting).toBe(reason);
    await clock.advance(0);
    return given;
  }

  it("is asked one question at a time, and the other watches are told so at once", async () => {
    const { prom, ask } = await untilItIsAway();
    const probe = ask({ query: "probe" }).catch(() => "never");
    const told = await ask({ query: "another" });
    expect(told).toEqual({
      kind: "error",
      why: expect.stringMatching(/^prom has not answered since \d{4}-\d\d-\d\dT/),
    });
    expect(prom.asked().map(({ query }) => query)).toEqual(["up", "probe"]);
    void probe;
  });

  it("is asked by all again as soon as it has answered one", async () => {
    const clock = createFakeClock();
    const questions = createMetricQuestions({ clock });
    const slow = deferred<Reading>();
    const asked: string[] = [];
    const source = {
      ...createFakeMetricSource("prom"),
      range: async ({ query }: RangeQuery): Promise<Reading> => {
        asked.push(query);
        return query === "slow" ? slow.promise : { kind: "samples", samples: [] };
      },
    };
    const { signal } = new AbortController();
    const ask = (query: string) => {
      const range = { query, form: "value", from: 0, to: clock.now(), step: 1_000 } as const;
      return questions.ask(source, { kind: "range", range }, signal);
    };
    const first = ask("slow");
    await clock.advance(10_000);
    slow.resolve({ kind: "error", why: "timed out" });
    expect(await first).toEqual({ kind: "error", why: "timed out" });
    expect(await ask("probe")).toEqual({ kind: "samples", samples: [] });
    await Promise.all([ask("a"), ask("b")]);
    expect(asked).toEqual(["slow", "probe", "a", "b"]);
  });

  it("but says at once what is wrong with a query is not away", async () => {
    const { prom, ask } = setUp();
    prom.answer({ kind: "error", why: "bad_data" });
    await Promise.all([ask({ query: "a" }), ask({ query: "b" }), ask({ query: "c" })]);
    expect(prom.asked()).toHaveLength(3);
  });

  it("and breaks its promise not to throw is an error, never a silence", async () => {
    const { questions, range } = setUp();
    const source = {
      ...createFakeMetricSource("odd"),
      range: () => Promise.reject(new Error("no such method")),
    };
    const { signal } = new AbortController();
    expect(await questions.ask(source, range(), signal)).toEqual({
      kind: "error",
      why: "odd: no such method",
    });
  });
});
