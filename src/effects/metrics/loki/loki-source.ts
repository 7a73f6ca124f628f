import type { Instant } from "../../../core/json.ts";
import type { Reading } from "../../../core/verdict.ts";
import type { Clock } from "../../../shared/clock.ts";
import { renderQuery } from "../../../shared/queries/registry.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { settledGrid } from "../aligned-buckets.ts";
import { lacking, noAlerts } from "../forms.ts";
import { createMetricServer } from "../metric-server.ts";
import type { MetricSource, RangeQuery } from "../metric-source.ts";
import { parseMatrix } from "../prometheus/parse-answer.ts";
import { createSeriesCollector } from "../prometheus/raw-series.ts";
import { gridOf, piecesOf, type SampleGrid } from "../sample-grid.ts";
import { readLines } from "./log-lines.ts";
import { patternsOf } from "./log-pattern.ts";
import type { LokiSettings } from "./loki-settings.ts";
import { selectorOf } from "./selector.ts";

const LARGEST_ANSWER = 8_000_000;
const MOST_PIECES = 4;
/** Of different patterns in one window: more is free text, which has none. */
const MOST_PATTERNS = 1_000;

/**
 * Grafana Loki. `value` takes a metric query. `increase` takes a log query and counts its lines in each step,
 * `(point - step, point]`, so that none is counted twice. Loki answers nothing for a step without lines: it is
 * 0 where the same streams have other lines in that step, and no data where they have none at all, as when the
 * shipping of logs has stopped. `patterns` reads the lines themselves.
 */
export function createLokiSource(
  settings: LokiSettings,
  services: { readonly clock: Clock },
): MetricSource {
  const server = createMetricServer(settings, services);

  async function answer(query: RangeQuery, signal: AbortSignal): Promise<Reading> {
    const grid = settledGrid(
      gridOf(query.from, query.to, query.step),
      services.clock.now(),
      settings.delay,
    );
    switch (query.form) {
      case "value":
        return numbers(query.query, grid, signal);
      case "increase":
        return increase(query.query, grid, signal);
      case "patterns":
        return patterns(query, signal);
      case "buckets":
        return lacking("loki", query.form);
    }
  }

  async function increase(query: string, grid: SampleGrid, signal: AbortSignal): Promise<Reading> {
    const selector = selectorOf(query);
    if (selector === null) {
      const why =
        'a log query is needed, which begins with { as {app="feed"} |= "error"; Slipway counts its lines';
      return { kind: "error", why };
    }
    const counted = await numbers(lineCount(query, grid), grid, signal);
    if (counted.kind !== "samples") return counted;
    const isWhole = counted.samples.every(({ value }) => value !== null);
    if (isWhole || selector === query.trim()) return counted;
    const shipped = await numbers(lineCount(selector, grid), grid, signal);
    if (shipped.kind !== "samples") return shipped;
    const samples = counted.samples.map(({ at, value }, index) => {
      const others = shipped.samples[index]?.value ?? 0;
      return { at, value: value ?? (others > 0 ? 0 : null) };
    });
    return { kind: "samples", samples };
  }

  async function numbers(query: string, grid: SampleGrid, signal: AbortSignal): Promise<Reading> {
    const pieces = piecesOf(grid);
    if (pieces.length > MOST_PIECES) {
      return { kind: "error", why: "the window has too many points: measure less often" };
    }
    const collector = createSeriesCollector(grid, 1);
    for (const piece of pieces) {
      const answer = await ask(
        {
          query,
          start: nanoseconds(piece.first),
          end: nanoseconds(piece.last),
          step: seconds(piece),
        },
        signal,
      );
      const matrix = parseMatrix(answer, { system: "Loki", mostSeries: 1 });
      if (matrix.kind !== "matrix") return matrix;
      const problem = collector.add(piece, matrix.series);
      if (problem !== null) return { kind: "error", why: problem };
    }
    const [series] = collector.series();
    const samples = Array.from({ length: grid.points }, (_none, index) => ({
      at: grid.first + index * grid.step,
      value: series?.values[index] ?? null,
    }));
    return { kind: "samples", samples };
  }

  async function patterns({ query, from, to }: RangeQuery, signal: AbortSignal): Promise<Reading> {
    const read = await readLines(
      (start, end) =>
        ask(
          {
            ...{ query, start: `${start}`, end: `${end}`, direction: "backward" },
            limit: String(settings.linesAtOnce),
          },
          signal,
        ),
      {
        from: BigInt(from) * 1_000_000n,
        to: BigInt(to) * 1_000_000n,
        atOnce: settings.linesAtOnce,
        most: settings.mostLines,
      },
    );
    if (read.kind !== "lines") return read;
    const found = patternsOf(read.lines);
    if (found.length <= MOST_PATTERNS) return { kind: "patterns", patterns: found };
    const why = `the lines have more than ${MOST_PATTERNS} patterns, so that new ones cannot be told: select fewer lines, e.g. |= "error"`;
    return { kind: "partial", why };
  }

  function ask(
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const query = new URLSearchParams(parameters);
    const path = "/loki/api/v1/query_range";
    return server.ask({ path, query, maxBytes: LARGEST_ANSWER }, signal);
  }

  return {
    name: settings.name,
    render: (query, variables) => renderQuery("logql", query, variables),
    range: (query, signal) => server.reading(() => answer(query, signal)),
    alerts: (_match, _signal) => server.reading(async () => noAlerts("loki")),
    link: (query) => {
      if (settings.page === null) return null;
      const queries = [{ refId: "A", expr: query, queryType: "range" }];
      const { datasource } = settings;
      const range = { from: "now-1h", to: "now" };
      const panes = { slipway: { ...(datasource === null ? {} : { datasource }), queries, range } };
      return server.pageAt("/explore", { schemaVersion: "1", panes: JSON.stringify(panes) });
    },
  };
}

/** A pipeline may end in a comment. */
function lineCount(query: string, grid: SampleGrid): string {
  return `sum(count_over_time(${query}\n[${seconds(grid)}s]))`;
}

function nanoseconds(at: Instant): string {
  return (BigInt(at) * 1_000_000n).toString();
}

function seconds({ step }: SampleGrid): string {
  return String(step / 1_000);
}
