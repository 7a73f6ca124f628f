import { z } from "zod";
import type { Reading } from "../../../core/verdict.ts";
import type { Clock } from "../../../shared/clock.ts";
import { fillInflux } from "../../../shared/queries/influxql.ts";
import { renderQuery } from "../../../shared/queries/registry.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { oneLine } from "../../one-line.ts";
import { samplesOfBuckets, settledGrid, spanOf } from "../aligned-buckets.ts";
import { jsonOf, notFrom, refusalOf } from "../answer-words.ts";
import { noAlerts, withoutForm } from "../forms.ts";
import { createMetricServer, type DelayedServerSettings } from "../metric-server.ts";
import type { MetricSource, RangeQuery } from "../metric-source.ts";
import { gridOf, type SampleGrid } from "../sample-grid.ts";

export interface InfluxdbSettings extends DelayedServerSettings {
  readonly database: string;
  /** null: the database's own. */
  readonly retentionPolicy: string | null;
}

const LARGEST_ANSWER = 8_000_000;
/** InfluxDB cuts an answer at `max-row-limit`, 10,000 where nobody changed it. */
const MOST_POINTS = 10_000;

const Answer = z.object({
  results: z.array(
    z.object({
      error: z.string().optional(),
      partial: z.boolean().optional(),
      messages: z.array(z.object({ level: z.string(), text: z.string() })).optional(),
      series: z
        .array(
          z.object({
            partial: z.boolean().optional(),
            columns: z.array(z.string()),
            values: z.array(z.array(z.unknown())).optional(),
          }),
        )
        .optional(),
    }),
  ),
});

const Failure = z.object({ error: z.string() });

/**
 * InfluxDB 1 by InfluxQL, and InfluxDB 2 where it has a mapping of its buckets to databases. The query groups
 * by steps, which InfluxDB names by their beginning; a sample is about the step that ends at it. `increase` is
 * what the query gives: `sum()` of points that count events, or `non_negative_difference(last())` of a counter.
 */
export function createInfluxdbSource(
  settings: InfluxdbSettings,
  services: { readonly clock: Clock },
): MetricSource {
  const server = createMetricServer(settings, services);

  async function range(query: RangeQuery, signal: AbortSignal): Promise<Reading> {
    const without = withoutForm("influxdb", query.form);
    if (without !== null) return without;
    const all = gridOf(query.from, query.to, query.step);
    const grid = settledGrid(all, services.clock.now(), settings.delay);
    if (grid.points === 0) return { kind: "samples", samples: [] };
    if (grid.points > MOST_POINTS) {
      const why = `the window has more than ${MOST_POINTS} points, which InfluxDB cuts: measure less often`;
      return { kind: "error", why };
    }
    const { start, end } = spanOf(grid);
    const q = fillInflux(query.query, {
      time: `time >= ${start}ms AND time < ${end}ms`,
      step: `${grid.step}ms`,
    });
    const parameters = new URLSearchParams({ db: settings.database, epoch: "ms", q });
    if (settings.retentionPolicy !== null) parameters.set("rp", settings.retentionPolicy);
    const asked = { path: "/query", query: parameters, maxBytes: LARGEST_ANSWER };
    return parseAnswer(await server.ask(asked, signal), grid);
  }

  return {
    name: settings.name,
    render: (query, variables) => renderQuery("influxql", query, variables),
    range: (query, signal) => server.reading(() => range(query, signal)),
    alerts: (_match, _signal) => server.reading(async () => noAlerts("influxdb")),
    link: () => (settings.page === null ? null : server.pageAt("", {})),
  };
}

function parseAnswer(answer: HttpAnswer, grid: SampleGrid): Reading {
  const refusal = refusalOf(answer, (body) => Failure.safeParse(body).data?.error ?? null);
  if (refusal !== null) return { kind: "error", why: refusal };
  const body = jsonOf(answer);
  const failure = Failure.safeParse(body);
  if (failure.success) return { kind: "error", why: oneLine(failure.data.error) };
  const parsed = Answer.safeParse(body);
  const [result, ...others] = parsed.data?.results ?? [];
  if (result === undefined || others.length > 0) {
    return { kind: "error", why: notFrom("InfluxDB", answer) };
  }
  // It answers 200 to what it could not do.
  if (result.error !== undefined) return { kind: "error", why: oneLine(result.error) };
  const warning = result.messages?.find(({ level }) => level !== "info");
  if (warning !== undefined) return { kind: "partial", why: oneLine(warning.text) };
  const [series, ...more] = result.series ?? [];
  if (result.partial === true || series?.partial === true) {
    return { kind: "partial", why: "its answer is cut (partial): measure less often" };
  }
  if (more.length > 0) {
    const why = `the query gives ${more.length + 1} series, and one is needed: group by time only`;
    return { kind: "error", why };
  }
  // Without any point there is no series.
  if (series === undefined) return samplesOfBuckets(grid, [], "InfluxDB");
  return parseRows(series.columns, series.values ?? [], grid);
}

function parseRows(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  grid: SampleGrid,
): Reading {
  if (columns.length !== 2 || columns[0] !== "time") {
    const why = `the query gives the columns ${oneLine(columns.join(", "), 100)}, and time with one number is needed: select one field`;
    return { kind: "error", why };
  }
  const buckets = [];
  for (const [at, value] of rows) {
    if (typeof at !== "number" || (typeof value !== "number" && value !== null)) {
      return { kind: "error", why: "the query gives values that are no numbers" };
    }
    buckets.push({ at, value: value !== null && Number.isFinite(value) ? value : null });
  }
  return samplesOfBuckets(grid, buckets, "InfluxDB");
}
