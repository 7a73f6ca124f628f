import { describe, expect, it } from "vitest";
import { readMetrics } from "../../src/report/metrics-file.ts";
import { fixtureBytes } from "../support/intake-fixture.ts";

function read(value: unknown) {
  const result = readMetrics(typeof value === "string" ? value : JSON.stringify(value));
  return result.kind === "ok" ? result.value : result.problem;
}

const ONLY_CHANGES =
  "dvc metrics diff prints only the metrics that changed: give it --all, or report what dvc metrics show --json prints";

const none = { slices: {}, leftOut: [] };

describe("a metrics file", () => {
  it("may be flat", () => {
    expect(read({ auc: 0.81, "p95/ms": 21, loss: -1e-9 })).toEqual({
      ...none,
      metrics: { auc: 0.81, "p95/ms": 21, loss: -1e-9 },
    });
  });

  it("may be nested: the nesting becomes dots", () => {
    expect(read(fixtureBytes("dvc/metrics.nested.constructed.json").toString())).toEqual({
      ...none,
      metrics: {
        "eval.holdout.auc": 0.9671,
        "eval.holdout.pr_auc": 0.8123,
        "eval.slices.eu.auc": 0.951,
        "eval.slices.us.auc": 0.972,
        "latency_ms.p50": 41.2,
        "latency_ms.p99": 182,
      },
    });
  });

  it("may hold slices beside its metrics", () => {
    const slices = {
      "country=BR": { auc: 0.79, error: { mean: 0.1 } },
      "country=IN": { auc: 0.8 },
    };
    expect(read({ auc: 0.81, slices })).toEqual({
      metrics: { auc: 0.81 },
      slices: { "country=BR": { auc: 0.79, "error.mean": 0.1 }, "country=IN": { auc: 0.8 } },
      leftOut: [],
    });
  });

  it("may hold metrics and slices as a report does", () => {
    expect(read({ metrics: { auc: 0.81 }, slices: { a: { auc: 0.7 } } })).toEqual({
      metrics: { auc: 0.81 },
      slices: { a: { auc: 0.7 } },
      leftOut: [],
    });
    expect(read({ metrics: { auc: 0.81 } })).toEqual({ ...none, metrics: { auc: 0.81 } });
  });

  it("may call a metric slices", () => {
    expect(read({ slices: 12 })).toEqual({ ...none, metrics: { slices: 12 } });
    expect(read({ slices: { count: 12 } })).toEqual({ ...none, metrics: { "slices.count": 12 } });
  });

  it("may call a metric metrics, beside others", () => {
    expect(read({ metrics: { auc: 1 }, b: 2 })).toEqual({
      ...none,
      metrics: { "metrics.auc": 1, b: 2 },
    });
  });

  it("leaves out what is no number, and says so", () => {
    expect(
      read({ auc: 0.81, model: "gbdt", ok: true, none: null, curve: [1, 2], e: { s: "x" } }),
    ).toEqual({
      metrics: { auc: 0.81 },
      slices: {},
      leftOut: ["model", "ok", "none", "curve", "e.s"],
    });
  });

  it("may begin with a byte-order mark", () => {
    expect(read('﻿{"auc":1}')).toEqual({ ...none, metrics: { auc: 1 } });
  });
});

describe("what dvc metrics show --json prints", () => {
  it("is read for its file", () => {
    expect(read(fixtureBytes("dvc/metrics_show.--json.constructed.json").toString())).toEqual({
      ...none,
      metrics: { AUC: 0.66729, error: 0.16982, TP: 516 },
    });
  });

  it("is read for the workspace when it has other revisions too, and for all of its files", () => {
    const files = (auc: number) => ({
      "eval.json": { data: { auc, slices: { eu: { auc: 0.9 } } } },
      "speed.json": { data: { p50: { ms: 3 } } },
    });
    expect(read({ main: { data: files(0.1) }, workspace: { data: files(0.2) } })).toEqual({
      metrics: { auc: 0.2, "p50.ms": 3 },
      slices: { eu: { auc: 0.9 } },
      leftOut: [],
    });
  });

  const problems: readonly (readonly [string, unknown, string])[] = [
    [
      "with several revisions and no workspace",
      { a: { data: {} }, b: { data: {} } },
      "holds 2 revisions and no workspace: name one to dvc metrics show",
    ],
    [
      "of a revision that failed",
      { "": { error: { type: "DvcException", msg: "no such file" } } },
      "says that DVC failed",
    ],
    [
      "of a file that failed",
      { workspace: { data: { "eval.json": { error: { type: "YAMLError", msg: "x" } } } } },
      "says that DVC could not read eval.json",
    ],
    [
      "with two files that say the same",
      { workspace: { data: { a: { data: { auc: 1 } }, b: { data: { auc: 2 } } } } },
      "auc: is there twice",
    ],
  ];
  for (const [name, value, message] of problems) {
    it(`${name} is a problem`, () => expect(read(value)).toBe(message));
  }

  it("is told from what dvc metrics diff --json prints, of which the new side is read", () => {
    const text = fixtureBytes("dvc/metrics_diff.--json.constructed.json").toString();
    expect(read(text)).toEqual({ ...none, metrics: { AUC: 0.9671, TP: 531 }, note: ONLY_CHANGES });
    const gone = { "m.json": { auc: { old: 1, new: 2 }, f1: { old: 1, new: null } } };
    expect(read(gone)).toEqual({
      metrics: { auc: 2 },
      slices: {},
      leftOut: ["f1"],
      note: ONLY_CHANGES,
    });
  });

  it("is not mistaken for a file whose metrics are called error", () => {
    expect(read({ train: { error: { mae: 1 } } })).toEqual({
      ...none,
      metrics: { "train.error.mae": 1 },
    });
  });
});

describe("a metrics file is a problem", () => {
  const problems: readonly (readonly [string, unknown, string])[] = [
    ["that is empty", "", "is not JSON: it is empty"],
    ["that is cut off", '{"auc": ', "is not JSON: it ends too early"],
    ["with a comma too many", '{\n "auc": 0.8,\n}', "is not JSON at line 3, column 1"],
    ["that is a page", "<html>", "is not JSON"],
    [
      "that Python wrote with NaN",
      '{"auc": NaN}',
      "is not JSON: NaN and Infinity are not JSON, leave such a metric out",
    ],
    ["that is a list", [1], "must be a JSON object"],
    ["that is a number", 3, "must be a JSON object"],
    ["without any number", { model: "gbdt" }, "holds no number"],
    ["that is an empty object", {}, "holds no number"],
    ["with a number beyond all numbers", '{"auc": 1e999}', "auc: is not a finite number"],
    ["with one name in two ways", { "a.b": 1, a: { b: 2 } }, "a.b: is there twice"],
    [
      "with a member that would replace a prototype",
      '{"__proto__":{"a":1},"b":2}',
      "has a member named __proto__, which is refused",
    ],
    [
      "that is nested without end",
      `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
      "is nested more than 32 deep",
    ],
  ];
  for (const [name, value, message] of problems) {
    it(name, () => expect(read(value)).toBe(message));
  }
});

describe("a metrics file in YAML", () => {
  const yaml = (text: string) => {
    const result = readMetrics(text, "yaml");
    return result.kind === "ok" ? result.value : result.problem;
  };

  it("is read as JSON is", () => {
    expect(yaml("eval:\n  auc: 0.81\n  loss: 1e-3\nslices:\n  eu: { auc: 0.7 }\n")).toEqual({
      metrics: { "eval.auc": 0.81, "eval.loss": 0.001 },
      slices: { eu: { auc: 0.7 } },
      leftOut: [],
    });
  });

  const bomb = Array.from(
    { length: 12 },
    (_value, index) => `a${index}: &a${index} [${index === 0 ? "1" : `*a${index - 1},`.repeat(9)}]`,
  ).join("\n");

  it.each([
    ["a number that is none", "auc: .nan", "auc: is not a finite number"],
    ["a list", "- 1", "must be a YAML mapping"],
    [
      "a member that would replace a prototype",
      "__proto__: { a: 1 }",
      /__proto__, which is refused/,
    ],
    ["what is not YAML", "a: [1", /^is not YAML: /],
    ["aliases that laugh a billion times", bomb, /^is not YAML: Excessive alias count/],
  ])("is a problem with %s", (_name, text, message) => {
    if (typeof message === "string") expect(yaml(text)).toBe(message);
    else expect(yaml(text)).toMatch(message);
  });
});

describe("what MLflow's API answers", () => {
  it("is read for the metrics of the run", () => {
    expect(read(fixtureBytes("mlflow/runs.get.response.constructed.json").toString())).toEqual({
      ...none,
      metrics: { auc: 0.9671, latency_p99_ms: 182 },
    });
  });

  it("is read for the last step of a history, then the latest time", () => {
    const point = (key: string, value: number | string, step: number | string, timestamp = 1) => ({
      key,
      value,
      step,
      timestamp,
    });
    expect(
      read({
        metrics: [
          point("auc", 0.7, 2),
          point("auc", 0.8, "10"),
          point("auc", "NaN", 1),
          point("loss", 0.2, 3, 20),
          point("loss", 0.1, 3, 10),
          { key: "plain", value: 1 },
        ],
      }),
    ).toEqual({ ...none, metrics: { auc: 0.8, loss: 0.2, plain: 1 } });
  });

  it.each([
    [
      "NaN",
      [{ key: "auc", value: "NaN", step: 7 }],
      "auc: its last value, of step 7, is NaN: a gate cannot read it",
    ],
    [
      "an infinite value",
      [{ key: "auc", value: "Infinity" }],
      "auc: its last value, of step 0, is infinite: a gate cannot read it",
    ],
    ["no value", [{ key: "auc", step: "x" }], "auc: has no value"],
    ["no metrics", [], "holds no number"],
  ])("is a problem with %s", (_name, metrics, message) => {
    expect(read({ run: { data: { metrics } } })).toBe(message);
  });

  it("is not mistaken for a list that is called metrics", () => {
    expect(read({ metrics: [1, 2], auc: 1 })).toEqual({
      metrics: { auc: 1 },
      slices: {},
      leftOut: ["metrics"],
    });
  });
});
