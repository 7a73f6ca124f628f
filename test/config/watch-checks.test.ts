import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ComparisonPolicy, WatchPolicy } from "../../src/core/watch-policy.ts";
import { load, problemsOf, smallestWith } from "../support/configurations.ts";

const PLACE = "components.svc-feed.environments.production.watch";
const METRICS = "metrics: { prom: { type: prometheus, url: http://prometheus:9090 } }";
const RATIO = `ratio: { bad: 'sum(bad{v="{{version}}"})', total: 'sum(all{v="{{version}}"})' }`;

function configuration(check: string, watch = "for: 30m, every: 30s"): string {
  const text = smallestWith(
    "deploy: { use: run }",
    "deploy: { use: run }",
    `watch: { ${watch}, checks: [{ name: c, source: prom, ${check} }] }`,
  );
  return `${METRICS}\n${text}`;
}

function watchOf(check: string, watch?: string): WatchPolicy {
  const { policy } = load(configuration(check, watch));
  const found = policy.components["svc-feed"]?.environments[0]?.watch ?? null;
  if (found === null) throw new Error("it has no watch");
  return found;
}

function checkOf(check: string) {
  const [found] = watchOf(check).checks;
  if (found === undefined) throw new Error("it has no check");
  return found;
}

/** The problems without their places. */
function problems(check: string, watch?: string): readonly string[] {
  return problemsOf(configuration(check, watch)).map((text) => text.replace(/^\S+ /, ""));
}

const AUTO: ComparisonPolicy = {
  with: "auto",
  method: "sequential",
  worse: "higher",
  effect: null,
  measure: null,
};

describe("docs/watches.md", () => {
  const page = readFileSync(new URL("../../docs/watches.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = ""]) => yaml.trimEnd());

  it("shows a watch and a confirmation that load as they are written", () => {
    const [watch = [], confirm = []] = blocks.map((yaml) => yaml.split("\n"));
    const lines = ["deploy: { use: run }", ...watch, ...confirm.map((line) => `  ${line}`)];
    const text = `${METRICS}\n${smallestWith("deploy: { use: run }", ...lines)}`;
    expect(problemsOf(text)).toEqual([]);
    const { policy } = load(text);
    const found = policy.components["svc-feed"]?.environments[0]?.watch;
    expect(found?.checks.map(({ measure }) => measure.kind)).toEqual([
      "ratio",
      "histogram",
      "value",
      "drift",
    ]);
    expect(found?.confirm?.checks).toHaveLength(1);
  });
});

describe("what a check measures", () => {
  it.each([
    ["query: up, pass: value > 0", { kind: "value", query: "up" }, null],
    ["ratio: { bad: b, total: t }", { kind: "ratio", bad: "b", total: "t" }, AUTO],
    [
      "ratio: { good: g, total: t }",
      { kind: "ratio", good: "g", total: "t" },
      { ...AUTO, worse: "lower" },
    ],
    ["count: { events: e }", { kind: "count", events: "e" }, AUTO],
    ["histogram: { buckets: h }", { kind: "histogram", buckets: "h", over: null }, AUTO],
    [
      "histogram: { buckets: h, over: 0.25 }, pass: value < 0.05",
      { kind: "histogram", buckets: "h", over: 0.25 },
      null,
    ],
    ["drift: { buckets: h }", { kind: "drift", buckets: "h", statistic: "psi", most: null }, AUTO],
    [
      "drift: { buckets: h, statistic: kolmogorov-smirnov, most: 0.15 }",
      { kind: "drift", buckets: "h", statistic: "kolmogorov-smirnov", most: 0.15 },
      AUTO,
    ],
  ])("%s", (written, measure, comparison) => {
    expect(checkOf(written)).toMatchObject({ measure, comparison });
  });

  it("may be the alerts that a source says are firing", () => {
    const { measure, comparison } = checkOf('alerts: { release: "{{version}}" }');
    const match = measure.kind === "alerts" ? measure.match : {};
    const subject = { component: "svc-feed", environment: "production", version: "2.3.0" };
    expect(match.release?.valueFor(subject)).toBe("2.3.0");
    expect(comparison).toBeNull();
  });
});

describe("a comparison", () => {
  it.each([
    ["query: up, compare: { worse: lower }", { worse: "lower" }],
    [`${RATIO}, compare: auto, pass: value < 0.1`, { with: "auto" }],
    [
      `${RATIO}, compare: { with: stable, effect: 0.005 }`,
      { effect: { unit: "value", least: 0.005 } },
    ],
    [`${RATIO}, compare: { effect: 3% }`, { effect: { unit: "share", least: 0.03 } }],
    [`${RATIO}, compare: { method: mann-whitney }`, { method: "mann-whitney" }],
    [
      `${RATIO}, compare: { with: last-week, baseline: { ratio: { bad: b, total: t } } }`,
      { with: "last-week", measure: { kind: "ratio", bad: "b", total: "t" } },
    ],
  ])("%s", (written, expected) => {
    expect(checkOf(written).comparison).toMatchObject(expected);
  });
});

describe("conditions", () => {
  it("are over value, baseline and samples", () => {
    const { pass, fail } = checkOf(
      `${RATIO}, compare: auto, pass: value < 2.0 * baseline, fail: 'samples.exists(s, s > 0.5)'`,
    );
    const scope = { value: 0.3, baseline: 0.1, samples: [0.6, 0.3] };
    expect(pass?.evaluate(scope)).toMatchObject({ kind: "value", value: false });
    expect(fail?.evaluate(scope)).toMatchObject({ kind: "value", value: true });
    expect(pass?.evaluate({ value: 0.3 })).toEqual({ kind: "missing", what: "baseline" });
  });

  it("have Argo's limits, and ours in a row", () => {
    const written = "failureLimit: 2, inconclusiveLimit: 3, consecutiveSuccesses: 10";
    expect(checkOf(`query: up, pass: value > 0, ${written}`)).toMatchObject({
      failureLimit: 2,
      consecutiveFailures: null,
      inconclusiveLimit: 3,
      consecutiveSuccesses: 10,
    });
  });
});

describe("a score, a guard and a confirmation", () => {
  it("are absent unless they are written, and take what they need of the watch", () => {
    const watch = watchOf(
      "query: up, pass: value > 0, weight: 3, key: true",
      `for: 30m, every: 30s, on: { failure: announce }, score: { pass: 90, warn: 75 }, guard: { every: 5m, window: 1h }, confirm: { after: 1d, for: 6h, every: 10m, checks: [{ name: labels, source: prom, query: auc, pass: value > 0.8 }] }`,
    );
    expect(watch.checks[0]).toMatchObject({ weight: 3, isKey: true });
    expect(watch.guard).toEqual({
      every: 300_000,
      window: 3_600_000,
      on: { failure: "announce", inconclusive: "ask", error: "ask" },
      checks: watch.checks,
      score: { pass: 90, warn: 75 },
    });
    expect(watch.confirm).toMatchObject({
      after: 86_400_000,
      on: { failure: "ask", inconclusive: "ask", error: "ask" },
      score: null,
      checks: [{ name: "labels" }],
    });
  });

  it("have checks, actions and a score of their own where those are written", () => {
    const { guard, confirm } = watchOf(
      "query: up, pass: value > 0",
      `for: 30m, every: 30s, guard: { every: 5m, window: 1h, on: { failure: ask }, score: { pass: 80, warn: 80 }, checks: [{ name: slow, source: prom, query: up, pass: value > 1 }] }, confirm: { after: 1d, for: 6h, every: 10m, score: { pass: 80, warn: 50 }, checks: [{ name: labels, source: prom, query: auc, pass: value > 0.8 }] }`,
    );
    expect(guard).toMatchObject({
      on: { failure: "ask" },
      score: { pass: 80, warn: 80 },
      checks: [{ name: "slow" }],
    });
    expect(confirm?.score).toEqual({ pass: 80, warn: 50 });
  });
});

describe("a check that is wrong is found at load, with what to write instead", () => {
  const CHECK = `${PLACE}.checks[0]`;

  it.each([
    [
      "pass: value > 0",
      `${CHECK}: says not what to measure; write one of query, ratio, count, histogram, drift, patterns, alerts`,
    ],
    [
      `query: up, pass: value > 0, ${RATIO}`,
      `${CHECK}: has query and ratio; write one of them, and another check for the other`,
    ],
    [
      "query: up",
      `${CHECK}: says not what is good; write pass, e.g. value >= 0.97, or compare: { worse: higher }`,
    ],
    [
      "ratio: { total: t }",
      `${CHECK}.ratio: has no bad; write the counter of bad events, or that of good ones as good`,
    ],
    ["ratio: { bad: b, good: g, total: t }", `${CHECK}.ratio: has bad and good; write one of them`],
    [
      "query: up, compare: auto",
      `${CHECK}.compare: says not which way is worse; write worse: higher, as for errors and latencies, or worse: lower`,
    ],
    [
      "query: up, pass: value > baseline",
      `${CHECK}.pass: reads baseline, and nothing is compared; write compare: auto beside it`,
    ],
    [
      `${RATIO}, pass: value > baseline`,
      `${CHECK}.pass: reads baseline, and nothing is compared; write compare: auto beside it`,
    ],
    [
      "ratio: { bad: b, total: t }, compare: { with: stable }",
      `${CHECK}.compare.with: the version beside it has the same queries: use {{version}} in them, or write a baseline with others`,
    ],
    [
      `${RATIO}, compare: { with: last-week }`,
      `${CHECK}.compare.with: a week before there was no such {{version}}: write a baseline with queries that do without it`,
    ],
    [
      `${RATIO}, compare: { baseline: { count: { events: e } } }`,
      `${CHECK}.compare.baseline: must have the same queries as the check: ratio`,
    ],
    [
      `${RATIO}, compare: { baseline: { ratio: { good: b, total: t } } }`,
      `${CHECK}.compare.baseline: must have the same queries as the check: ratio`,
    ],
    [
      `${RATIO}, compare: { effect: 0% }`,
      `${CHECK}.compare.effect: must be a difference such as 0.005, or a share of the baseline such as 3%`,
    ],
    [`${RATIO}, compare: { wit: stable }`, `${CHECK}.compare.wit: unknown key; did you mean with?`],
    [`${RATIO}, compare: stable`, `${CHECK}.compare: must be a map, and this is a text`],
    [
      "drift: { buckets: h }, pass: value < 1",
      `${CHECK}.pass: drift is judged by itself and takes no conditions; remove it`,
    ],
    [
      "drift: { buckets: h }, compare: { effect: 0.1 }",
      `${CHECK}.compare.effect: drift has its own measure of the difference; remove it`,
    ],
    [
      "alerts: { service: feed }, compare: auto",
      `${CHECK}.compare: alerts are compared with nothing; remove it`,
    ],
    [
      "query: 'up{v={{version}}}', pass: value > 0",
      `${CHECK}.query: {{version}} must stand in quotes, e.g. version="{{version}}"`,
    ],
    [
      "ratio: { bad: 'x{v={{version}}}', total: t }",
      `${CHECK}.ratio.bad: {{version}} must stand in quotes, e.g. version="{{version}}"`,
    ],
    [
      "patterns: { query: '{app=\"feed\"}' }",
      `${CHECK}.patterns: a source of type prometheus answers query, ratio, count, histogram, drift, alerts only; name one of type loki`,
    ],
  ])("%s", (written, problem) => {
    expect(problems(written)).toEqual([problem]);
  });

  it("a query at the very place of the mistake", () => {
    const text = configuration("query: 'up{v={{version}}}', pass: value > 0");
    const line = text.split("\n").findIndex((one) => one.includes("{{version}}}"));
    const column = (text.split("\n")[line] ?? "").indexOf("{{version}}}") + 1;
    expect(problemsOf(text)[0]).toMatch(new RegExp(`^slipway\\.yml:${line + 1}:${column} `));
  });

  it("in guards and confirmations, too", () => {
    const watch = `for: 30m, every: 30s, guard: { every: 2h, window: 1h, on: { failure: ask } }, confirm: { after: 1d, for: 6h, every: 10m, on: { failure: rollback }, checks: [{ name: a, source: prom, query: auc }] }`;
    expect(problems("query: up, pass: value > 0", watch)).toEqual([
      `${PLACE}.guard.every: is longer than window: nothing would be measured`,
      `${PLACE}.confirm.on.failure: must be announce or ask: what is known a day later is for people to act on, so it never rolls back by itself`,
      `${PLACE}.confirm.checks[0]: says not what is good; write pass, e.g. value >= 0.97, or compare: { worse: higher }`,
    ]);
  });

  it("a limit that a guard with the checks of its watch can never reach", () => {
    const watch = "for: 30m, every: 30s, guard: { every: 5m, window: 10m }";
    expect(problems("query: up, pass: value > 0, consecutiveFailures: 5", watch)).toEqual([
      `${PLACE}.checks[0].consecutiveFailures: can never be reached: only 3 measurements are judged; at most 3`,
    ]);
  });

  it("a window in which mann-whitney has too few samples", () => {
    const [problem, ...others] = problems(
      `${RATIO}, compare: { method: mann-whitney }`,
      "for: 20m, every: 30s",
    );
    expect(others).toEqual([]);
    expect(problem).toBe(
      `${PLACE}.checks[0].compare.method: needs 50 measurements, and only 41 are judged; measure more often or for longer, or write sequential`,
    );
  });

  it("a score that cannot be passed", () => {
    expect(
      problems("query: up, pass: value > 0", "for: 30m, every: 30s, score: { pass: 50, warn: 75 }"),
    ).toEqual([`${PLACE}.score.warn: must not be more than pass (50)`]);
  });
});
