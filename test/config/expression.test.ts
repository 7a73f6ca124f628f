import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Compiled,
  compileAnswer,
  compileGate,
  compilePassCondition,
} from "../../src/config/expression.ts";
import type { Evaluation, Expression, Scope } from "../../src/core/expression.ts";
import { evidence } from "../support/evidence.ts";

function compiled<E>(result: Compiled<E>): E {
  if (result.kind === "compiled") return result.expression;
  throw new Error(result.problem.message);
}

function gate(source: string): Expression {
  return compiled(compileGate(source));
}

function judge(source: string, overrides: Scope = {}): Evaluation {
  return gate(source).evaluate(evidence(overrides));
}

function verdict(source: string, overrides: Scope = {}): string {
  const result = judge(source, overrides);
  if (result.kind === "value") return String(result.value);
  return result.kind === "missing" ? `missing ${result.what}` : `error ${result.why}`;
}

describe("a gate", () => {
  const cases: readonly (readonly [source: string, expected: string])[] = [
    ["metrics.auc >= 0.80", "true"],
    ["metrics.auc >= 0.82", "false"],
    ['metrics["auc"] >= 0.80', "true"],
    ["metrics.auc >= live.metrics.auc - 0.005", "true"],
    ["slices.all(s, slices[s].auc >= 0.75)", "false"],
    ["slices.all(s, slices[s].auc >= 0.70)", "true"],
    ["tests.failed == 0 && tests.passed > 800", "true"],
    ['checks.all(c, c.status in ["pass", "warn"])', "true"],
    ['checks.exists(c, c.name == "label balance" && c.status == "pass")', "false"],
    ["datasets.all(d, d.rows > 8000)", "true"],
    ['datasets[0].version == "2026-11-21"', "true"],
    ['commit.branch == "main" && commit.author.endsWith("@acme.test")', "true"],
    ['release.trigger == "data" && release.run.attempt == 1', "true"],
    ['"country=BR" in slices', "true"],
    ["size(datasets) == 2", "true"],
  ];
  it.each(cases)("%s is %s", (source, expected) => {
    expect(verdict(source)).toBe(expected);
  });

  const mixed: readonly (readonly [source: string, expected: string])[] = [
    ["metrics.auc < 1", "true"],
    ["metrics.auc >= 1", "false"],
    ["1 > metrics.auc", "true"],
    ["metrics.coverage == 100", "true"],
    ["100 == metrics.coverage", "true"],
    ["metrics.coverage != 100", "false"],
    ["tests.failed < 0.5", "true"],
  ];
  it.each(mixed)("compares whole and decimal numbers: %s is %s", (source, expected) => {
    expect(verdict(source)).toBe(expected);
  });
});

describe("what the report lacks", () => {
  const cases: readonly (readonly [source: string, overrides: Scope, expected: string])[] = [
    ["metrics.f1 >= 0.5", {}, "metrics.f1"],
    ['metrics["f 1"] >= 0.5', {}, 'metrics["f 1"]'],
    ["metrics.auc >= 0.5", { metrics: {} }, "metrics.auc"],
    ["metrics.auc >= 0.5", { metrics: null }, "metrics"],
    ["metrics.auc >= live.metrics.f1", {}, "live.metrics.f1"],
    ["live.metrics.auc > 0.5", { live: null }, "live"],
    ["live.tests.failed == 0", {}, "live.tests"],
    ["tests.failed == 0", { tests: null }, "tests"],
    ['commit.tag == "v1"', {}, "commit.tag"],
    ['slices["country=AR"].auc > 0.5', {}, 'slices["country=AR"]'],
    ["slices.all(s, slices[s].f1 > 0.5)", {}, 'slices["country=BR"].f1'],
    ["slices.all(s, slices[s].auc > 0.1 && live.slices[s].auc > 0.1)", {}, "live.slices"],
    ['checks.all(c, c.expected != "")', {}, "checks[1].expected"],
    ["datasets[7].rows > 1", {}, "datasets[7]"],
    ["metrics.f1 > 0.5 && metrics.f2 > 0.5", {}, "metrics.f1"],
    ["metrics.auc > 0.5 ? metrics.f1 > 0.5 : metrics.f2 > 0.5", {}, "metrics.f1"],
    ["metrics.auc + metrics.f1 > 1.0", {}, "metrics.f1"],
    ["metrics[release.run.url] > 1.0", {}, "release.run.url"],
    ["metrics[release.trigger] > 1.0", {}, "metrics[release.trigger]"],
    ["double(datasets[0].rows) > metrics.rows", {}, "metrics.rows"],
  ];
  it.each(cases)("%s misses its path (%j)", (source, overrides, what) => {
    expect(judge(source, overrides)).toEqual({ kind: "missing", what });
  });

  const decided: readonly (readonly [source: string, expected: string])[] = [
    ["metrics.f1 > 0.5 || metrics.auc > 0.5", "true"],
    ["metrics.f1 > 0.5 && metrics.auc > 0.9", "false"],
    ["has(metrics.f1)", "false"],
    ["has(metrics.f1) && metrics.f1 > 0.5", "false"],
    ["!has(commit.tag) || commit.tag.startsWith('v')", "true"],
  ];
  it.each(decided)("does not matter where CEL decides without it: %s is %s", (source, expected) => {
    expect(verdict(source)).toBe(expected);
  });

  it("names of JavaScript's own objects are not in a report", () => {
    expect(verdict("metrics.constructor > 1.0")).toBe("missing metrics.constructor");
    expect(verdict("metrics.__proto__ > 1.0")).toBe("missing metrics.__proto__");
  });
});

describe("a check that went through nothing", () => {
  const none: Scope = { slices: {}, checks: [], datasets: [] };
  const cases: readonly (readonly [source: string, expected: string])[] = [
    ["slices.all(s, slices[s].auc >= 0.75)", "missing slices"],
    ['!checks.exists(c, c.status == "fail")', "missing checks"],
    ['metrics.auc > 0.5 && checks.all(c, c.status == "pass")', "missing checks"],
    ["metrics.auc > 0.9 || datasets.all(d, d.rows > 0)", "missing datasets"],
    ["metrics.auc > 0.5 ? datasets.all(d, d.rows > 0) : false", "missing datasets"],
    // It says itself what nothing means.
    ["size(slices) == 0 || slices.all(s, slices[s].auc >= 0.75)", "true"],
    ["metrics.auc > 0.5 || datasets.all(d, d.rows > 0)", "true"],
    ['checks.exists(c, c.status == "pass")', "false"],
    ['!checks.all(c, c.status == "pass")', "false"],
  ];
  it.each(cases)("%s is %s", (source, expected) => {
    expect(verdict(source, none)).toBe(expected);
  });

  it("counts what a filter left", () => {
    const source = 'slices.filter(s, "weight" in slices[s]).all(s, slices[s].auc > 0.1)';
    expect(verdict(source)).toBe('missing slices.filter(s, "weight" in slices[s])');
  });
});

describe("a check that rests on a division by zero", () => {
  const zero: Scope = { metrics: { good: 3, all: 0 }, slices: { a: { good: 1, all: 0 } } };
  const infinite = "error metrics.good / metrics.all is not a finite number";
  const cases: readonly (readonly [source: string, expected: string])[] = [
    ["metrics.good / metrics.all >= 0.9", infinite],
    ["!(metrics.good / metrics.all < 0.9)", infinite],
    ["metrics.good > 1 && metrics.good / metrics.all >= 0.9", infinite],
    ["metrics.good > 1 ? metrics.good / metrics.all >= 0.9 : true", infinite],
    [
      "slices.all(s, slices[s].good / slices[s].all >= 0.9)",
      'error slices["a"].good / slices["a"].all is not a finite number',
    ],
    [
      "slices.exists(s, slices[s].good / slices[s].all >= 0.9)",
      'error slices["a"].good / slices["a"].all is not a finite number',
    ],
    // It does not rest on it.
    ["metrics.all == 0 || metrics.good / metrics.all >= 0.9", "true"],
    ["metrics.good / metrics.all >= 0.9 && metrics.good > 5", "false"],
    ["metrics.good / metrics.all < 0.9", "false"],
  ];
  it.each(cases)("%s is %s", (source, expected) => {
    expect(verdict(source, zero)).toBe(expected);
  });
});

describe("the numbers behind a verdict", () => {
  const auc = { subject: "metrics.auc", actual: 0.8132 };
  const cases: readonly (readonly [source: string, expected: readonly object[]])[] = [
    ["metrics.auc >= 0.80", [{ ...auc, operator: ">=", limit: 0.8, holds: true }]],
    ["metrics.auc > 0.9", [{ ...auc, operator: ">", limit: 0.9, holds: false }]],
    ["0.80 <= metrics.auc", [{ ...auc, operator: ">=", limit: 0.8, holds: true }]],
    ["!(metrics.auc < 0.80)", [{ ...auc, operator: ">=", limit: 0.8, holds: true }]],
    [
      "metrics.auc >= live.metrics.auc - 0.01",
      [{ ...auc, operator: ">=", limit: 0.81 - 0.01, holds: true }],
    ],
    [
      "metrics.coverage / 100.0 >= 0.5",
      [
        {
          subject: "metrics.coverage / 100.0",
          operator: ">=",
          actual: 1,
          limit: 0.5,
          holds: true,
        },
      ],
    ],
    [
      "tests.failed == 0 && metrics.auc > 0.8",
      [
        { subject: "tests.failed", operator: "==", actual: 0, limit: 0, holds: true },
        { ...auc, operator: ">", limit: 0.8, holds: true },
      ],
    ],
    // The worst slice where all must hold.
    [
      "slices.all(s, slices[s].auc >= 0.75)",
      [
        {
          subject: 'slices["country=US"].auc',
          operator: ">=",
          actual: 0.74,
          limit: 0.75,
          holds: false,
        },
      ],
    ],
    [
      "!slices.exists(s, slices[s].auc < 0.70)",
      [
        {
          subject: 'slices["country=US"].auc',
          operator: ">=",
          actual: 0.74,
          limit: 0.7,
          holds: true,
        },
      ],
    ],
    [
      "slices.all(s, slices[s].auc >= 0.5 && slices[s].rows > 10)",
      [
        {
          subject: 'slices["country=US"].auc',
          operator: ">=",
          actual: 0.74,
          limit: 0.5,
          holds: true,
        },
        {
          subject: 'slices["country=CL"].rows',
          operator: ">",
          actual: 12,
          limit: 10,
          holds: true,
        },
      ],
    ],
    // The best one where one must.
    [
      "slices.exists(s, slices[s].rows > 500)",
      [
        {
          subject: 'slices["country=US"].rows',
          operator: ">",
          actual: 900,
          limit: 500,
          holds: true,
        },
      ],
    ],
    [
      "slices.filter(s, slices[s].rows > 100).all(s, slices[s].auc >= 0.7)",
      [
        {
          subject: 'slices["country=US"].auc',
          operator: ">=",
          actual: 0.74,
          limit: 0.7,
          holds: true,
        },
      ],
    ],
    [
      "datasets.all(d, d.rows > 8000)",
      [{ subject: "datasets[1].rows", operator: ">", actual: 9000, limit: 8000, holds: true }],
    ],
    [
      'release.trigger == "data" ? metrics.auc > 0.8 : metrics.auc > 0.9',
      [{ ...auc, operator: ">", limit: 0.8, holds: true }],
    ],
    // Nothing that would mislead: texts, several conditions on one member, either-or inside.
    ['commit.branch == "main"', []],
    ["slices.exists(s, slices[s].auc > 0.8 && slices[s].rows > 10)", []],
    ["slices.all(s, slices[s].rows < 1000 || slices[s].auc > 0.8)", []],
  ];
  it.each(cases)("%s", (source, comparisons) => {
    expect(judge(source)).toMatchObject({ kind: "value", comparisons });
  });

  it("leaves out the side of an alternative that is missing", () => {
    expect(judge("metrics.f1 > 0.5 || metrics.auc > 0.8")).toEqual({
      kind: "value",
      value: true,
      comparisons: [{ ...auc, operator: ">", limit: 0.8, holds: true }],
    });
  });
});

describe("a gate reads live", () => {
  it.each([
    ["metrics.auc >= live.metrics.auc", true],
    ["slices.all(s, live.slices[s].auc > 0.1)", true],
    ["has(live.tests)", true],
    ["metrics.live > 0.5", false],
    ["metrics.auc > 0.5", false],
    ["slices.all(live, slices[live].auc > 0.1)", false],
  ])("%s: %s", (source, readsLive) => {
    expect(gate(source).readsLive).toBe(readsLive);
  });
});

describe("an expression that is wrong is found at load", () => {
  const known = "there is metrics, slices, tests, checks, datasets, commit, release, live";
  const cases: readonly (readonly [source: string, offset: number, message: string])[] = [
    ["metrix.auc > 0.5", 0, `unknown variable "metrix" (did you mean "metrics"?); ${known}`],
    ["metrics.auc > 0.5 && foo", 21, `unknown variable "foo"; ${known}`],
    [
      "tests.faild == 0",
      6,
      'tests: unknown member "faild" (did you mean "failed"?); there is passed, failed, skipped',
    ],
    [
      "live.tests.total > 0",
      11,
      'live.tests: unknown member "total"; there is passed, failed, skipped',
    ],
    [
      "has(tests.faild)",
      4,
      'tests: unknown member "faild" (did you mean "failed"?); there is passed, failed, skipped',
    ],
    ["metrics.auc", 0, "must be true or false, and this is of type double"],
    ['"true"', 0, "must be true or false, and this is of type string"],
    ["commit.branch > 1", 0, "no such overload: string > int"],
    [
      "metrics.auc * 100 > 80",
      0,
      "no such overload: double * int; write the whole number with a decimal point, e.g. 100.0",
    ],
    ["metrics.auc >=", 14, "Unexpected token: the end of the expression"],
    ["(metrics.auc > 1", 16, "Expected ), got the end of the expression"],
    ["metrics.auc = 1", 12, "Unexpected character: ="],
    ["", 0, "Unexpected token: the end of the expression"],
    ["tests.failed && true", 0, "Logical operator requires bool operands, got 'int'"],
    ["datasets.all(d, d.rowz > 1)", 18, 'd: unknown member "rowz"'],
    [
      "has(slices[s].n)",
      4,
      'has() invalid argument; it takes names such as live.metrics.auc; for a key in brackets write "n" in slices[s]',
    ],
    [
      'commit.subject.matches("^fix")',
      0,
      "matches() is not available, because a regular expression over text from outside can run for ever; use startsWith, endsWith, contains or ==",
    ],
    [
      "datasets.all(a, datasets.all(b, datasets.all(c, true)))",
      0,
      "comprehensions may stand inside one another at most 2 deep",
    ],
    [`metrics.auc > ${"1".repeat(5000)}.0`, 0, "longer than 4096 characters"],
    ["cel.bind(f1, metrics.f1, f1 > 0.5)", 0, "cel.bind() is not available; write the value out"],
    ["unknown(1)", 0, "found no matching overload for 'unknown(int)'"],
  ];
  it.each(cases)("%s", (source, offset, message) => {
    const result = compileGate(source);
    expect(result.kind === "problem" ? result.problem : result).toMatchObject({
      offset,
      message: expect.stringContaining(message) as string,
    });
  });

  it("nothing of a gate is known in a pass condition", () => {
    expect(compilePassCondition("metrics.auc > 0.5")).toEqual({
      kind: "problem",
      problem: {
        offset: 0,
        message: 'unknown variable "metrics"; there is value, baseline, samples',
      },
    });
  });
});

describe("evaluating never throws", () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => value as Scope[string]);
  const expressions = [
    "metrics.auc >= live.metrics.auc - 0.01",
    "!slices.all(s, slices[s].auc / slices[s].n >= 0.75 || live.slices[s].auc < 1.0)",
    'checks.filter(c, c.status == "pass").exists(c, c.name == release.version)',
    "datasets.map(d, d.rows).exists_one(n, n > tests.passed)",
    'has(commit.tag) ? commit.tag.startsWith("v") : size(datasets) > 0',
  ].map(gate);

  it("whatever a report holds", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...expressions),
        fc.record(
          Object.fromEntries(
            ["metrics", "slices", "tests", "checks", "datasets", "commit", "release", "live"].map(
              (name) => [
                name,
                fc.oneof(json, fc.constantFrom(evidence()[name] ?? null, null, [], {})),
              ],
            ),
          ),
          { requiredKeys: [] },
        ),
        (expression, scope) => {
          const { kind } = expression.evaluate(scope as Scope);
          expect(["value", "missing", "error"]).toContain(kind);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each<readonly [string, Scope, string]>([
    ["1 / tests.failed > 0", {}, "division by zero"],
    ["tests.failed == 0", { tests: { failed: 0.5 } }, "tests.failed is not a whole number"],
    ["tests.failed == 0", { tests: 7 }, "tests is not an object"],
    ["metrics.auc > 0.5", { metrics: { auc: "high" } }, 'metrics["auc"] is not a double'],
    ["size(checks) > 0", { checks: { a: 1 } }, "checks is not a list"],
  ])("%s over %j is an error", (source, overrides, why) => {
    expect(judge(source, overrides)).toEqual({ kind: "error", why });
  });

  it("a report of tens of thousands of slices is refused, not gone through", () => {
    const slices = Object.fromEntries(
      Array.from({ length: 20_001 }, (_, index) => [`s${index}`, { auc: 1 }]),
    );
    expect(judge("slices.all(s, slices[s].auc > 0.5)", { slices })).toEqual({
      kind: "error",
      why: "more than 20000 values to go through",
    });
  });

  it("a list is not gone through once for every member of a long one", () => {
    const checks = Array.from({ length: 2000 }, () => ({ name: "x", status: "pass" }));
    expect(verdict("checks.all(a, checks.all(b, a.name == b.name))", { checks })).toBe(
      "error too much to go through: a list of 2000 members, a text of 4 characters",
    );
  });

  it("a long text is not searched once for every member", () => {
    const checks = Array.from({ length: 2000 }, () => ({ name: "x", status: "pass" }));
    const commit = { subject: "y".repeat(5_000_000) };
    expect(verdict("checks.all(c, !commit.subject.contains(c.name))", { checks, commit })).toBe(
      "error too much to go through: a list of 2000 members, a text of 5000000 characters",
    );
  });

  it("what it does not read costs nothing", () => {
    const checks = Array.from({ length: 2000 }, () => ({ name: "x", status: "pass" }));
    const commit = { subject: "y".repeat(5_000_000) };
    expect(verdict('checks.all(c, c.status == "pass")', { checks, commit })).toBe("true");
  });

  it("a value nested a hundred thousand deep is an error", () => {
    let body: Scope[string] = 1;
    for (let depth = 0; depth < 100_000; depth++) body = [body];
    const expression = compiled(compileAnswer("body.id", "any"));
    expect(expression.evaluate({ status: 200, headers: {}, body }).kind).toBe("error");
  });
});

describe("a pass condition", () => {
  it("judges one value", () => {
    expect(compiled(compilePassCondition("value >= 0.97")).evaluate({ value: 0.95 })).toEqual({
      kind: "value",
      value: false,
      comparisons: [{ subject: "value", operator: ">=", actual: 0.95, limit: 0.97, holds: false }],
    });
  });

  it("without a value is missing, never true", () => {
    const condition = compiled(compilePassCondition("!(value > 0.01)"));
    expect(condition.evaluate({ value: null })).toEqual({ kind: "missing", what: "value" });
    expect(condition.evaluate({})).toEqual({ kind: "missing", what: "value" });
  });
});

describe("an expression over an answer", () => {
  const answer: Scope = {
    status: 200,
    headers: { location: "/runs/7" },
    body: { id: 7, status: "done", message: null, items: [{ id: "a" }], empty: [] },
  };
  it.each([
    ["body.id", { kind: "value", value: 7 }],
    ['body.status == "done"', { kind: "value", value: true }],
    ["status == 200 || status == 201", { kind: "value", value: true }],
    ["status / 100 == 2", { kind: "value", value: true }],
    ["headers.location", { kind: "value", value: "/runs/7" }],
    ["body.message", { kind: "value", value: null }],
    ["body.items[0]", { kind: "value", value: { id: "a" } }],
    ["body.items.map(i, i.id)", { kind: "value", value: ["a"] }],
    ["size(body.empty) == 0 ? null : body.empty[0].id", { kind: "value", value: null }],
    ["body.id == 7", { kind: "value", value: true }],
    ["body.run.id", { kind: "missing", what: "body.run" }],
    ["body.message.text", { kind: "missing", what: "body.message.text" }],
    ["body.items[3].id", { kind: "missing", what: "body.items[3]" }],
    ["headers.etag", { kind: "missing", what: "headers.etag" }],
    ["body.id + 1", { kind: "error", why: "no such overload: dyn<double> + int" }],
    ['b"raw"', { kind: "error", why: "its result has no form in JSON" }],
  ])("%s is %j", (source, expected) => {
    expect(compiled(compileAnswer(source, "any")).evaluate(answer)).toEqual(expected);
  });

  it("a condition may be of a type that only the answer knows, and not of another one", () => {
    expect(compileAnswer("body.done", "bool").kind).toBe("compiled");
    expect(compileAnswer("status", "bool")).toEqual({
      kind: "problem",
      problem: { offset: 0, message: "must be true or false, and this is of type int" },
    });
  });

  it("a body that is no JSON is a text or nothing", () => {
    const expression = compiled(compileAnswer("body == null", "bool"));
    expect(expression.evaluate({ status: 204, headers: {}, body: null })).toEqual({
      kind: "value",
      value: true,
    });
  });
});
