import { describe, expect, it } from "vitest";
import type { Measured } from "../../../src/core/measured.ts";
import { type History, type Proposed, propose } from "../../../src/core/suggest/propose.ts";
import { suggestionText } from "../../../src/core/suggest/suggestion-text.ts";
import type { Reading } from "../../../src/core/verdict.ts";
import { MINUTE } from "../../support/policies.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { NOON } from "../../support/story.ts";

const POINTS = 3_000;
const TIMING = { for: 5 * MINUTE, every: MINUTE, warmUp: 0 };
const HEALTHY = [{ from: NOON, to: NOON + POINTS * MINUTE }];
const PAST = { timing: TIMING, healthy: HEALTHY, windows: 24 };

function samples(valueAt: (index: number) => number | null): Reading {
  return {
    kind: "samples",
    samples: Array.from({ length: POINTS }, (_, index) => ({
      at: NOON + index * MINUTE,
      value: valueAt(index),
    })),
  };
}

const ratio = { kind: "ratio", bad: 'r{code=~"5.."}', total: "r" } as const;
const count = { kind: "count", events: "errors_total" } as const;
const histogram = { kind: "histogram", buckets: "t_bucket", over: null } as const;

function history(measure: History["signal"]["measure"], measured: Measured): History {
  return { signal: { name: "it's slow", measure, overall: measure }, measured };
}

const noise = seededRandom(11);
const QUIET = history(ratio, {
  kind: "ratio",
  bad: samples(() => noise.below(10)),
  total: samples(() => 1000),
});
const NEVER = history(count, { kind: "count", events: samples(() => 0) });
const SLOW = history(histogram, {
  kind: "histogram",
  buckets: {
    kind: "buckets",
    histograms: {
      bounds: [0.1, 0.5, Number.POSITIVE_INFINITY],
      points: Array.from({ length: POINTS }, (_, index) => ({
        at: NOON + index * MINUTE,
        counts: [900 + (index % 7), 90, 5],
      })),
    },
  },
});

/** Each is reckoned once. */
const known = new Map<History, Proposed>();

function proposed(one: History): Proposed {
  const found = known.get(one) ?? propose(one, "prom", PAST);
  known.set(one, found);
  return found;
}

function proposalOf(one: History) {
  const proposal = proposed(one);
  if (proposal.kind === "none") throw new Error(proposal.why);
  return proposal.proposal;
}

const whyNone = (one: History, healthy = HEALTHY) => {
  const none = propose(one, "prom", { ...PAST, healthy });
  return none.kind === "none" ? none.why : "it was proposed";
};

describe("a proposed check", () => {
  it("would have been quiet in the past, and says how sure that is", () => {
    const { check, limit, effect, normal, rate } = proposalOf(QUIET);
    if (limit.kind !== "fixed") throw new Error("a limit for all hours was expected");
    expect(normal.level).toBeLessThan(limit.most);
    expect(check.pass?.source).toBe(`value <= ${limit.most}`);
    expect(check.comparison).toMatchObject({ with: "auto", worse: "higher", effect });
    expect(rate.windows).toBeGreaterThan(20);
    expect(rate.alarms).toBeLessThanOrEqual(rate.windows / 100);
    expect(rate.atMost).toBeGreaterThan(0);
    expect(rate.apart).toBe(Math.floor((POINTS * MINUTE) / (125 * MINUTE)));
  });

  it("fails what is over its limit, and reads nothing else", () => {
    const { check } = proposalOf(QUIET);
    const most = Number(check.pass?.source.split(" ").at(-1));
    expect(check.pass?.evaluate({ value: most })).toMatchObject({ value: true });
    expect(check.pass?.evaluate({ value: most * 2 })).toMatchObject({ value: false });
    expect(check.pass?.evaluate({})).toEqual({ kind: "missing", what: "value" });
  });

  it("is the same for the same past", () => {
    const again = propose(QUIET, "prom", PAST);
    const { limit, effect, rate } = proposalOf(QUIET);
    expect(again).toMatchObject({ proposal: { limit, effect, rate } });
  });

  it("is made wider where a burst of the past would have failed it", () => {
    const timing = { ...TIMING, for: 30 * MINUTE };
    const withBurst = (at: number) =>
      history(ratio, {
        kind: "ratio",
        bad: samples((index) => (index >= at && index < at + 3 ? 60 : (index * 7) % 10)),
        total: samples(() => 1000),
      });
    const [unseen, seen] = [160, 460].map((at) =>
      propose(withBurst(at), "prom", { ...PAST, timing }),
    );
    expect(unseen).toMatchObject({
      proposal: { effect: { least: 0.0025 }, limit: { most: 0.023 } },
    });
    expect(seen).toMatchObject({ proposal: { effect: { least: 0.0038 }, limit: { most: 0.032 } } });
  });

  it("is a limit alone where the level jumps by itself now and then: it would be taken for the release", () => {
    const jumping = history(ratio, {
      kind: "ratio",
      bad: samples((index) => (index % 180 < 30 ? 30 : 2)),
      total: samples(() => 1000),
    });
    const timing = { ...TIMING, for: 30 * MINUTE };
    expect(propose(jumping, "prom", { ...PAST, timing })).toMatchObject({
      kind: "proposal",
      proposal: { effect: null, check: { comparison: null }, rate: { alarms: 0 } },
    });
  });

  it("learns nothing from the time of what was not healthy", () => {
    const outage = history(ratio, {
      kind: "ratio",
      bad: samples((index) => (index < 20 ? 900 : index % 10)),
      total: samples(() => 1000),
    });
    const healthy = [{ from: NOON + 20 * MINUTE, to: NOON + POINTS * MINUTE }];
    expect(propose(outage, "prom", { ...PAST, healthy })).toMatchObject({
      proposal: { normal: { highest: 0.009 } },
    });
  });

  it("counts as slow what is over one bound, the same in each window", () => {
    expect(proposalOf(SLOW).signal.measure).toEqual({ ...histogram, over: 0.1 });
  });
});

describe("a signal with a daily pattern", () => {
  const rush = seededRandom(5);
  const DAYS = 4 * 24 * 60;
  /** One in a hundred fails at night, and eleven at noon. */
  const daily = history(ratio, {
    kind: "ratio",
    bad: days((index) => {
      const hour = (2 * Math.PI * index) / (24 * 60);
      return Math.round(600 - 500 * Math.cos(hour)) + rush.below(40);
    }),
    total: days(() => 10_000),
  });
  const healthy = [{ from: NOON, to: NOON + DAYS * MINUTE }];

  function days(valueAt: (index: number) => number): Reading {
    return {
      kind: "samples",
      samples: Array.from({ length: DAYS }, (_, index) => ({
        at: NOON + index * MINUTE,
        value: valueAt(index),
      })),
    };
  }

  function learned(): Proposed {
    const found =
      known.get(daily) ?? propose(daily, "prom", { timing: TIMING, healthy, windows: 24 });
    known.set(daily, found);
    return found;
  }

  it("is held to a limit above what it is compared with, where one for all hours would be too wide", () => {
    const found = learned();
    if (found.kind === "none") throw new Error(found.why);
    const { limit, check, rate, normal } = found.proposal;
    if (limit.kind === "fixed") throw new Error("a limit that moves was expected");
    expect(normal.daily).toBeGreaterThan(0.09);
    expect(limit.by).toBeLessThan(limit.insteadOf / 3);
    expect(check.comparison?.with).toBe("auto");
    expect(check.pass?.source).toBe(`value <= baseline + ${limit.by}`);
    expect(rate.windows).toBeGreaterThanOrEqual(22);
    expect(rate.alarms).toBeLessThanOrEqual(rate.windows / 100);
    expect(check.pass?.evaluate({ value: 0.1, baseline: 0.1 })).toMatchObject({ value: true });
    const high = { value: 0.1 + 2 * limit.by, baseline: 0.1 };
    expect(check.pass?.evaluate(high)).toMatchObject({ value: false });
    expect(check.pass?.evaluate({ value: 0.1 })).toEqual({ kind: "missing", what: "baseline" });
  });

  it("is said to have one, with the limit that it would need without", () => {
    const text = suggestionText({
      ...{ component: "c", environment: "e", source: "s", from: NOON, to: NOON },
      ...{ timing: TIMING, leftOut: 0, withoutLedger: null, proposed: [learned()] },
    });
    expect(text).toMatch(/# It has a daily pattern: one limit for all hours would be 0\.[\d]+\./);
    expect(text).toMatch(/ {2}pass: value <= baseline \+ 0\.[\d]+\n/);
  });
});

describe("nothing is proposed", () => {
  it.each([
    {
      what: "of what could not be read",
      one: history(count, { kind: "count", events: { kind: "error", why: "it is down" } }),
      why: "it is down",
    },
    {
      what: "of what has no numbers",
      one: history(count, { kind: "count", events: samples(() => null) }),
      why: "it has no numbers in this time",
    },
    {
      what: "of what has too few of them to judge a window",
      one: history(count, { kind: "count", events: samples((index) => (index === 9 ? 1 : null)) }),
      why: "most windows cannot be judged: there is too little traffic",
    },
  ])("$what", ({ one, why }) => {
    expect(whyNone(one)).toBe(why);
  });

  it("of a past that is too short", () => {
    const short = [{ from: NOON, to: NOON + 300 * MINUTE }];
    expect(whyNone(QUIET, short)).toBe("only 2 windows of it have no time in common");
  });
});

describe("the text of suggestions", () => {
  const texts = (leftOut: number, withoutLedger: string | null = null) =>
    suggestionText({
      component: "svc-feed",
      environment: "production",
      source: "prom",
      from: NOON,
      to: NOON + POINTS * MINUTE,
      timing: TIMING,
      leftOut,
      withoutLedger,
      proposed: [QUIET, NEVER, SLOW].map(proposed),
    });

  it("has each check as YAML, with what is known of it in comments", () => {
    const text = texts(0);
    expect(text).toContain(
      `- name: 'it''s slow'\n  source: 'prom'\n  ratio:\n    bad: 'r{code=~"5.."}'\n    total: 'r'\n  pass: value <= `,
    );
    expect(text).toContain("  count:\n    events: 'errors_total'\n");
    expect(text).toContain("  histogram:\n    buckets: 't_bucket'\n    over: 0.1\n");
    expect(text).toMatch(/compare: \{ with: auto, effect: 0\.[\d]+ \}/);
    expect(text).toMatch(
      /# Expected: at most [\d.]+ % of healthy releases, with 95 % confidence\./,
    );
    expect(text).not.toContain("Without");
  });

  it.each([
    { leftOut: 1, words: "Without 1 release that was not healthy" },
    { leftOut: 2, words: "Without 2 releases that were not healthy" },
  ])("says that $leftOut were left out", ({ leftOut, words }) => {
    expect(texts(leftOut)).toContain(words);
  });

  it("says on one line that there was no ledger", () => {
    expect(texts(0, "no\nledger")).toContain(
      "# No past release is known, so none is left out although it may have been bad: no ledger.\n",
    );
  });

  it("has counters of good events, histograms without a bound, and what is not suggested", () => {
    const { proposal } = { proposal: proposalOf(QUIET) };
    const good = { kind: "ratio", good: "g", total: "t" } as const;
    const text = suggestionText({
      component: "c",
      environment: "e",
      source: "s",
      from: NOON,
      to: NOON,
      timing: TIMING,
      leftOut: 0,
      withoutLedger: null,
      proposed: [
        {
          kind: "proposal",
          proposal: {
            ...proposal,
            signal: { ...proposal.signal, measure: good },
            rate: { ...proposal.rate, alarms: 1 },
            normal: { ...proposal.normal, daily: 0.5 },
          },
        },
        {
          kind: "proposal",
          proposal: {
            ...proposal,
            signal: { ...proposal.signal, measure: histogram },
            effect: { unit: "share", least: 0.255 },
            normal: { ...proposal.normal, daily: null },
          },
        },
        { kind: "proposal", proposal: { ...proposal, effect: null } },
        { kind: "none", signal: proposal.signal, why: "too short" },
      ],
    });
    expect(text).toContain("  ratio:\n    good: 'g'\n    total: 't'\n");
    expect(text).toContain("  histogram:\n    buckets: 't_bucket'\n  pass:");
    expect(text).toContain("# Not suggested: it's slow: too short.\n");
    expect(text).toContain("# Not compared:");
    expect(text).toContain(": 1 false alarm.");
    expect(text).toContain("effect: 25.5% }");
    expect(text).toContain("50 % between hours of the day");
  });
});
