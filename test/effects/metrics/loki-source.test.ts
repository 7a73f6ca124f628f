import { describe, expect, it } from "vitest";
import type { LokiSettings } from "../../../src/effects/metrics/loki/loki-settings.ts";
import { createLokiSource } from "../../../src/effects/metrics/loki/loki-source.ts";
import { selectorOf } from "../../../src/effects/metrics/loki/selector.ts";
import { FROM, STEP, samples, TO } from "../../contracts/metric-source-contract.ts";
import { metricServers, parametersOf } from "../../support/metric-server.ts";
import { metricSettings } from "../../support/metric-settings.ts";
import type { ScriptedAnswer } from "../../support/scripted-server.ts";

const never = new AbortController().signal;
const start = metricServers(TO + STEP);
const WINDOW = { from: FROM, to: TO, step: STEP };
const ERRORS = '{app="feed"} |= "error"';

const creating =
  (overrides: Partial<LokiSettings> = {}) =>
  (url: string, services: Parameters<typeof createLokiSource>[1]) =>
    createLokiSource(
      {
        ...metricSettings({ url, page: "https://grafana.example" }),
        ...{ delay: 0, linesAtOnce: 3, mostLines: 6, datasource: null },
        ...overrides,
      },
      services,
    );

function counts(...values: readonly (readonly [number, string])[]): ScriptedAnswer {
  const result = values.length === 0 ? [] : [{ metric: {}, values }];
  return { json: { status: "success", data: { resultType: "matrix", result } } };
}

type Line = readonly [at: bigint, line: string];

/** A Loki with these lines, oldest first, that cuts its answers as the real one does. */
function logOf(lines: readonly Line[]) {
  return (request: Parameters<typeof parametersOf>[0]): ScriptedAnswer => {
    const { start: from = "0", end = "0", limit = "100" } = parametersOf(request);
    const within = lines
      .filter(([at]) => at >= BigInt(from) && at < BigInt(end))
      .toReversed()
      .slice(0, Number(limit));
    const values = within.map(([at, line]) => [String(at), line, { traceId: "x" }]);
    const result = values.length === 0 ? [] : [{ stream: { app: "feed" }, values }];
    return { json: { status: "success", data: { resultType: "streams", result } } };
  };
}

const BEGINNING = BigInt(FROM) * 1_000_000n;

describe("counted lines", () => {
  it("are those of each step, in windows that do not overlap", async () => {
    const { server, source } = await start(creating(), () =>
      counts([FROM / 1_000, "2"], [FROM / 1_000 + 60, "0"], [TO / 1_000, "5"]),
    );
    const reading = await source.range({ query: ERRORS, form: "increase", ...WINDOW }, never);
    expect(reading).toEqual(samples(2, 0, 5));
    expect(server.requests().map(parametersOf)).toEqual([
      {
        query: `sum(count_over_time(${ERRORS}\n[60s]))`,
        start: `${FROM}000000`,
        end: `${TO}000000`,
        step: "60",
      },
    ]);
  });

  it("are 0 where the same streams have other lines, and no data where they have none", async () => {
    const { server, source } = await start(creating(), (request) =>
      (parametersOf(request).query ?? "").includes("error")
        ? counts([FROM / 1_000, "2"])
        : counts([FROM / 1_000, "90"], [FROM / 1_000 + 60, "80"]),
    );
    const reading = await source.range({ query: ERRORS, form: "increase", ...WINDOW }, never);
    expect(reading).toEqual(samples(2, 0, null));
    expect(server.requests().map((request) => parametersOf(request).query)).toEqual([
      `sum(count_over_time(${ERRORS}\n[60s]))`,
      'sum(count_over_time({app="feed"}\n[60s]))',
    ]);
  });

  it("of whole streams are no data where there are none", async () => {
    const { server, source } = await start(creating(), () => counts([FROM / 1_000, "2"]));
    const query = '{app="feed"}';
    const reading = await source.range({ query, form: "increase", ...WINDOW }, never);
    expect(reading).toEqual(samples(2, null, null));
    expect(server.requests()).toHaveLength(1);
  });

  it("are an error when it is not known whether anything is shipped", async () => {
    let asked = 0;
    const { source } = await start(creating(), () => {
      asked += 1;
      return asked === 1 ? counts() : { status: 503 };
    });
    const reading = await source.range({ query: ERRORS, form: "increase", ...WINDOW }, never);
    expect(reading).toEqual({ kind: "error", why: "it: it answered 503" });
  });

  it("need a log query", async () => {
    const { server, source } = await start(creating(), () => counts());
    const query = 'sum(rate({app="feed"}[1m]))';
    expect(await source.range({ query, form: "increase", ...WINDOW }, never)).toEqual({
      kind: "error",
      why: 'it: a log query is needed, which begins with { as {app="feed"} |= "error"; Slipway counts its lines',
    });
    expect(server.requests()).toEqual([]);
  });

  it("are not looked at before they have come", async () => {
    const { source } = await start(creating({ delay: 2 * STEP }), () =>
      counts([FROM / 1_000, "2"], [FROM / 1_000 + 60, "3"]),
    );
    const reading = await source.range({ query: ERRORS, form: "increase", ...WINDOW }, never);
    expect(reading).toEqual({
      kind: "samples",
      samples: [
        { at: FROM, value: 2 },
        { at: FROM + STEP, value: 3 },
      ],
    });
  });
});

describe("the selector of a log query", () => {
  it.each([
    ['{app="feed"} |= "error"', '{app="feed"}'],
    ['  {app="a}b", v=`}`} | json', '{app="a}b", v=`}`}'],
    ['# all {\n{app="feed"} # }', '# all {\n{app="feed"}'],
    ['sum(rate({app="feed"}[1m]))', null],
    ['{app="feed"', null],
    ["", null],
  ])("%s", (query, selector) => {
    expect(selectorOf(query)).toBe(selector);
  });
});

describe("patterns", () => {
  const ask = { query: ERRORS, form: "patterns", ...WINDOW } as const;

  it("are of every line of the window, read page by page", async () => {
    const lines = [1n, 2n, 3n, 4n, 5n].map((n): Line => [BEGINNING + n, `error ${n}`]);
    const { server, source } = await start(creating(), logOf(lines));
    expect(await source.range(ask, never)).toEqual({
      kind: "patterns",
      patterns: [{ pattern: "error <*>", lines: 5 }],
    });
    const [first, second] = server.requests().map(parametersOf);
    expect(first).toMatchObject({ end: `${TO}000000`, limit: "3", direction: "backward" });
    expect(second).toMatchObject({ end: String(BEGINNING + 4n) });
  });

  it("count lines of the same moment once, at the border of a page too", async () => {
    const moment = BEGINNING + 7n;
    const lines: readonly Line[] = [
      [BEGINNING, "error first"],
      [moment, "error a"],
      [moment, "error b"],
      [moment + 1n, "error last"],
      [moment + 2n, "error more"],
    ];
    const { source } = await start(creating(), logOf(lines));
    const reading = await source.range(ask, never);
    const found = reading.kind === "patterns" ? reading.patterns : [];
    expect(found.map(({ lines: count }) => count)).toEqual([1, 1, 1, 1, 1]);
  });

  it("of more lines than are read are partial", async () => {
    const lines = Array.from({ length: 20 }, (_none, n): Line => [BEGINNING + BigInt(n), `e ${n}`]);
    const { source } = await start(creating(), logOf(lines));
    expect(await source.range(ask, never)).toMatchObject({
      kind: "partial",
      why: expect.stringMatching(/^it: there are more than \d+ lines, and what is new among them/),
    });
  });

  it("of a moment with more lines than a page are partial, and end", async () => {
    const lines = Array.from({ length: 9 }, (_none, n): Line => [BEGINNING, `e${n} x`]);
    const { server, source } = await start(creating({ mostLines: 100 }), logOf(lines));
    expect(await source.range(ask, never)).toMatchObject({ kind: "partial" });
    expect(server.requests().length).toBeLessThan(4);
  });

  it("of nothing are none", async () => {
    const { source } = await start(creating(), logOf([]));
    expect(await source.range(ask, never)).toEqual({ kind: "patterns", patterns: [] });
  });

  it("need a log query", async () => {
    const { source } = await start(creating(), () => counts());
    expect(await source.range(ask, never)).toMatchObject({
      kind: "error",
      why: expect.stringMatching(/^it: the query gives numbers, and log lines are needed/),
    });
  });
});

describe("a link", () => {
  it("opens Grafana's Explore with the query", async () => {
    const { source } = await start(creating({ datasource: "uid-1" }), () => counts());
    const link = new URL(source.link(ERRORS) ?? "");
    expect(`${link.origin}${link.pathname}`).toBe("https://grafana.example/explore");
    expect(JSON.parse(link.searchParams.get("panes") ?? "")).toMatchObject({
      slipway: { datasource: "uid-1", queries: [{ expr: ERRORS }] },
    });
  });

  it("is none without Grafana's address", async () => {
    const { source } = await start(creating({ page: null }), () => counts());
    expect(source.link(ERRORS)).toBeNull();
  });
});
