import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../../src/demo/http/start-server.ts";
import { createMetricsApi } from "../../../src/demo/metrics-server/metrics-api.ts";
import { createSeriesStore } from "../../../src/demo/metrics-server/series-store.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { quietLog } from "../../support/quiet-log.ts";

/** The clock of the server, in seconds. */
const NOW = 1_795_353_865.616;
const MINUTE = 60_000;
let server: RunningServer;

beforeAll(async () => {
  const store = createSeriesStore(30 * MINUTE);
  const labels = { job: "app", instance: "127.0.0.1:39101" };
  for (let second = -60; second <= 0; second += 1) {
    const at = Math.round(NOW * 1000) + second * 1000;
    store.append({ __name__: "up", ...labels }, { at, value: 1 });
    store.append({ __name__: "ready", ...labels }, { at, value: 1 });
    store.append({ __name__: "latency", version: "v2", ...labels }, { at, value: Number.NaN });
    for (const code of ["200", "500"]) {
      const value = (second + 60) * (code === "200" ? 9 : 1);
      store.append({ __name__: "app_requests_total", code, ...labels }, { at, value });
    }
  }
  const clock = { ...systemClock, now: () => Math.round(NOW * 1000) };
  server = await startServer(createServer(createMetricsApi({ store, clock, log: quietLog })), 0);
});
afterAll(async () => {
  await server.close();
});

async function get(path: string, parameters: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${server.url}${path}?${new URLSearchParams(parameters)}`);
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

function success(resultType: string, result: unknown) {
  return { status: 200, body: { status: "success", data: { resultType, result } } };
}

function failure(status: number, errorType: string, error: string) {
  return { status, body: { status: "error", errorType, error } };
}

describe("/api/v1/query", () => {
  const answered: readonly (readonly [string, Readonly<Record<string, string>>, unknown])[] = [
    [
      "a vector, at the present",
      { query: "up" },
      success("vector", [
        { metric: { __name__: "up", instance: "127.0.0.1:39101", job: "app" }, value: [NOW, "1"] },
      ]),
    ],
    [
      "a share, at a time",
      {
        query:
          'sum(rate(app_requests_total{code="500"}[10s])) / sum(rate(app_requests_total[10s]))',
        time: "1795353860.616",
      },
      success("vector", [{ metric: {}, value: [1795353860.616, "0.1"] }]),
    ],
    [
      "a scalar",
      { query: "1 / 3", time: "2026-11-22T09:24:25Z" },
      success("scalar", [1795339465, "0.3333333333333333"]),
    ],
    [
      "a range vector",
      { query: "up[2s]" },
      success("matrix", [
        {
          metric: { __name__: "up", instance: "127.0.0.1:39101", job: "app" },
          values: [
            [1795353864.616, "1"],
            [NOW, "1"],
          ],
        },
      ]),
    ],
    ["nothing, where there is nothing", { query: "nonexistent_metric" }, success("vector", [])],
    ["nothing for a division by nothing", { query: "up / nope" }, success("vector", [])],
    [
      "NaN for 0 / 0",
      { query: "sum(up) * 0 / 0" },
      success("vector", [{ metric: {}, value: [NOW, "NaN"] }]),
    ],
    ["infinity", { query: "1e999 - -1e999" }, success("scalar", [NOW, "+Inf"])],
    [
      "nothing where a comparison with NaN does not hold",
      { query: "latency > 0" },
      success("vector", []),
    ],
    [
      "the last value for five minutes",
      { query: "count(up)", time: String(NOW + 299) },
      success("vector", [{ metric: {}, value: [1795354164.616, "1"] }]),
    ],
    [
      "nothing after five minutes",
      { query: "count(up)", time: String(NOW + 300) },
      success("vector", []),
    ],
  ];
  for (const [name, parameters, expected] of answered) {
    it(`answers ${name}`, async () => {
      expect(await get("/api/v1/query", parameters)).toEqual(expected);
    });
  }

  it("takes a form by POST", async () => {
    const body = new URLSearchParams({ query: "1 + 1" });
    const response = await fetch(`${server.url}/api/v1/query`, { method: "POST", body });
    expect(await response.json()).toEqual(success("scalar", [NOW, "2"]).body);
  });

  const refused: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ["no query", {}, 'invalid parameter "query": 1:1: parse error: no expression found in input'],
    [
      "a bad time",
      { query: "up", time: "abc" },
      'invalid parameter "time": cannot parse "abc" to a valid timestamp',
    ],
    [
      "a bad timeout",
      { query: "up", timeout: "1ns" },
      'invalid parameter "timeout": cannot parse "1ns" to a valid duration',
    ],
  ];
  for (const [name, parameters, message] of refused) {
    it(`refuses ${name}`, async () => {
      expect(await get("/api/v1/query", parameters)).toEqual(failure(400, "bad_data", message));
    });
  }

  it("says which series it cannot pair up", async () => {
    expect(await get("/api/v1/query", { query: "up / on(job) app_requests_total" })).toEqual(
      failure(
        422,
        "execution",
        'found duplicate series for the match group {job="app"} on the right hand-side of the ' +
          'operation: [{__name__="app_requests_total", code="200", instance="127.0.0.1:39101", ' +
          'job="app"}, {__name__="app_requests_total", code="500", instance="127.0.0.1:39101", ' +
          'job="app"}];many-to-many matching not allowed: matching labels must be unique on one side',
      ),
    );
    expect(await get("/api/v1/query", { query: "app_requests_total / on(job) up" })).toEqual(
      failure(
        422,
        "execution",
        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
      ),
    );
  });

  it.each([
    '{__name__=~"up|ready"} * 1',
    '-{__name__=~"up|ready"}',
    'rate({__name__=~"up|ready"}[5s])',
  ])("refuses %s: without their names the two series are one", async (query) => {
    expect(await get("/api/v1/query", { query })).toEqual(
      failure(422, "execution", "vector cannot contain metrics with the same labelset"),
    );
  });
});

describe("/api/v1/query_range", () => {
  it("answers points at start + k · step, the end included", async () => {
    const parameters = {
      query: "app_requests_total{code='500'}",
      start: "1795353858.5",
      end: "1795353862.5",
      step: "2",
    };
    expect(await get("/api/v1/query_range", parameters)).toEqual(
      success("matrix", [
        {
          metric: {
            __name__: "app_requests_total",
            code: "500",
            instance: "127.0.0.1:39101",
            job: "app",
          },
          values: [
            [1795353858.5, "52"],
            [1795353860.5, "54"],
            [1795353862.5, "56"],
          ],
        },
      ]),
    );
  });

  it("leaves out the points for which there is no value, and keeps NaN", async () => {
    const range = { start: String(NOW - 120), end: String(NOW), step: "40s" };
    expect(await get("/api/v1/query_range", { query: "sum(latency)", ...range })).toEqual(
      success("matrix", [
        {
          metric: {},
          values: [
            [1795353825.616, "NaN"],
            [NOW, "NaN"],
          ],
        },
      ]),
    );
  });

  it("answers a scalar as one series without labels, and nothing as no series", async () => {
    const range = { start: "10", end: "11", step: "1" };
    expect(await get("/api/v1/query_range", { query: "7", ...range })).toEqual(
      success("matrix", [
        {
          metric: {},
          values: [
            [10, "7"],
            [11, "7"],
          ],
        },
      ]),
    );
    expect(await get("/api/v1/query_range", { query: "up", ...range })).toEqual(
      success("matrix", []),
    );
  });

  const refused: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    [
      "an end before the start",
      { start: "10", end: "9", step: "1" },
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      "no step",
      { start: "10", end: "11" },
      'invalid parameter "step": cannot parse "" to a valid duration',
    ],
    [
      "a step of zero",
      { start: "10", end: "11", step: "0" },
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      "too many points",
      { start: "0", end: "11001", step: "1" },
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    ],
    [
      "a range vector",
      { query: "up[5s]", start: "1", end: "2", step: "1" },
      'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    ],
  ];
  for (const [name, parameters, message] of refused) {
    it(`refuses ${name}`, async () => {
      expect(await get("/api/v1/query_range", { query: "up", ...parameters })).toEqual(
        failure(400, "bad_data", message),
      );
    });
  }

  it("takes 11,001 points", async () => {
    const range = { start: "0", end: "11000", step: "1" };
    expect(await get("/api/v1/query_range", { query: "up", ...range })).toEqual(
      success("matrix", []),
    );
  });
});

describe("the rest of the server", () => {
  it("is 404 in text for what it does not know, as Prometheus", async () => {
    expect(await get("/api/v1/series")).toEqual({ status: 404, body: "404 page not found\n" });
    expect(await get("/constructor")).toEqual({ status: 404, body: "404 page not found\n" });
  });

  it("refuses other methods, and a query longer than 64 KiB", async () => {
    const url = `${server.url}/api/v1/query`;
    expect((await fetch(url, { method: "DELETE" })).status).toBe(405);
    const body = new URLSearchParams({ query: "1".repeat(65 * 1024) });
    expect((await fetch(url, { method: "POST", body })).status).toBe(413);
  });

  it("shows a query to a person who follows a link", async () => {
    const { status, body } = await get("/graph", { "g0.expr": "sum(up)" });
    expect(status).toBe(200);
    expect(body).toContain("sum(up)\n\nat 2026-11-22T13:24:25.616Z\n");
    expect((await get("/graph", { "g0.expr": "sum(" })).body).toContain("unexpected end of input");
  });
});
