import { describe, expect, it } from "vitest";
import type { Measured } from "../../../src/core/measured.ts";
import type { Reading } from "../../../src/core/verdict.ts";
import { strideOf } from "../../../src/core/watch/overlap.ts";
import type { WatchCheck } from "../../../src/core/watch-policy.ts";
import { always, atLeast } from "../../support/expressions.ts";
import {
  aComparison,
  BEFORE,
  comparedCheck,
  DEPLOYED,
  HOUR,
  judged,
  POINTS,
  ratio,
  STEP,
  series,
  spread,
} from "../../support/measured.ts";

const OUTAGE: Reading = { kind: "error", why: "prom: it answered 503" };
const PARTIAL: Reading = { kind: "partial", why: "prom: 2 stores did not answer" };

function withTotal(total: Reading): Measured {
  return { kind: "ratio", bad: series(20), total };
}

const EMPTY: Measured = { kind: "ratio", bad: series(null), total: series(null) };
const LIVE = ratio(0.01);
const BEFORE_IT = ratio(0.01, BEFORE);

describe("a ratio beside the stable version", () => {
  it("that is as good passes", () => {
    const found = judged(comparedCheck(), ratio(0.01), {
      baselines: { stable: ratio(0.01, { total: 1_900 }), previous: BEFORE_IT },
    });
    expect(found).toMatchObject({
      verdict: "success",
      sentence: "120 of 120 samples passed; not worse than the version beside it",
      condition: "not worse than the live version",
      comparison: { with: "stable", method: "sequential" },
    });
    expect(found.isDoubtful).toBeUndefined();
    expect(found.comparison?.baseline).toHaveLength(10);
  });

  it("that is much worse fails within minutes, and is clear enough to act on", () => {
    const found = judged(
      comparedCheck(),
      ratio((index) => (index < 20 ? 0.01 : 0.06)),
      { baselines: { stable: LIVE, previous: BEFORE_IT }, now: DEPLOYED + 30 * STEP },
    );
    expect(found.verdict).toBe("failure");
    expect(found.isDoubtful).toBeUndefined();
    expect(found.sentence).toMatch(
      /^[\d.]+ % against [\d.]+ % of the version beside it, over \d+ samples \(score [\d.]+, limit [\d.]+\)$/,
    );
    expect(found.comparison?.with).toBe("stable");
    expect(found.comparison?.since).toBeGreaterThanOrEqual(DEPLOYED);
  });

  it("whose counter of good events tells the same is judged the same", () => {
    const good = (share: number): Measured => ({
      kind: "ratio",
      good: series((index) => Math.round(2_000 * share + 4 * spread(index))),
      total: series(2_000),
    });
    const measure = { kind: "ratio", good: "g", total: "t" } as const;
    const comparison = aComparison({ worse: "lower" });
    const check = comparedCheck({ measure, comparison });
    const healthy = judged(check, good(0.99), { baselines: { stable: good(0.99) } });
    const worse = judged(check, good(0.93), { baselines: { stable: good(0.99) } });
    expect([healthy.verdict, worse.verdict]).toEqual(["success", "failure"]);
    expect(worse.samples[0]?.value).toBeGreaterThan(0.9);
    expect(worse.comparison?.observed).toBeGreaterThan(0.9);
    expect(judged(check, good(0.999), { baselines: { stable: good(0.99) } }).verdict).toBe(
      "success",
    );
    const either = { ...check, comparison: aComparison({ worse: "either" }) };
    expect(judged(either, good(0.93), { baselines: { stable: good(0.99) } }).verdict).toBe(
      "failure",
    );
    const higher = { ...check, comparison: aComparison({ worse: "higher" }) };
    expect(judged(higher, good(0.99), { baselines: { stable: good(0.93) } }).verdict).toBe(
      "failure",
    );
  });
});

describe("a release that replaced the one before at once", () => {
  const gone = ratio(0.01, { count: 3 });

  it("is compared with the time before the deployment", () => {
    const found = judged(comparedCheck(), ratio(0.01), {
      baselines: { stable: gone, previous: BEFORE_IT },
    });
    expect(found).toMatchObject({ verdict: "success", comparison: { with: "previous" } });
  });

  it("and acted on where it is far worse than that time ever was", () => {
    const found = judged(comparedCheck(), ratio(0.08), {
      baselines: { stable: gone, previous: BEFORE_IT },
    });
    expect(found.verdict).toBe("failure");
    expect(found.isDoubtful).toBeUndefined();
    expect(found.sentence).toContain("before the deployment");
  });

  it("and people are asked where it is worse by hardly more than matters", () => {
    const found = judged(comparedCheck(), ratio(0.018), {
      baselines: { stable: gone, previous: BEFORE_IT },
    });
    expect(found).toMatchObject({ verdict: "failure", isDoubtful: true });
  });

  it("and people are asked where that time is long past: the window has moved on", () => {
    const found = judged(comparedCheck(), ratio(0.08), {
      baselines: { stable: gone, previous: BEFORE_IT },
      window: { deployedAt: DEPLOYED - STEP },
    });
    expect(found).toMatchObject({ verdict: "failure", isDoubtful: true });
  });

  it("and people are asked where only the week before is known", () => {
    const comparison = aComparison({ with: "last-week" });
    const found = judged({ ...comparedCheck(), comparison }, ratio(0.08), {
      baselines: { "last-week": BEFORE_IT },
    });
    expect(found).toMatchObject({ verdict: "failure", isDoubtful: true });
  });

  it("is compared with nothing where the time before has too few samples, and says so from the start", () => {
    const short = ratio(0.01, { count: 12, from: DEPLOYED - 12 * STEP });
    const options = { baselines: { stable: EMPTY, previous: short } };
    const first = judged(comparedCheck(), ratio(0.01, { count: 1 }), {
      ...options,
      now: DEPLOYED + STEP,
    });
    const why = "only 12 samples before the deployment have data, and 40 are needed (20 min)";
    expect(first).toMatchObject({
      verdict: "pending",
      shortfall: why,
      sentence: `no limit has tripped; it cannot be compared: ${why}`,
    });
    const last = judged(comparedCheck(), ratio(0.01), options);
    expect(last).toMatchObject({ verdict: "inconclusive", sentence: why });
  });
});

describe("too little traffic to ever decide", () => {
  const few = { total: 12 };

  it("is said from the start, with what it would need", () => {
    const found = judged(comparedCheck(), ratio(0.1, { ...few, count: 1 }), {
      baselines: { previous: ratio(0.1, { ...few, ...BEFORE }) },
      now: DEPLOYED + STEP,
    });
    expect(found.verdict).toBe("pending");
    expect(found.shortfall).toMatch(
      /^too little to compare: a difference under [\d.]+ % is not found in this window, and one of 4 % should be; it needs a window of about \d+ h, or \d+ times the traffic$/,
    );
  });

  it("is said beside a version as soon as its share of the traffic is known", () => {
    const at = (count: number) =>
      judged(comparedCheck(), ratio(0.1, { ...few, count }), {
        baselines: { stable: ratio(0.1, { total: 400, count }) },
        now: DEPLOYED + count * STEP,
      });
    expect(at(3).shortfall).toBeUndefined();
    expect(at(10).shortfall).toMatch(/^too little to compare/);
  });

  it("is inconclusive at the end, although no sample was bad", () => {
    const found = judged(comparedCheck(), ratio(0.1, few), {
      baselines: { stable: ratio(0.1, few) },
    });
    expect(found.verdict).toBe("inconclusive");
    expect(found.sentence).toMatch(/^too little to compare/);
  });

  it("does not excuse a release that breaks its fixed condition", () => {
    const check = comparedCheck({ pass: always({ kind: "value", value: false, comparisons: [] }) });
    const found = judged(check, ratio(0.1, few), { baselines: { stable: ratio(0.1, few) } });
    expect(found).toMatchObject({ verdict: "failure", sentence: "3 failures in a row (limit 3)" });
  });

  it("is not said where there is enough", () => {
    const found = judged(comparedCheck(), ratio(0.01, { count: 1 }), {
      baselines: { previous: BEFORE_IT },
      now: DEPLOYED + STEP,
    });
    expect(found.shortfall).toBeUndefined();
    expect(found.sentence).toBe("no limit has tripped");
  });

  it("of a number that jumps about may be beyond any watch", () => {
    const value = comparedCheck({
      measure: { kind: "value", query: "q" },
      comparison: aComparison({ effect: { unit: "value", least: 0.0001 } }),
    });
    const wild = (options?: object): Measured => ({
      kind: "value",
      value: series((index) => 100 + 60 * spread(index), options),
    });
    const found = judged(value, wild({ count: 1 }), {
      baselines: { previous: wild(BEFORE) },
      now: DEPLOYED + STEP,
    });
    expect(found.shortfall).toMatch(
      /^too little to compare: a difference under [\d.]+ is not found in this window, and one of 0\.0008 should be; no watch is long enough$/,
    );
  });

  it("may be a matter of time alone", () => {
    const value = comparedCheck({ measure: { kind: "value", query: "q" } });
    const wild = (options?: object): Measured => ({
      kind: "value",
      value: series((index) => 100 + 60 * spread(index), options),
    });
    const found = judged(value, wild({ count: 1 }), {
      baselines: { previous: wild(BEFORE) },
      now: DEPLOYED + STEP,
    });
    expect(found.shortfall).toMatch(/; it needs a window of about \d+ [hd]$/);
  });

  it("is not known beside a version of which hardly anything is known", () => {
    const check = comparedCheck({
      measure: { kind: "count", events: "e" },
      comparison: aComparison({ with: "stable" }),
    });
    const events = (count: number): Measured => ({ kind: "count", events: series(9, { count }) });
    const found = judged(check, events(1), {
      baselines: { stable: events(1) },
      now: DEPLOYED + STEP,
    });
    expect(found).toMatchObject({ verdict: "pending", sentence: "no limit has tripped" });
  });

  it("counts the effect of events in events a second, as they are shown", () => {
    const effect = (least: number) =>
      comparedCheck({
        measure: { kind: "count", events: "e" },
        comparison: aComparison({ effect: { unit: "value", least } }),
      });
    const events = (value: number, options?: object): Measured => ({
      kind: "count",
      events: series(value, options),
    });
    const options = { baselines: { stable: events(3_000) } };
    expect(judged(effect(1), events(6_000), options).verdict).toBe("failure");
    expect(judged(effect(200), events(6_000), options).verdict).toBe("success");
  });

  it("is not said of events that never happened before", () => {
    const count = comparedCheck({ measure: { kind: "count", events: "e" } });
    const events = (value: number, options?: object): Measured => ({
      kind: "count",
      events: series(value, options),
    });
    const baselines = { previous: events(0, BEFORE) };
    expect(judged(count, events(0), { baselines }).verdict).toBe("success");
    expect(judged(count, events(50), { baselines }).verdict).toBe("failure");
  });

  it("of a count leaves out the points without data", () => {
    const count = comparedCheck({ measure: { kind: "count", events: "e" } });
    const events = (options?: object): Measured => ({
      kind: "count",
      events: series((index) => (index % 10 === 0 ? null : 300), options),
    });
    const found = judged(count, events(), { baselines: { previous: events(BEFORE) } });
    expect(found).toMatchObject({ verdict: "success", counts: { passed: 108, noData: 12 } });
    expect(found.samples.at(-1)?.value).toBe(10);
    const more: Measured = { kind: "count", events: series(900) };
    const found2 = judged(count, more, { baselines: { previous: events(BEFORE) } });
    expect(found2.sentence).toMatch(/^30\/s against [\d.]+\/s before the deployment/);
  });

  it("of a count is told in events a second, and of a number in its own unit", () => {
    const count = comparedCheck({ measure: { kind: "count", events: "e" } });
    const events = (from?: { readonly from: number }): Measured => ({
      kind: "count",
      events: series((index) => (index % 40 === 0 ? 1 : 0), from),
    });
    const rare = judged(count, events(), { baselines: { previous: events(BEFORE) } });
    expect(rare.shortfall).toMatch(/^too little to compare: a difference under [\d.]+\/s/);

    const value = comparedCheck({ measure: { kind: "value", query: "q" } });
    const wild = (from?: { readonly from: number }): Measured => ({
      kind: "value",
      value: series((index) => 100 + 90 * spread(index), from),
    });
    const spreading = judged(value, wild(), { baselines: { previous: wild(BEFORE) } });
    expect(spreading.verdict).not.toBe("failure");
  });
});

describe("nothing was live before", () => {
  it("so there is nothing to compare with, and the release passes by its data", () => {
    const found = judged(comparedCheck(), ratio(0.01));
    expect(found).toMatchObject({
      verdict: "success",
      sentence: "120 of 120 samples passed; nothing live to compare with",
    });
    expect(judged(comparedCheck(), ratio(0.01), { now: DEPLOYED + STEP })).toMatchObject({
      verdict: "pending",
      sentence: "no limit has tripped; nothing live to compare with",
    });
  });

  it("but not without data", () => {
    expect(judged(comparedCheck(), EMPTY)).toMatchObject({
      verdict: "inconclusive",
      sentence: "only 0 of at least 3 samples have data",
    });
  });

  it("and a condition that reads the baseline is fulfilled", () => {
    const pass = always({ kind: "missing", what: "baseline" });
    expect(judged(comparedCheck({ pass }), ratio(0.01)).verdict).toBe("success");
  });
});

describe("a condition over the baseline", () => {
  const check = comparedCheck({ pass: atLeast("baseline", 0.009) });

  it("reads its median", () => {
    expect(judged(check, ratio(0.01), { baselines: { stable: LIVE } }).verdict).toBe("success");
    expect(judged(check, ratio(0.01), { baselines: { stable: ratio(0.002) } }).sentence).toBe(
      "3 failures in a row (limit 3)",
    );
  });

  it("says nothing while the baseline has no data", () => {
    const found = judged(check, ratio(0.01), { baselines: { stable: EMPTY, previous: EMPTY } });
    expect(found).toMatchObject({
      verdict: "inconclusive",
      sentence: "only 0 of at least 3 samples have data",
      counts: { passed: 0, failed: 0, noData: 120 },
    });
  });
});

describe("what a source answers, and the verdict", () => {
  const LATE = DEPLOYED + 40 * STEP;
  const first = (count: number) => (measured: Measured, options?: object) =>
    judged(comparedCheck(), measured, {
      baselines: { stable: LIVE },
      now: DEPLOYED + count * STEP,
      ...options,
    });

  it.each<[string, Measured, ReturnType<typeof judged>["verdict"], string]>([
    [
      "an outage of the metrics",
      { kind: "ratio", bad: OUTAGE, total: OUTAGE },
      "error",
      "prom: it answered 503",
    ],
    ["an outage of one of two queries", withTotal(OUTAGE), "error", "prom: it answered 503"],
    [
      "a partial answer",
      withTotal(PARTIAL),
      "inconclusive",
      "the answer may be incomplete: prom: 2 stores did not answer",
    ],
    [
      "an outage of one and a partial answer to the other",
      { kind: "ratio", bad: OUTAGE, total: PARTIAL },
      "error",
      "prom: it answered 503",
    ],
    [
      "a partial answer to the other",
      { kind: "ratio", bad: PARTIAL, total: series(2_000) },
      "inconclusive",
      "the answer may be incomplete: prom: 2 stores did not answer",
    ],
    [
      "series of another kind",
      withTotal({ kind: "patterns", patterns: [] }),
      "error",
      "the answer is patterns, and samples are needed",
    ],
    ["an empty vector", EMPTY, "inconclusive", "only 0 of at least 3 samples have data"],
    [
      "a total that counts only some events",
      { kind: "ratio", bad: series(500), total: series(100) },
      "error",
      "60000 of 12000 events are bad: total must count all events",
    ],
    [
      "good events that are more than all",
      { kind: "ratio", good: series(500), total: series(100) },
      "error",
      "60000 of 12000 events are good: total must count all events",
    ],
    [
      "no traffic",
      { kind: "ratio", bad: series(0), total: series(0) },
      "inconclusive",
      "only 0 of at least 3 samples have data",
    ],
  ])("%s", (_name, measured, verdict, sentence) => {
    expect(judged(comparedCheck(), measured, { baselines: { stable: LIVE } })).toMatchObject({
      verdict,
      sentence,
    });
  });

  it("a late scrape: the newest point is waited for, and the verdict is that of the whole", () => {
    const late: Measured = {
      kind: "ratio",
      bad: series((index) => (index === 39 ? null : 20), { count: 40 }),
      total: series((index) => (index === 39 ? null : 2_000), { count: 40 }),
    };
    expect(first(40)(late)).toMatchObject({ verdict: "pending", counts: { noData: 0 } });
    expect(first(40)(late, { now: LATE + STEP })).toMatchObject({ counts: { noData: 1 } });
  });

  it("NaN and gaps: points without a number are no samples, good or bad", () => {
    const gaps: Measured = {
      kind: "ratio",
      bad: series((index) => (index % 3 === 0 ? null : 20)),
      total: series((index) => (index % 3 === 0 ? null : 2_000)),
    };
    expect(judged(comparedCheck(), gaps, { baselines: { stable: LIVE } })).toMatchObject({
      verdict: "success",
      counts: { passed: 80, failed: 0, noData: 40 },
    });
  });

  it("a counter that began again: the source counts it on, and one odd point decides nothing", () => {
    const reset = ratio((index) => (index === 50 ? 0.3 : 0.01));
    expect(judged(comparedCheck(), reset, { baselines: { stable: LIVE } }).verdict).toBe("success");
  });

  it("a restart of the bot in the middle: the same answers give the same verdict", () => {
    const measured = ratio((index) => (index < 60 ? 0.01 : 0.07));
    const options = { baselines: { stable: LIVE, previous: BEFORE_IT } };
    expect(judged(comparedCheck(), measured, options)).toEqual(
      judged(comparedCheck(), measured, options),
    );
  });

  it("a metrics outage in the middle: what was measured before and after it counts", () => {
    const back = (value: number) => series((index) => (index >= 40 && index < 60 ? null : value));
    const measured: Measured = { kind: "ratio", bad: back(20), total: back(2_000) };
    expect(judged(comparedCheck(), measured, { baselines: { stable: LIVE } })).toMatchObject({
      verdict: "success",
      counts: { passed: 100, failed: 0, noData: 20 },
    });
  });

  it("an outage up to the end: nobody knows", () => {
    const gone = (value: number) => series((index) => (index >= 100 ? null : value));
    const measured: Measured = { kind: "ratio", bad: gone(20), total: gone(2_000) };
    expect(judged(comparedCheck(), measured, { baselines: { stable: LIVE } })).toMatchObject({
      verdict: "inconclusive",
      sentence: "the last 20 points have no data",
    });
  });

  it.each<[string, Measured, string, string]>([
    [
      "an outage",
      { kind: "ratio", bad: OUTAGE, total: OUTAGE },
      "error",
      "the baseline of the version beside it: prom: it answered 503",
    ],
    [
      "a partial answer",
      withTotal(PARTIAL),
      "inconclusive",
      "the baseline of the version beside it: the answer may be incomplete: prom: 2 stores did not answer",
    ],
  ])(
    "%s of the baseline: it is not compared with what is unknown",
    (_name, stable, verdict, sentence) => {
      const options = { baselines: { stable, previous: BEFORE_IT } };
      expect(judged(comparedCheck(), ratio(0.01), options)).toMatchObject({ verdict, sentence });
    },
  );
});

describe("a counter of bad events that is not there", () => {
  const nothing: Measured = { kind: "ratio", bad: series(null), total: series(2_000) };

  it("counts as 0 where the version beside it shows that it is measured", () => {
    expect(judged(comparedCheck(), nothing, { baselines: { stable: LIVE } })).toMatchObject({
      verdict: "success",
      counts: { passed: 120, failed: 0, noData: 0 },
    });
  });

  it("counts as 0 before its first event", () => {
    const later: Measured = {
      kind: "ratio",
      bad: series((index) => (index < 60 ? null : 20)),
      total: series(2_000),
    };
    expect(judged(comparedCheck(), later, { baselines: { previous: BEFORE_IT } })).toMatchObject({
      counts: { passed: 120, failed: 0, noData: 0 },
    });
  });

  it("is unknown where nothing shows it: the query may be wrong", () => {
    for (const baselines of [{ previous: BEFORE_IT }, { stable: nothing }, {}]) {
      expect(judged(comparedCheck(), nothing, { baselines })).toMatchObject({
        verdict: "inconclusive",
        sentence: "only 0 of at least 3 samples have data",
      });
    }
  });
});

describe("a comparison of numbers whose windows overlap", () => {
  const check = (query: string): WatchCheck =>
    comparedCheck({
      measure: { kind: "value", query },
      comparison: aComparison({ with: "stable" }),
    });
  const latency = (level: number): Measured => ({
    kind: "value",
    value: series((index) => level * (1 + 0.02 * spread(index))),
  });

  it("takes points that have no event in common", () => {
    const options = { baselines: { stable: latency(0.2) } };
    const apart = judged(check("x"), latency(0.4), options);
    const overlapping = judged(check("rate(x[2m])"), latency(0.4), options);
    expect([apart.verdict, overlapping.verdict]).toEqual(["failure", "failure"]);
    expect(overlapping.comparison?.points).toBeLessThanOrEqual(POINTS / 4);
    expect(judged(check("rate(x[2m])"), latency(0.2), options).verdict).toBe("success");
  });
});

describe("a number beside the stable version", () => {
  const check = comparedCheck({
    measure: { kind: "value", query: "q" },
    comparison: aComparison({ with: "stable" }),
  });
  const steady = (level: number, count = POINTS): Measured => ({
    kind: "value",
    value: series((index) => level + spread(index + level), { count }),
  });
  const verdictOn = (level: number, points: number, previous?: Measured) =>
    judged(check, steady(level, points), {
      baselines: {
        stable: steady(100, points),
        ...(previous === undefined ? {} : { previous }),
      },
      now: DEPLOYED + points * STEP,
    }).verdict;
  const earlier = (value: (index: number) => number): Measured => ({
    kind: "value",
    value: series(value, BEFORE),
  });
  const stable = steady(100);
  const calm = earlier((index) => 100 + spread(index));

  it("fails where it is higher, with and without a time before", () => {
    const higher = steady(115);
    for (const baselines of [{ stable }, { stable, previous: calm }]) {
      const { verdict, comparison } = judged(check, higher, { baselines });
      expect([verdict, comparison?.with]).toEqual(["failure", "stable"]);
    }
  });

  it("is found sooner where the time before has shown how it spreads", () => {
    expect(verdictOn(115, 14)).toBe("pending");
    expect(verdictOn(115, 14, calm)).toBe("failure");
  });

  it("is not worse where the time before shows that it wanders as far by itself", () => {
    const wandering = earlier((index) => 100 + 12 * Math.sin(index / 12));
    expect(verdictOn(106, 40)).toBe("failure");
    expect(verdictOn(106, 40, wandering)).toBe("pending");
  });

  it("is judged without the time before where that cannot be read", () => {
    const previous: Measured = { kind: "value", value: OUTAGE };
    const { verdict } = judged(check, steady(115), { baselines: { stable, previous } });
    expect(verdict).toBe("failure");
  });
});

describe("the points of a query that overlap", () => {
  it.each([
    ["up", 1],
    ["rate(x[2m])", 4],
    ["rate(x[30s])", 1],
    ["rate(x[1m30s])", 3],
    ["max_over_time(rate(x[2m])[1h:30s])", 120],
    ['up{path="[5"}', 1],
  ])("%s: one of %i is taken", (query, stride) => {
    expect(strideOf({ kind: "value", query }, STEP)).toBe(stride);
  });

  it("counters are read raw, and never overlap", () => {
    expect(strideOf({ kind: "count", events: "x[5m]" }, STEP)).toBe(1);
  });
});

describe("mann-whitney", () => {
  const check = comparedCheck({ comparison: aComparison({ method: "mann-whitney" }) });
  const baselines = { stable: LIVE };

  it("says nothing before the end", () => {
    expect(judged(check, ratio(0.05), { baselines, now: HOUR.until - STEP }).verdict).toBe(
      "pending",
    );
  });

  it("finds at the end what is worse, and what is not", () => {
    expect(judged(check, ratio(0.05), { baselines })).toMatchObject({
      verdict: "failure",
      comparison: {
        with: "stable",
        method: "mann-whitney",
        points: 120,
        limit: expect.closeTo(0.02),
      },
      sentence: expect.stringMatching(
        /^[\d.]+ % against [\d.]+ % of the version beside it \(Mann-Whitney over 120 samples, p < 0\.001\)$/,
      ),
    });
    expect(judged(check, ratio(0.05), { baselines }).isDoubtful).toBeUndefined();
    expect(judged(check, LIVE, { baselines }).verdict).toBe("success");
  });

  it("leaves what is worse by little to people", () => {
    const found = judged(check, ratio(0.0125), { baselines });
    expect(found).toMatchObject({ verdict: "failure", isDoubtful: true });
    const previous = judged(check, ratio(0.05), { baselines: { previous: BEFORE_IT } });
    expect(previous).toMatchObject({ verdict: "failure", isDoubtful: true });
  });

  it.each([
    { unit: "share", least: 4 },
    { unit: "value", least: 0.05 },
  ] as const)("is not worse under the effect that is configured: %o", (effect) => {
    const comparison = aComparison({ method: "mann-whitney", effect });
    const { verdict } = judged({ ...check, comparison }, ratio(0.03), { baselines });
    expect(verdict).toBe("success");
  });

  it("tells a probability that is not small by its digits", () => {
    const comparison = aComparison({ method: "mann-whitney", worse: "lower" });
    const noisy = (level: number): Measured => ({
      kind: "value",
      value: series((index) => level + 3 * spread(index * 7 + level)),
    });
    const lower = judged(
      comparedCheck({ measure: { kind: "value", query: "q" }, comparison }),
      noisy(9.4),
      { baselines: { stable: noisy(10) } },
    );
    expect(lower.verdict === "failure" ? lower.sentence : "p = 0.001").toMatch(/p [=<] 0\.\d{3}/);
  });

  it("needs fifty samples: of the window, which is said from the start, and of both sides", () => {
    const short = judged(check, ratio(0.01, { count: 40 }), {
      baselines,
      window: { until: DEPLOYED + 40 * STEP },
      now: DEPLOYED,
    });
    expect(short.shortfall).toBe(
      "a comparison by mann-whitney needs 50 samples, and the window has 41: it would have to be 25 min long",
    );
    const quick = { until: DEPLOYED + 40_000, every: 1_000 };
    expect(judged(check, EMPTY, { baselines, window: quick, now: DEPLOYED }).shortfall).toContain(
      "it would have to be 50 s long",
    );
    const half = { baselines: { stable: ratio(0.01, { count: 30 }) } };
    expect(judged(check, ratio(0.01), half).verdict).toBe("inconclusive");
    const with30 = { baselines: { previous: ratio(0.01, { ...BEFORE, count: 30 }) } };
    expect(judged(check, ratio(0.01), with30)).toMatchObject({
      verdict: "inconclusive",
      sentence: "120 samples against 30, and 50 of each are needed",
    });
  });

  it("compares nothing that has no end", () => {
    const infinite: Measured = { kind: "value", value: series(Number.POSITIVE_INFINITY) };
    const value = comparedCheck({
      measure: { kind: "value", query: "q" },
      comparison: aComparison({ method: "mann-whitney" }),
    });
    const found = judged(value, infinite, {
      baselines: { stable: { kind: "value", value: series(1) } },
    });
    expect(found).toMatchObject({
      verdict: "inconclusive",
      sentence: "it cannot be compared: values that are infinite cannot be compared",
    });
  });
});

describe("a comparison with a week before", () => {
  it("is with that alone", () => {
    const check = comparedCheck({ comparison: aComparison({ with: "last-week" }) });
    const week = { from: DEPLOYED - 7 * 86_400_000 };
    const found = judged(check, ratio(0.01), { baselines: { "last-week": ratio(0.01, week) } });
    expect(found).toMatchObject({
      verdict: "success",
      condition: "not worse than a week before",
      comparison: { with: "last-week" },
    });
  });
});
