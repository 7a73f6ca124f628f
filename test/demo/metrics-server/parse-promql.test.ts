import { describe, expect, it } from "vitest";
import { valueType } from "../../../src/demo/metrics-server/promql/expression.ts";
import {
  parseDuration,
  parseNumber,
  parseString,
} from "../../../src/demo/metrics-server/promql/literals.ts";
import { parsePromql } from "../../../src/demo/metrics-server/promql/parse-promql.ts";

describe("parsing PromQL", () => {
  it("gives the expression as a tree", () => {
    expect(parsePromql("-2 * (3 + sum without (a, b) (increase(x_total[1m30s])))")).toEqual({
      kind: "binary",
      operator: "*",
      bool: false,
      matching: { kind: "ignoring", labels: [] },
      left: { kind: "negate", of: { kind: "number", value: 2 } },
      right: {
        kind: "binary",
        operator: "+",
        bool: false,
        matching: { kind: "ignoring", labels: [] },
        left: { kind: "number", value: 3 },
        right: {
          kind: "aggregate",
          operator: "sum",
          grouping: { kind: "without", labels: ["a", "b"] },
          of: {
            kind: "rate",
            function: "increase",
            over: {
              kind: "range",
              range: 90_000,
              selector: {
                kind: "selector",
                matchers: [{ label: "__name__", matches: expect.any(Function) }],
              },
            },
          },
        },
      },
    });
  });

  const types: readonly (readonly [string, string])[] = [
    ["1 + 1", "scalar"],
    ["-(1 > bool 2)", "scalar"],
    ["up", "instant vector"],
    ["-up", "instant vector"],
    ["1 + up", "instant vector"],
    ["histogram_quantile(0.9, x_bucket)", "instant vector"],
    ["(up[5m])", "range vector"],
    ["up # a comment\n + 1", "instant vector"],
  ];
  for (const [query, type] of types) {
    it(`knows that ${JSON.stringify(query)} is a ${type}`, () => {
      expect(valueType(parsePromql(query))).toBe(type);
    });
  }

  const wrong: readonly (readonly [string, string])[] = [
    ["", "1:1: parse error: no expression found in input"],
    ["  # only a comment", "unexpected end of input"],
    ["sum(", "1:5: parse error: unexpected end of input"],
    ["sum(up))", '1:8: parse error: unexpected ")"'],
    ["up{job=}", "1:8: parse error: unexpected"],
    ["up{job='a}", "1:"],
    ["1 +\n + * 2", "2:4: parse error: unexpected"],
    ["{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['{a=~".*"}', "must contain at least one non-empty matcher"],
    ['up{__name__="x"}', "metric name must not be set twice"],
    ['up{a=~"("}', '"(" is not a regular expression known here'],
    ['up{a=~"(?i)x"}', "is not a regular expression known here"],
    ['up{a="\\q"}', "string with a wrong quote or escape"],
    ['{"up"}', "knows no quoted label names"],
    ["up[0s]", "a range is a duration above 0"],
    ["up[1m:5s]", 'does not know "up[1m:5s]"'],
    ["sum(up)[5m]", "ranges only allowed for vector selectors"],
    ["rate(up)", 'expected type range vector in call to function "rate"'],
    ["rate(up[5m], 2)", 'expected 1 argument(s) in call to "rate", got 2'],
    ["sum(1)", "expected type instant vector, got scalar"],
    ["sum(up[5m])", "expected type instant vector, got range vector"],
    ["histogram_quantile(up, up)", "expected type scalar, got instant vector"],
    ["histogram_quantile(0.9)", 'expected 2 argument(s) in call to "histogram_quantile", got 1'],
    ["-(up[5m])", "unary expression only allowed on scalars and instant vectors"],
    ["up[5m] + 1", "must contain only scalar and instant vector types"],
    ["1 > 2", "comparisons between scalars must use BOOL modifier"],
    ["1 + bool 2", "bool modifier can only be used on comparison operators"],
    ["1 + on(a) up", "vector matching only allowed between instant vectors"],
  ];
  for (const [query, message] of wrong) {
    it(`refuses ${JSON.stringify(query)}: ${message}`, () => {
      expect(() => parsePromql(query)).toThrow(
        expect.objectContaining({
          name: "QueryError",
          errorType: "bad_data",
          message: expect.stringContaining(message),
        }),
      );
    });
  }

  it.each([
    "irate(x[5m])",
    "topk(3, up)",
    "up offset 5m",
    "up @ 0",
    "up and up",
    "up or vector(0)",
    "up unless up",
    "up / on(a) group_left up",
    "up atan2 up",
    "time()",
    '"text"',
    "count_values('a', up)",
    "absent(up)",
  ])("says of %s that it does not know it, instead of answering something else", (query) => {
    expect(() => parsePromql(query)).toThrow("the sample metrics server does not know");
  });
});

describe("literals", () => {
  it("are numbers", () => {
    const texts = ["1", "-1.5", ".5", "1e3", "0x1F", "1_000", "+Inf", "-inf", "NaN", "1m", "x", ""];
    expect(texts.map(parseNumber)).toEqual([
      ...[1, -1.5, 0.5, 1000, 31, 1000],
      ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 60, null, null],
    ]);
  });

  it("are durations, in milliseconds", () => {
    expect(["5s", "1h30m", "1d", "250ms", "1y2w", "30m1h", "5", ""].map(parseDuration)).toEqual([
      ...[5000, 5_400_000, 86_400_000, 250, (365 + 14) * 86_400_000],
      ...[null, null, null],
    ]);
  });

  it("are strings", () => {
    const texts = [
      '"a\\"b"',
      "'it\\'s'",
      "`\\n`",
      '"\\n\\t\\\\"',
      '"\\x41\\u00e9\\U0001F600\\101"',
      '"a',
      '"\\z"',
      '"\\U7FFFFFFF"',
    ];
    expect(texts.map(parseString)).toEqual([
      'a"b',
      "it's",
      "\\n",
      "\n\t\\",
      "Aé😀A",
      null,
      null,
      null,
    ]);
  });
});
