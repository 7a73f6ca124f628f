import { describe, expect, it } from "vitest";
import { createDatadogSource } from "../../../src/effects/metrics/datadog/datadog-source.ts";
import { createGraphiteSource } from "../../../src/effects/metrics/graphite/graphite-source.ts";
import { createInfluxdbSource } from "../../../src/effects/metrics/influxdb/influxdb-source.ts";
import { FROM, STEP, samples, TO } from "../../contracts/metric-source-contract.ts";
import { metricServers, parametersOf } from "../../support/metric-server.ts";
import { metricSettings } from "../../support/metric-settings.ts";

/** Systems that name a step by its beginning. */

const never = new AbortController().signal;
const start = metricServers(TO + STEP);
const WINDOW = { from: FROM, to: TO, step: STEP };

describe("Graphite", () => {
  const graphite = (url: string, services: Parameters<typeof createGraphiteSource>[1]) =>
    createGraphiteSource({ ...metricSettings({ url }), delay: 0 }, services);

  it.each([
    ["value", "avg"],
    ["increase", "sum"],
  ] as const)("is asked for the %s of each step, and never to fit points", async (form, how) => {
    const { server, source } = await start(graphite, () => ({ json: [] }));
    await source.range({ query: "a.b", form, ...WINDOW }, never);
    expect(server.requests().map(parametersOf)).toEqual([
      {
        target: `summarize(a.b,"60s","${how}",false)`,
        // One step more: Graphite leaves out what is exactly at `from`.
        from: String((FROM - 2 * STEP) / 1_000),
        until: String(TO / 1_000),
        format: "json",
      },
    ]);
  });

  it("counts in whole seconds", async () => {
    const { server, source } = await start(graphite, () => ({ json: [] }));
    const query = { query: "a.b", form: "value", from: FROM, to: TO, step: 1_500 } as const;
    expect(await source.range(query, never)).toEqual({
      kind: "error",
      why: "it: Graphite counts in whole seconds: measure every 1s, 10s, 1m …",
    });
    expect(server.requests()).toEqual([]);
  });
});

describe("InfluxDB", () => {
  const query = "SELECT sum(e) FROM r WHERE v = '{{time}}' AND {{time}} GROUP BY time({{step}})";
  const influxdb = (url: string, services: Parameters<typeof createInfluxdbSource>[1]) =>
    createInfluxdbSource(
      { ...metricSettings({ url }), delay: 0, database: "app", retentionPolicy: "week" },
      services,
    );

  it("is asked for the steps that end in the window", async () => {
    const { server, source } = await start(influxdb, () => ({ json: { results: [{}] } }));
    expect(await source.range({ query, form: "value", ...WINDOW }, never)).toEqual(
      samples(null, null, null),
    );
    expect(server.requests().map(parametersOf)).toEqual([
      {
        ...{ db: "app", rp: "week", epoch: "ms" },
        q: `SELECT sum(e) FROM r WHERE v = '{{time}}' AND time >= ${FROM - STEP}ms AND time < ${TO}ms GROUP BY time(60000ms)`,
      },
    ]);
  });

  it("of several fields is an error that names them", async () => {
    const series = [{ columns: ["time", "a", "b"], values: [] }];
    const { source } = await start(influxdb, () => ({ json: { results: [{ series }] } }));
    expect(await source.range({ query, form: "value", ...WINDOW }, never)).toEqual({
      kind: "error",
      why: "it: the query gives the columns time, a, b, and time with one number is needed: select one field",
    });
  });

  it("of more points than it answers is an error that says what to change", async () => {
    const { server, source } = await start(influxdb, () => ({ json: {} }));
    const long = { query, form: "value", from: FROM - 10_001_000, to: TO, step: 1_000 } as const;
    expect(await source.range(long, never)).toMatchObject({
      kind: "error",
      why: expect.stringMatching(
        /more than 10000 points, which InfluxDB cuts: measure less often$/,
      ),
    });
    expect(server.requests()).toEqual([]);
  });
});

describe("Datadog", () => {
  const datadog = (url: string, services: Parameters<typeof createDatadogSource>[1]) =>
    createDatadogSource({ ...metricSettings({ url }), delay: STEP }, services);
  const nothing = { json: { data: { attributes: { series: [], times: [], values: [] } } } };

  it("is asked for the steps that end in the window", async () => {
    const { server, source } = await start(datadog, () => nothing);
    const query = "sum:e{a:b}.as_count()";
    await source.range({ query, form: "increase", ...WINDOW }, never);
    const [request] = server.requests();
    expect([request?.method, request?.url]).toEqual(["POST", "/api/v2/query/timeseries"]);
    expect(JSON.parse(request?.body ?? "")).toEqual({
      data: {
        type: "timeseries_request",
        attributes: {
          ...{ from: FROM - STEP, to: TO, interval: STEP },
          queries: [{ data_source: "metrics", name: "a", query }],
          formulas: [{ formula: "a" }],
        },
      },
    });
  });

  it("is asked for counts where events are counted", async () => {
    const { server, source } = await start(datadog, () => nothing);
    const query = { query: "sum:e{a:b}", form: "increase", ...WINDOW } as const;
    expect(await source.range(query, never)).toEqual({
      kind: "error",
      why: "it: events are counted, so the query needs .as_count(), as in sum:errors{…}.as_count()",
    });
    expect(server.requests()).toEqual([]);
  });

  it("is not asked for what has not come yet", async () => {
    const source = createDatadogSource(
      { ...metricSettings({ url: "http://127.0.0.1:9" }), delay: 10 * STEP },
      { clock: { now: () => TO, monotonic: () => 0, sleep: async () => {} } },
    );
    const query = { query: "sum:e{a:b}", form: "value", ...WINDOW } as const;
    expect(await source.range(query, never)).toEqual({ kind: "samples", samples: [] });
  });

  it("of more points than it gives unchanged is an error", async () => {
    const { source } = await start(datadog, () => nothing);
    const query = "sum:e{a:b}";
    const long = { query, form: "value", from: FROM - 1_500_000, to: TO, step: 1_000 } as const;
    expect(await source.range(long, never)).toMatchObject({
      kind: "error",
      why: expect.stringMatching(
        /Datadog makes longer steps of more than 1500: measure less often$/,
      ),
    });
  });
});
