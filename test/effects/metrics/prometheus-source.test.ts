import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Reading } from "../../../src/core/verdict.ts";
import type { MetricServerSettings } from "../../../src/effects/metrics/metric-server.ts";
import { createPrometheusSource } from "../../../src/effects/metrics/prometheus/prometheus-source.ts";
import {
  gridOf,
  MOST_POINTS,
  piecesOf,
  placeOnGrid,
} from "../../../src/effects/metrics/sample-grid.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  type ReceivedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startServer,
} from "../../support/scripted-server.ts";

const never = new AbortController().signal;
const servers: ScriptedServer[] = [];
/** A multiple of every step that is used here. */
const form = "value" as const;
const FROM = 1_795_353_600_000;

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function setUp(
  answer: (request: ReceivedRequest) => ScriptedAnswer,
  overrides: Partial<MetricServerSettings> = {},
) {
  const clock = createFakeClock();
  const server = await startServer(answer);
  servers.push(server);
  const source = createPrometheusSource(
    {
      name: "prom",
      url: server.url,
      page: null,
      auth: { kind: "none" },
      headers: {},
      timeout: 30_000,
      ...overrides,
    },
    { clock },
  );
  return { clock, server, source };
}

function formOf({ method, url, body }: ReceivedRequest): Record<string, string> {
  const text = method === "GET" ? new URL(url, "http://prom.example").search : body;
  return Object.fromEntries(new URLSearchParams(text));
}

function matrix(...values: readonly (readonly [number, string])[]): ScriptedAnswer {
  const result = values.length === 0 ? [] : [{ metric: {}, values }];
  return { json: { status: "success", data: { resultType: "matrix", result } } };
}

/** Answers each point that is asked for with its number, counted from FROM. */
function everyPoint(request: ReceivedRequest): ScriptedAnswer {
  const { start, end, step } = formOf(request);
  const values: [number, string][] = [];
  for (let at = Number(start) * 1_000; at <= Number(end) * 1_000; at += Number(step) * 1_000) {
    values.push([at / 1_000, String((at - FROM) / 1_000)]);
  }
  return matrix(...values);
}

describe("a range", () => {
  it("is asked for by a POST form", async () => {
    const { source, server } = await setUp(() => matrix());
    const query = {
      query: "sum(up) + 1",
      form,
      from: FROM,
      to: FROM + 60_000,
      step: 30_000,
    };
    await source.range(query, never);
    expect(server.requests()).toMatchObject([
      {
        method: "POST",
        url: "/api/v1/query_range",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
    ]);
    expect(server.requests().map(formOf)).toEqual([
      {
        query: "sum(up) + 1",
        start: "1795353600.000",
        end: "1795353660.000",
        step: "30.000",
        timeout: "30000ms",
      },
    ]);
  });

  it("is one sample for each step, absent and unusable points as null", async () => {
    const { source } = await setUp(() =>
      matrix([FROM / 1_000, "0.5"], [FROM / 1_000 + 60, "NaN"], [FROM / 1_000 + 90, "2"]),
    );
    const query = { query: "x", form, from: FROM, to: FROM + 120_000, step: 30_000 };
    expect(await source.range(query, never)).toEqual({
      kind: "samples",
      samples: [
        { at: FROM, value: 0.5 },
        { at: FROM + 30_000, value: null },
        { at: FROM + 60_000, value: null },
        { at: FROM + 90_000, value: 2 },
        { at: FROM + 120_000, value: null },
      ],
    });
  });

  it("without any series is all null, never empty", async () => {
    const { source } = await setUp(() => matrix());
    const query = { query: "x", form, from: FROM, to: FROM + 30_000, step: 30_000 };
    expect(await source.range(query, never)).toEqual({
      kind: "samples",
      samples: [
        { at: FROM, value: null },
        { at: FROM + 30_000, value: null },
      ],
    });
  });

  it("asks for the same points whatever the moment of the tick", async () => {
    const { source } = await setUp(everyPoint);
    for (const shift of [1, 14_999, 29_999]) {
      const query = {
        query: "x",
        form,
        from: FROM + shift,
        to: FROM + 60_000 + shift,
        step: 30_000,
      };
      expect(await source.range(query, never)).toEqual({
        kind: "samples",
        samples: [
          { at: FROM + 30_000, value: 30 },
          { at: FROM + 60_000, value: 60 },
        ],
      });
    }
  });

  it("shorter than a step has no points, and nobody is asked", async () => {
    const { source, server } = await setUp(() => matrix());
    const query = { query: "x", form, from: FROM + 1, to: FROM + 29_999, step: 30_000 };
    expect(await source.range(query, never)).toEqual({ kind: "samples", samples: [] });
    expect(server.requests()).toEqual([]);
  });

  it("of more points than one answer holds is asked for in pieces", async () => {
    const { source, server } = await setUp(everyPoint);
    const query = { query: "x", form, from: FROM, to: FROM + 25_000_000, step: 1_000 };
    const reading = await source.range(query, never);
    expect(
      server
        .requests()
        .map(formOf)
        .map(({ start, end }) => [start, end]),
    ).toEqual([
      ["1795353600.000", "1795364599.000"],
      ["1795364600.000", "1795375599.000"],
      ["1795375600.000", "1795378600.000"],
    ]);
    const samples = reading.kind === "samples" ? reading.samples : [];
    expect(samples.map(({ value }) => value)).toEqual(Array.from({ length: 25_001 }, (_, n) => n));
  });

  it("of which one piece fails has failed", async () => {
    let asked = 0;
    const { source } = await setUp((request) => {
      asked += 1;
      return asked === 2 ? { status: 503 } : everyPoint(request);
    });
    const query = { query: "x", form, from: FROM, to: FROM + 15_000_000, step: 1_000 };
    expect(await source.range(query, never)).toEqual({
      kind: "error",
      why: "prom: it answered 503",
    });
  });

  it("of too many points says what to change", async () => {
    const { source, server } = await setUp(everyPoint);
    const query = { query: "x", form, from: FROM, to: FROM + 176_001_000, step: 1_000 };
    expect(await source.range(query, never)).toEqual({
      kind: "error",
      why: "prom: the window has more than 176000 points: measure less often, or for less long",
    });
    expect(server.requests()).toEqual([]);
  });

  it.each([
    { name: "between two steps", values: [[FROM / 1_000 + 7, "1"]] as const },
    { name: "before the window", values: [[FROM / 1_000 - 30, "1"]] as const },
    { name: "after the window", values: [[FROM / 1_000 + 90, "1"]] as const },
    {
      name: "twice",
      values: [
        [FROM / 1_000, "1"],
        [FROM / 1_000, "0"],
      ] as const,
    },
    { name: "at no time", values: [[1e300, "1"]] as const },
  ])("with a point that was not asked for is an error: $name", async ({ values }) => {
    const { source } = await setUp(() => matrix(...values));
    const query = { query: "x", form, from: FROM, to: FROM + 60_000, step: 30_000 };
    expect(await source.range(query, never)).toMatchObject({
      kind: "error",
      why: expect.stringMatching(/^prom: it answered with a point that was not asked for: /),
    });
  });
});

describe("counters", () => {
  const series = (labels: object, ...values: readonly (readonly [number, string])[]) => ({
    metric: labels,
    values: values.map(([steps, value]) => [FROM / 1_000 + steps * 30, value]),
  });
  const answered = (...result: readonly object[]): ScriptedAnswer => ({
    json: { status: "success", data: { resultType: "matrix", result } },
  });
  const QUERY = { query: "x", from: FROM, to: FROM + 60_000, step: 30_000 };

  it("are asked for from one step before the window, as they are", async () => {
    const { source, server } = await setUp(() =>
      answered(
        series({ pod: "a" }, [-1, "10"], [0, "12"], [1, "3"], [2, "4"]),
        series({ pod: "b" }, [1, "5"], [2, "7"]),
      ),
    );
    expect(await source.range({ ...QUERY, form: "increase" }, never)).toEqual({
      kind: "samples",
      samples: [
        { at: FROM, value: 2 },
        { at: FROM + 30_000, value: 8 },
        { at: FROM + 60_000, value: 3 },
      ],
    });
    expect(server.requests().map(formOf)).toMatchObject([
      { query: "x", start: `${FROM / 1_000 - 30}.000`, end: `${FROM / 1_000 + 60}.000` },
    ]);
  });

  it("of no series have no data", async () => {
    const { source } = await setUp(() => answered());
    const reading = await source.range({ ...QUERY, form: "increase" }, never);
    expect(reading).toMatchObject({ samples: [{ value: null }, { value: null }, { value: null }] });
  });

  it("go on over the border of two answers", async () => {
    const { source, server } = await setUp(everyPoint);
    const query = { query: "x", from: FROM, to: FROM + 15_000_000, step: 1_000 };
    const reading = await source.range({ ...query, form: "increase" }, never);
    expect(server.requests()).toHaveLength(2);
    const values = reading.kind === "samples" ? reading.samples.map(({ value }) => value) : [];
    // It counts seconds from FROM, so before that it is less than nothing.
    expect(new Set(values.slice(1))).toEqual(new Set([1]));
    expect(values).toHaveLength(15_001);
  });

  it("that are there twice are an error", async () => {
    const { source } = await setUp(() =>
      answered(series({ pod: "a" }, [0, "1"]), series({ pod: "a" }, [0, "1"])),
    );
    expect(await source.range({ ...QUERY, form: "increase" }, never)).toEqual({
      kind: "error",
      why: 'prom: it answered twice with the series [["pod","a"]]',
    });
  });

  it("of too many series are an error that says what to do", async () => {
    const many = Array.from({ length: 5_001 }, (_none, pod) => series({ pod: `${pod}` }, [0, "1"]));
    const { source } = await setUp(() => answered(...many));
    expect(await source.range({ ...QUERY, form: "increase" }, never)).toEqual({
      kind: "error",
      why: 'prom: the query gives 5001 series, and at most 5000 are taken: select fewer, as by version="…"',
    });
  });

  it("of a histogram are taken apart by bucket", async () => {
    const { source } = await setUp(() =>
      answered(
        series({ le: "+Inf" }, [-1, "0"], [0, "9"]),
        series({ le: "0.5" }, [-1, "0"], [0, "4"]),
      ),
    );
    expect(await source.range({ ...QUERY, form: "buckets" }, never)).toEqual({
      kind: "buckets",
      histograms: {
        bounds: [0.5, Number.POSITIVE_INFINITY],
        points: [
          { at: FROM, counts: [4, 5] },
          { at: FROM + 30_000, counts: null },
          { at: FROM + 60_000, counts: null },
        ],
      },
    });
  });

  it.each(["increase", "buckets"] as const)("that may lack parts are partial: %s", async (how) => {
    const { source } = await setUp(() => ({
      json: { ...(answered() as { json: object }).json, warnings: ["store-1 is away"] },
    }));
    expect(await source.range({ ...QUERY, form: how }, never)).toEqual({
      kind: "partial",
      why: "prom: store-1 is away",
    });
  });
});

describe("a server that takes no POST", () => {
  it("is asked by GET from then on", async () => {
    const { source, server } = await setUp((request) =>
      request.method === "POST" ? { status: 405 } : everyPoint(request),
    );
    const query = { query: "sum(up) + 1", form, from: FROM, to: FROM, step: 30_000 };
    const first = await source.range(query, never);
    expect(first).toEqual({ kind: "samples", samples: [{ at: FROM, value: 0 }] });
    expect(await source.range(query, never)).toEqual(first);
    expect(server.requests().map(({ method }) => method)).toEqual(["POST", "GET", "GET"]);
    expect(server.requests().map(formOf).at(-1)).toMatchObject({ query: "sum(up) + 1" });
  });

  it("and no GET either is an error", async () => {
    const { source } = await setUp(() => ({ status: 405 }));
    const query = { query: "x", form, from: FROM, to: FROM, step: 30_000 };
    expect(await source.range(query, never)).toEqual({
      kind: "error",
      why: "prom: it answered 405",
    });
  });
});

describe("credentials", () => {
  it.each([
    { auth: { kind: "bearer", token: "t0k3n" } as const, sent: "Bearer t0k3n" },
    {
      auth: { kind: "basic", user: "bot", password: "pä:ss" } as const,
      sent: `Basic ${Buffer.from("bot:pä:ss").toString("base64")}`,
    },
    { auth: { kind: "none" } as const, sent: undefined },
  ])("$auth.kind", async ({ auth, sent }) => {
    const { source, server } = await setUp(() => matrix(), {
      auth,
      headers: { "X-Scope-OrgID": "ml" },
    });
    await source.range({ query: "x", form, from: FROM, to: FROM, step: 30_000 }, never);
    expect(server.requests()[0]?.headers).toMatchObject({ "x-scope-orgid": "ml" });
    expect(server.requests()[0]?.headers.authorization).toBe(sent);
  });

  it("are never seen in an error", async () => {
    const { source, server } = await setUp(() => "lost", {
      auth: { kind: "bearer", token: "t0k3n" },
    });
    const reading = await source.range(
      { query: "x", form, from: FROM, to: FROM, step: 1_000 },
      never,
    );
    expect(reading).toEqual({
      kind: "error",
      why: `prom: ${new URL(server.url).host}: the connection was cut`,
    });
  });
});

describe("what cannot be had is an error, never a throw", () => {
  const QUERY = { query: "x", form, from: FROM, to: FROM, step: 30_000 };

  it("no answer in time", async () => {
    const { source, server, clock } = await setUp(() => "silence");
    const reading = source.range(QUERY, never);
    await server.received(1);
    await clock.advance(30_000);
    expect(await reading).toEqual({
      kind: "error",
      why: `prom: ${new URL(server.url).host} did not answer within 30 s`,
    });
  });

  it("given up by the caller", async () => {
    const { source, server } = await setUp(() => "silence");
    const caller = new AbortController();
    const reading = source.range(QUERY, caller.signal);
    await server.received(1);
    caller.abort(new Error("the process stops"));
    expect(await reading).toEqual({ kind: "error", why: "prom: the process stops" });
  });

  it("an answer without end", async () => {
    const { source, server } = await setUp(() => ({ text: "x".repeat(8_000_001) }));
    expect(await source.range(QUERY, never)).toEqual({
      kind: "error",
      why: `prom: ${new URL(server.url).host} answered with more than 8000000 bytes`,
    });
  });

  it("a redirect to a login page", async () => {
    const { source } = await setUp(() => ({ status: 302, headers: { location: "/login" } }));
    expect(await source.range(QUERY, never)).toEqual({
      kind: "error",
      why: "prom: it answered 302",
    });
  });

  it("partial answers stay partial", async () => {
    const { source } = await setUp(() => ({
      json: {
        status: "success",
        warnings: ["store-1 is away"],
        data: { resultType: "matrix", result: [{ metric: {}, values: [[FROM / 1_000, "1"]] }] },
      },
    }));
    expect(await source.range(QUERY, never)).toEqual({
      kind: "partial",
      why: "prom: store-1 is away",
    });
  });
});

describe("the grid", () => {
  const STEP = fc.integer({ min: 1, max: 3_600 }).map((seconds) => seconds * 1_000);
  const WINDOW = fc.tuple(
    fc.integer({ min: FROM, max: FROM + 1e9 }),
    fc.integer({ min: 0, max: 1e9 }),
    STEP,
  );

  it("covers the window with its pieces, in order, without gaps, each within the limit", () => {
    fc.assert(
      fc.property(WINDOW, ([from, length, step]) => {
        const grid = gridOf(from, from + length, step);
        const points = piecesOf(grid).flatMap((piece) => {
          expect(piece.points).toBeLessThanOrEqual(MOST_POINTS);
          const placed = placeOnGrid(piece, []);
          return "misplaced" in placed ? [] : placed.map(({ at }) => at);
        });
        expect(points).toHaveLength(grid.points);
        expect(points.every((at) => at % step === 0 && at >= from && at <= from + length)).toBe(
          true,
        );
        expect(new Set(points).size).toBe(points.length);
      }),
      { numRuns: 50 },
    );
  });

  it("puts each value where it was measured, however its time is printed", () => {
    fc.assert(
      fc.property(WINDOW, ([from, length, step]) => {
        const [piece] = piecesOf(gridOf(from, from + length, step));
        fc.pre(piece !== undefined && piece.points < 1_000);
        const printed = Array.from({ length: piece.points }, (_none, index) => ({
          at: Math.round(Number(((piece.first + index * step) / 1_000).toFixed(3)) * 1_000),
          value: index,
        }));
        const expected = printed.map(({ value }, index) => ({
          at: piece.first + index * step,
          value,
        }));
        expect(placeOnGrid(piece, printed)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a link", () => {
  it.each([
    { url: "http://prom.example:9090", page: null, base: "http://prom.example:9090/graph" },
    {
      url: "https://bot:s3cret@mimir.example/prometheus/",
      page: null,
      base: "https://mimir.example/prometheus/graph",
    },
    {
      url: "http://10.0.0.1:9090",
      page: "https://prom.acme.test/",
      base: "https://prom.acme.test/graph",
    },
  ])("to $base", async ({ url, page, base }) => {
    const { source } = await setUp(() => matrix(), { url, page });
    const link = new URL(source.link('sum(rate(x{v="1 & 2"}[2m]))') ?? "");
    expect(`${link.origin}${link.pathname}`).toBe(base);
    expect(Object.fromEntries(link.searchParams)).toEqual({
      "g0.expr": 'sum(rate(x{v="1 & 2"}[2m]))',
      "g0.tab": "0",
    });
    expect(link.username + link.password).toBe("");
  });
});

describe("any answer of any server", () => {
  const BODY = fc.oneof(fc.string(), fc.json());
  const TYPE = fc.constantFrom("application/json", "text/plain", "text/html", "");

  it("gives a reading, and measurements only from a whole answer", async () => {
    let next: ScriptedAnswer = {};
    const { source } = await setUp(() => next);
    await fc.assert(
      fc.asyncProperty(
        BODY,
        TYPE,
        fc.integer({ min: 200, max: 599 }),
        async (text, type, status) => {
          fc.pre(status !== 204 && status !== 205 && status !== 304);
          next = { status, text, headers: { "content-type": type } };
          const query = { query: "x", form, from: FROM, to: FROM + 60_000, step: 30_000 };
          const reading: Reading = await source.range(query, never);
          expect(reading.kind).toBe("error");
        },
      ),
    );
  });
});
