import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createArtifactStore } from "../../src/demo/artifacts/artifact-store.ts";
import { type RunningServer, startServer } from "../../src/demo/http/start-server.ts";
import { createMetricsApi } from "../../src/demo/metrics-server/metrics-api.ts";
import { startMetricsServer } from "../../src/demo/metrics-server/metrics-server.ts";
import { createSeriesStore } from "../../src/demo/metrics-server/series-store.ts";
import { startRuntime } from "../../src/demo/runtime/start-runtime.ts";
import { createModel, renderModel } from "../../src/demo/training/model-file.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { type AnsweredSeries, askPrometheus } from "../support/prometheus-client.ts";
import { quietLog } from "../support/quiet-log.ts";
import {
  findPrometheus,
  type RealPrometheus,
  startPrometheus,
} from "../support/real-prometheus.ts";
import { aPair } from "../support/sample-pairs.ts";

const VERSION = findPrometheus();
const MISSING = "no prometheus on the path: apt-get install prometheus";
const SCRAPES = 22;
const PAIRS = [aPair({ id: "m1-m2" }), aPair({ id: "m1-m3", sameCompany: true })];

/** Every query that a watch of the demo uses is of one of these shapes. */
const QUERIES = [
  'sum(rate(predictions_total{model="pymk",version="1",outcome="ok"}[10s])) / sum(rate(predictions_total{model="pymk",version="1"}[10s]))',
  "sum by (outcome) (increase(predictions_total[10s]))",
  "rate(predictions_total[5s])",
  'predictions_total{outcome=~"ok|timeout"}',
  'predictions_total{outcome!~"ok|timeout",version!="2"}',
  "histogram_quantile(0.95, sum by (le) (rate(prediction_seconds_bucket[10s])))",
  "histogram_quantile(0.5, rate(prediction_seconds_bucket[10s]))",
  "rate(prediction_seconds_sum[10s]) / rate(prediction_seconds_count[10s])",
  "avg without (outcome, instance) (predictions_total)",
  "max(predictions_total) - min(predictions_total)",
  "count by (environment) (predictions_total > 0)",
  "predictions_total > bool 5",
  "-up + 2 ^ 3 % 5 * (1 / 4)",
  "deployed_info == 1",
  "1 / 0",
  "sum(rate(predictions_total{outcome='error'}[10s])) / 0",
  "up[3s]",
];

/** Where Prometheus has nothing to say: then nothing must be said here either. */
const EMPTY_QUERIES = [
  'sum(rate(predictions_total{version="nope"}[10s])) / sum(rate(predictions_total[10s]))',
  "predictions_total > 1e9",
  "rate(predictions_total[1s])",
  "up / nothing_at_all",
];

const REFUSED: readonly (readonly ["query" | "query_range", Readonly<Record<string, string>>])[] = [
  ["query", { query: "sum(" }],
  ["query", { query: "" }],
  ["query", { query: "up{" }],
  ["query", { query: "{}" }],
  ["query", { query: "rate(up)" }],
  ["query", { query: "1 > 2" }],
  ["query", { query: "sum(1)" }],
  ["query", { query: 'up{a=~"("}' }],
  ["query", { query: "up", time: "abc" }],
  ["query", { query: "up / on(job) predictions_total" }],
  ["query", { query: "predictions_total / on(job) up" }],
  ["query", { query: '{__name__=~"predictions_total|requests_total"} / on() up' }],
  ["query_range", { query: "up", start: "10", end: "9", step: "1" }],
  ["query_range", { query: "up", start: "0", end: "11001", step: "1" }],
  ["query_range", { query: "up", start: "0", end: "10", step: "0" }],
  ["query_range", { query: "up[5s]", start: "0", end: "10", step: "1" }],
];

/** Equal labels and instants; values equal within a relative tolerance, and both NaN or infinite alike. */
function expectSame(
  ours: readonly AnsweredSeries[],
  theirs: readonly AnsweredSeries[],
  tolerance: number,
): void {
  expect(ours.map(({ metric }) => metric)).toEqual(theirs.map(({ metric }) => metric));
  for (const [index, series] of ours.entries()) {
    const other = theirs[index]?.values ?? [];
    expect(series.values.map(([at]) => at)).toEqual(other.map(([at]) => at));
    for (const [point, [at, value]] of series.values.entries()) {
      const wanted = other[point]?.[1] ?? Number.NaN;
      const same =
        Object.is(value, wanted) ||
        Math.abs(value - wanted) <= tolerance * Math.max(Math.abs(value), Math.abs(wanted));
      expect(
        same ? "same" : `${JSON.stringify(series.metric)} at ${at}: ${value}, not ${wanted}`,
      ).toBe("same");
    }
  }
}

process.stdout.write(VERSION === null ? `${MISSING}\n` : `found prometheus ${VERSION}\n`);

if (VERSION === null && process.env.SLIPWAY_LIVE === "all") {
  it("needs a real Prometheus", () => {
    throw new Error(MISSING);
  });
}

describe.skipIf(VERSION === null)(
  `the sample metrics server beside a real Prometheus (${VERSION ?? MISSING})`,
  () => {
    let folder: string;
    let runtime: RunningServer;
    let own: RunningServer;
    let real: RealPrometheus;
    /** Ours, holding exactly what the real one scraped. */
    let copy: RunningServer;
    /** Seconds; every window of the queries lies inside the history, and no scrape is at its border. */
    let now: number;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "slipway-live-"));
      const artifacts = createArtifactStore(folder);
      runtime = await startRuntime({
        environment: "production",
        port: 0,
        artifacts,
        pairs: PAIRS,
        folder: join(folder, "runtime"),
        clock: systemClock,
        deployTime: { pending: 1, running: 1 },
        overlap: 0,
        traffic: { prediction: 20, feed: 200 },
      });
      await deployModel(
        await artifacts.put(
          { component: "model-pymk", version: "1", file: "model.json" },
          renderModel(createModel(["bias", "same_company"], [-1, 2])),
        ),
      );
      await post("/degrade", { mode: "garbage", share: 0.2 });
      const target = `${runtime.url}/metrics`;
      own = await startMetricsServer({
        targets: [{ url: target, job: "runtime" }],
        ...{ every: 1000, port: 0, clock: systemClock, log: quietLog },
      });
      real = await startPrometheus(
        [
          "global: { scrape_interval: 1s, scrape_timeout: 1s }",
          "scrape_configs:",
          `  - { job_name: runtime, static_configs: [{ targets: ["${new URL(target).host}"] }] }`,
        ].join("\n"),
      );
      await Promise.all([own.url, real.url].map((url) => untilScraped(url, SCRAPES)));
      const scraped = await askPrometheus(real.url, "query", { query: 'up{job="runtime"}[1h]' });
      const last = "series" in scraped ? (scraped.series[0]?.values.at(-1)?.[0] ?? 0) : 0;
      now = Math.round((last + 0.337) * 1000) / 1000;
      // Until a scrape later than `now`, an answer about `now` could still change.
      await untilScraped(real.url, SCRAPES + 2);
      copy = await copyOf(real.url);
    });

    afterAll(async () => {
      await Promise.all([copy?.close(), own?.close(), real?.close()]);
      await runtime?.close();
      await rm(folder, { recursive: true });
    });

    async function post(path: string, body: object, headers = {}): Promise<Response> {
      return fetch(`${runtime.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    }

    async function deployModel({ uri, digest }: { uri: string; digest: string }): Promise<void> {
      const request = { app: "model-pymk", version: "1", environment: "production" };
      const body = { ...request, artifact: uri, digest };
      await post("/deploys", body, { "idempotency-key": "live-1" });
      while ((await fetch(`${runtime.url}/models/pymk/score?pair=m1-m2`)).status === 503) {
        await systemClock.sleep(10);
      }
    }

    async function untilScraped(url: string, scrapes: number): Promise<void> {
      for (;;) {
        const answer = await askPrometheus(url, "query", { query: 'up{job="runtime"}[1h]' });
        if ("series" in answer && (answer.series[0]?.values.length ?? 0) >= scrapes) return;
        await systemClock.sleep(100);
      }
    }

    async function copyOf(url: string): Promise<RunningServer> {
      const answer = await askPrometheus(url, "query", { query: '{job="runtime"}[1h]' });
      if (!("series" in answer)) throw new Error(answer.error);
      const store = createSeriesStore(60 * 60 * 1000);
      for (const { metric, values } of answer.series) {
        for (const [at, value] of values)
          store.append(metric, { at: Math.round(at * 1000), value });
      }
      const api = createMetricsApi({ store, clock: systemClock, log: quietLog });
      return startServer(createServer(api), 0);
    }

    async function seriesOf(url: string, path: "query" | "query_range", parameters: object) {
      const answer = await askPrometheus(url, path, { ...parameters });
      if ("error" in answer) throw new Error(answer.error);
      return answer;
    }

    it.each(QUERIES)("answers on the same samples the same numbers: %s", async (query) => {
      const parameters = { query, time: now };
      const theirs = await seriesOf(real.url, "query", parameters);
      const ours = await seriesOf(copy.url, "query", parameters);
      expect(theirs.series).not.toEqual([]);
      expect(ours.type).toBe(theirs.type);
      expectSame(ours.series, theirs.series, 1e-9);
    });

    it.each(QUERIES.filter((query) => !query.startsWith("up[")))(
      "answers on the same samples the same ranges: %s",
      async (query) => {
        const parameters = { query, start: now - 7, end: now, step: "700ms" };
        const theirs = await seriesOf(real.url, "query_range", parameters);
        const ours = await seriesOf(copy.url, "query_range", parameters);
        expect(theirs.series).not.toEqual([]);
        expectSame(ours.series, theirs.series, 1e-9);
      },
    );

    it.each(EMPTY_QUERIES)("has nothing to say where Prometheus has not: %s", async (query) => {
      const theirs = await seriesOf(real.url, "query", { query, time: now });
      const ours = await seriesOf(copy.url, "query", { query, time: now });
      expect([theirs.series, ours.series]).toEqual([[], []]);
    });

    it.each(QUERIES.slice(0, 2))("on its own scrapes comes close: %s", async (query) => {
      const parameters = { query, time: now };
      const theirs = await seriesOf(real.url, "query", parameters);
      const ours = await seriesOf(own.url, "query", parameters);
      expect(theirs.series).not.toEqual([]);
      expectSame(ours.series, theirs.series, 0.2);
    });

    it("scrapes the same series", async () => {
      const names = [
        "up|deployed_info|predictions_total|requests_total",
        "prediction_seconds_(bucket|sum|count)|request_seconds_(bucket|sum|count)",
      ].join("|");
      const query = `count by (__name__, environment, job, instance) ({__name__=~"${names}"})`;
      const theirs = await seriesOf(real.url, "query", { query, time: now });
      const ours = await seriesOf(own.url, "query", { query, time: now });
      expect(theirs.series).toHaveLength(10);
      expectSame(ours.series, theirs.series, 0);
    });

    it.each(REFUSED)("refuses with the same kind of error: %s %j", async (path, parameters) => {
      const theirs = await askPrometheus(real.url, path, parameters);
      const ours = await askPrometheus(copy.url, path, parameters);
      const kind = ({ status, ...rest }: typeof ours) => ({
        status,
        errorType: "errorType" in rest ? rest.errorType : "none",
      });
      expect(kind(theirs).status).toBeGreaterThanOrEqual(400);
      expect(kind(ours)).toEqual(kind(theirs));
    });
  },
);
