import type { Reading, Sample } from "../../../core/verdict.ts";
import type { Clock } from "../../../shared/clock.ts";
import { renderQuery } from "../../../shared/queries/registry.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import type { Refused } from "../answer-words.ts";
import { lacking } from "../forms.ts";
import { createMetricServer, type MetricServerSettings } from "../metric-server.ts";
import type { MetricSource, RangeQuery } from "../metric-source.ts";
import { gridOf, MOST_POINTS, piecesOf, placeOnGrid, type SampleGrid } from "../sample-grid.ts";
import { increasesOf, sumOf } from "./counter-increase.ts";
import { histogramCounts } from "./histogram-counts.ts";
import { parseFiringAlerts } from "./parse-alerts.ts";
import { parseAnswer, parseMatrix } from "./parse-answer.ts";
import { createSeriesCollector, type GridSeries, misplacedText } from "./raw-series.ts";

/** One series of 11,000 points is some 400 kB; more is a query that gives many. */
const LARGEST_ANSWER = 8_000_000;
/** 1,000 series of an hour at 15 seconds are some 7 MB. */
const LARGEST_RAW_ANSWER = 32_000_000;
const MOST_SERIES = 5_000;
/** 30 days at 15 seconds fit. */
const MOST_PIECES = 16;

/**
 * Prometheus, and what speaks its language: Thanos, Mimir, VictoriaMetrics.
 *
 * `increase` and `buckets` ask for the counters as they are, from one step before the window, and subtract:
 * `rate()` and `increase()` would extrapolate, and with a range longer than the step would count events
 * twice. Prometheus answers each point with the last value of the 5 minutes before it. So a late scrape is an
 * increase of 0 and then one of both steps; a target that dies without a staleness marker goes on with 0 for
 * up to 5 minutes; one that ends in good order, or is away for longer, has no point. A series that was away
 * for longer than that at the first point, and comes back, is taken for one that began there.
 */
export function createPrometheusSource(
  settings: MetricServerSettings,
  services: { readonly clock: Clock },
): MetricSource {
  const server = createMetricServer(settings, services);
  const { name } = settings;
  // Some proxies that only read let no POST through; once is enough to find out.
  let method: "POST" | "GET" = "POST";

  async function range(query: RangeQuery, signal: AbortSignal): Promise<Reading> {
    const grid = gridOf(query.from, query.to, query.step);
    if (piecesOf(grid).length > MOST_PIECES) {
      const why = `the window has more than ${MOST_PIECES * MOST_POINTS} points: measure less often, or for less long`;
      return { kind: "error", why };
    }
    switch (query.form) {
      case "value":
        return valueReading(query.query, grid, signal);
      case "increase":
        return increaseReading(query.query, grid, signal);
      case "buckets":
        return bucketsReading(query.query, grid, signal);
      case "patterns":
        return lacking("prometheus", query.form);
    }
  }

  async function valueReading(
    query: string,
    grid: SampleGrid,
    signal: AbortSignal,
  ): Promise<Reading> {
    const samples: Sample[] = [];
    for (const piece of piecesOf(grid)) {
      const answer = parseAnswer(await askRange(query, piece, LARGEST_ANSWER, signal));
      if (answer.kind !== "series") return answer;
      const placed = placeOnGrid(piece, answer.values);
      if ("misplaced" in placed) return { kind: "error", why: misplacedText(placed.misplaced) };
      samples.push(...placed);
    }
    return { kind: "samples", samples };
  }

  async function increaseReading(
    query: string,
    grid: SampleGrid,
    signal: AbortSignal,
  ): Promise<Reading> {
    const raw = await rawSeries(query, grid, signal);
    if (raw.kind !== "raw") return raw;
    const sums = sumOf(
      raw.series.map(({ values }) => increasesOf(values)),
      grid.points,
    );
    const samples = sums.map((value, index) => ({ at: grid.first + index * grid.step, value }));
    return { kind: "samples", samples };
  }

  async function bucketsReading(
    query: string,
    grid: SampleGrid,
    signal: AbortSignal,
  ): Promise<Reading> {
    const raw = await rawSeries(query, grid, signal);
    if (raw.kind !== "raw") return raw;
    const summed = histogramCounts(raw.series, grid.points);
    if (summed.kind === "error") return summed;
    const points = summed.counts.map((counts, index) => ({
      at: grid.first + index * grid.step,
      counts,
    }));
    return { kind: "buckets", histograms: { bounds: summed.bounds, points } };
  }

  /** Every series of the query, from one step before the grid. */
  async function rawSeries(
    query: string,
    grid: SampleGrid,
    signal: AbortSignal,
  ): Promise<{ readonly kind: "raw"; readonly series: readonly GridSeries[] } | Refused> {
    if (grid.points === 0) return { kind: "raw", series: [] };
    const before = gridOf(grid.first - grid.step, grid.last, grid.step);
    const collector = createSeriesCollector(before, MOST_SERIES);
    for (const piece of piecesOf(before)) {
      const answer = await askRange(query, piece, LARGEST_RAW_ANSWER, signal);
      const matrix = parseMatrix(answer, { system: "Prometheus", mostSeries: MOST_SERIES });
      if (matrix.kind !== "matrix") return matrix;
      const problem = collector.add(piece, matrix.series);
      if (problem !== null) return { kind: "error", why: problem };
    }
    return { kind: "raw", series: collector.series() };
  }

  async function askRange(
    query: string,
    grid: SampleGrid,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const form = new URLSearchParams({
      query,
      start: seconds(grid.first),
      end: seconds(grid.last),
      step: seconds(grid.step),
      timeout: `${settings.timeout}ms`,
    });
    const path = "/api/v1/query_range";
    if (method === "POST") {
      const body = { type: "application/x-www-form-urlencoded", text: form.toString() };
      const answer = await server.ask({ path, method, body, maxBytes }, signal);
      if (answer.status !== 405) return answer;
      method = "GET";
    }
    return server.ask({ path, query: form, maxBytes }, signal);
  }

  return {
    name,
    render: (query, variables) => renderQuery("promql", query, variables),
    range: (query, signal) => server.reading(() => range(query, signal)),
    // Prometheus knows neither silences nor inhibitions: those are Alertmanager's.
    alerts: (match, signal) =>
      server.reading(async () => {
        const answer = await server.ask(
          { path: "/api/v1/alerts", maxBytes: LARGEST_ANSWER },
          signal,
        );
        return parseFiringAlerts(answer, match, server.pageAt("/alerts", {}));
      }),
    link: (query) => server.pageAt("/graph", { "g0.expr": query, "g0.tab": "0" }),
  };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}
