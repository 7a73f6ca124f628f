import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "../../../src/effects/http-exchange.ts";
import { parseAnswer } from "../../../src/effects/metrics/prometheus/parse-answer.ts";

interface Capture {
  readonly case: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

const FILE = join(import.meta.dirname, "../../fixtures/prometheus/captures.json");
const CAPTURES = (JSON.parse(readFileSync(FILE, "utf8")) as { cases: Capture[] }).cases;

function captured(name: string): HttpAnswer {
  const found = CAPTURES.find((capture) => capture.case === name);
  if (found === undefined) throw new Error(`no capture "${name}"`);
  const { status, contentType, body } = found;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: { "content-type": contentType }, text };
}

function answer(body: unknown, overrides: Partial<HttpAnswer> = {}): HttpAnswer {
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    text: JSON.stringify(body),
    ...overrides,
  };
}

function matrix(...result: unknown[]) {
  return { status: "success", data: { resultType: "matrix", result } };
}

const ONE = {
  metric: {},
  values: [
    [1_795_353_860, "0.5"],
    [1_795_353_862, "0.25"],
  ],
};

describe("answers captured from a real Prometheus", () => {
  it.each([
    {
      name: "range",
      parsed: {
        kind: "error",
        why: "the query gives 2 series, and one is needed: aggregate it, as in sum(…)",
      },
    },
    { name: "range empty", parsed: { kind: "series", values: [] } },
    {
      name: "range NaN inside",
      parsed: {
        kind: "series",
        values: [
          { at: 1_795_353_861_616, value: null },
          { at: 1_795_353_863_616, value: null },
          { at: 1_795_353_865_616, value: null },
        ],
      },
    },
    {
      name: "range wider gap: missing points are simply absent",
      parsed: { kind: "series", values: [{ at: 1_795_353_865_616, value: 1 }] },
    },
    { name: "range 11001 points ok", parsed: { kind: "series", values: [] } },
    {
      name: "range too many points",
      parsed: {
        kind: "error",
        why: "bad_data: exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
      },
    },
    {
      name: "parse error",
      parsed: {
        kind: "error",
        why: 'bad_data: invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
      },
    },
    {
      name: "range of range vector",
      parsed: {
        kind: "error",
        why: 'bad_data: invalid expression type "range vector" for range query, must be Scalar or instant Vector',
      },
    },
    { name: "404", parsed: { kind: "error", why: "it answered 404: 404 page not found" } },
    {
      name: "vector",
      parsed: { kind: "error", why: "it answered with a vector instead of a matrix" },
    },
    {
      name: "scalar",
      parsed: { kind: "error", why: "it answered with a scalar instead of a matrix" },
    },
    {
      name: "string",
      parsed: { kind: "error", why: "it answered with a string instead of a matrix" },
    },
  ])("$name", ({ name, parsed }) => {
    expect(parseAnswer(captured(name))).toEqual(parsed);
  });

  it("are errors in the server's words wherever it refused", () => {
    const refused = CAPTURES.filter(({ status }) => status >= 400);
    expect(refused.length).toBeGreaterThan(8);
    for (const { case: name } of refused) {
      expect(parseAnswer(captured(name))).toMatchObject({ kind: "error" });
    }
  });
});

describe("an answer", () => {
  it("of one series is its values", () => {
    expect(parseAnswer(answer(matrix(ONE)))).toEqual({
      kind: "series",
      values: [
        { at: 1_795_353_860_000, value: 0.5 },
        { at: 1_795_353_862_000, value: 0.25 },
      ],
    });
  });

  it.each([
    ["1.1e+01", 11],
    ["-0", -0],
    ["+5.", 5],
    [".5", 0.5],
    ["NaN", null],
    ["+Inf", null],
    ["-Inf", null],
    ["1e999", null],
  ])("with the value %s", (text, value) => {
    const parsed = parseAnswer(answer(matrix({ metric: {}, values: [[1, text]] })));
    expect(parsed).toEqual({ kind: "series", values: [{ at: 1_000, value }] });
  });

  it.each(["", " ", "1 ", "0x1", "1_000", "Infinity", "true", "1,5"])(
    "with the value %j is an error",
    (text) => {
      const parsed = parseAnswer(answer(matrix({ metric: {}, values: [[1, text]] })));
      expect(parsed).toMatchObject({ kind: "error", why: expect.stringMatching(/no number$/) });
    },
  );

  it("with warnings may lack parts, wherever they stand", () => {
    const top = { ...matrix(ONE), warnings: ["receive series from store-1: timeout"] };
    expect(parseAnswer(answer(top))).toEqual({
      kind: "partial",
      why: "receive series from store-1: timeout",
    });
    const inner = matrix(ONE);
    const nested = { ...inner, data: { ...inner.data, warnings: ["a", "b"] } };
    expect(parseAnswer(answer(nested))).toEqual({ kind: "partial", why: "a; b" });
  });

  it("with remarks and without warnings is whole", () => {
    const remarked = { ...matrix(ONE), warnings: [], infos: ["metric might not be a counter"] };
    expect(parseAnswer(answer(remarked))).toMatchObject({ kind: "series" });
  });

  it("of histograms says what to ask for", () => {
    const series = { metric: {}, histograms: [[1, { count: "1", sum: "1" }]] };
    expect(parseAnswer(answer(matrix(series)))).toEqual({
      kind: "error",
      why: "the query gives native histograms, and numbers are needed: take histogram_quantile(…) or histogram_fraction(…) of it, or ask for its classic …_bucket series",
    });
  });

  it.each([
    {
      name: "a login page",
      given: answer(null, { headers: { "content-type": "text/html" }, text: "<html>" }),
      why: "it answered 200 with something that is no answer of Prometheus (text/html): is the url right?",
    },
    {
      name: "JSON of something else",
      given: answer({ ok: true }),
      why: "it answered 200 with something that is no answer of Prometheus (application/json): is the url right?",
    },
    {
      name: "a page of a proxy",
      given: answer(null, {
        status: 502,
        headers: { "content-type": "text/html" },
        text: "<html>bad gateway</html>",
      }),
      why: "it answered 502",
    },
    {
      name: "the words of a proxy",
      given: answer(null, {
        status: 429,
        headers: { "content-type": "text/plain; charset=utf-8" },
        text: "the query time range exceeds the limit (err-mimir-max-query-length)\n",
      }),
      why: "it answered 429: the query time range exceeds the limit (err-mimir-max-query-length)",
    },
    {
      name: "a redirect",
      given: answer(null, { status: 302, headers: {}, text: "" }),
      why: "it answered 302",
    },
    {
      name: "no content type",
      given: answer(matrix(ONE), { headers: {} }),
      why: "it answered 200 with something that is no answer of Prometheus (no content type): is the url right?",
    },
    {
      name: "an error that calls itself 200",
      given: answer({ status: "error", errorType: "execution", error: "too many samples" }),
      why: "execution: too many samples",
    },
    {
      name: "a success that calls itself 500",
      given: answer(matrix(ONE), { status: 500 }),
      why: "it answered 500",
    },
  ])("that is no answer is an error: $name", ({ given, why }) => {
    expect(parseAnswer(given)).toEqual({ kind: "error", why });
  });
});

describe("garbage is never taken for measurements", () => {
  const VALID = { ...matrix(ONE) };
  const TEXT = JSON.stringify(VALID);

  it("cut off anywhere", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: TEXT.length - 1 }), (length) => {
        const parsed = parseAnswer(answer(null, { text: TEXT.slice(0, length) }));
        expect(parsed.kind).toBe("error");
      }),
    );
  });

  it("with anything else in the place of what must be there", () => {
    const paths = [
      ["status"],
      ["data"],
      ["data", "resultType"],
      ["data", "result"],
      ["data", "result", 0],
      ["data", "result", 0, "metric"],
      ["data", "result", 0, "values"],
      ["data", "result", 0, "values", 0],
      ["data", "result", 0, "values", 0, 0],
      ["data", "result", 0, "values", 0, 1],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, garbage) => {
        const original = at(VALID, path);
        // An object may be another object of the same shape, a list may be empty, a number another number.
        fc.pre(kindOf(garbage) !== kindOf(original) || typeof garbage === "string");
        fc.pre(typeof garbage !== "string" || !/^[+-]?[\d.]|^(NaN|[+-]?Inf)$/.test(garbage));
        const parsed = parseAnswer(answer(replaced(VALID, path, garbage)));
        expect(parsed.kind).not.toBe("series");
      }),
      { numRuns: 500 },
    );
  });

  it("of any bytes at all", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 100, max: 599 }), (text, status) => {
        expect(parseAnswer(answer(null, { text, status })).kind).toBe("error");
      }),
    );
  });
});

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((parent, key) => (parent as Record<string, unknown>)[key], value);
}

function replaced(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const copy: unknown = structuredClone(value);
  const parent = at(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  parent[path.at(-1) ?? ""] = by;
  return copy;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}
