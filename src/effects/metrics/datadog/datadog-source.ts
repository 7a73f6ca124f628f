import { z } from "zod";
import type { Reading, Sample } from "../../../core/verdict.ts";
import type { Clock } from "../../../shared/clock.ts";
import { renderQuery } from "../../../shared/queries/registry.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { oneLine } from "../../one-line.ts";
import { samplesOfBuckets, settledGrid, spanOf } from "../aligned-buckets.ts";
import { jsonOf, notFrom, refusalOf } from "../answer-words.ts";
import { noAlerts, withoutForm } from "../forms.ts";
import { createMetricServer, type DelayedServerSettings } from "../metric-server.ts";
import type { MetricSource, RangeQuery } from "../metric-source.ts";
import { gridOf, type SampleGrid } from "../sample-grid.ts";

const LARGEST_ANSWER = 8_000_000;
/** Datadog gives longer steps than were asked for rather than more points of one series than this. */
const MOST_POINTS = 1_500;

const Answer = z.object({
  errors: z.string().nullish(),
  data: z.object({
    attributes: z.object({
      series: z.array(z.unknown()),
      times: z.array(z.number()),
      values: z.array(z.array(z.number().nullable())),
    }),
  }),
});

const Failure = z.object({ errors: z.union([z.string(), z.array(z.unknown())]) });

/**
 * Datadog, by `POST /api/v2/query/timeseries`. It names a step by its beginning; a sample is about the step
 * that ends at it. `increase` wants `.as_count()`, without which a counter comes as a rate by the second.
 */
export function createDatadogSource(
  settings: DelayedServerSettings,
  services: { readonly clock: Clock },
): MetricSource {
  const server = createMetricServer(settings, services);

  async function answer(query: RangeQuery, signal: AbortSignal): Promise<Reading> {
    const without = withoutForm("datadog", query.form);
    if (without !== null) return without;
    if (query.form === "increase" && !query.query.includes(".as_count()")) {
      const why =
        "events are counted, so the query needs .as_count(), as in sum:errors{…}.as_count()";
      return { kind: "error", why };
    }
    const all = gridOf(query.from, query.to, query.step);
    const grid = settledGrid(all, services.clock.now(), settings.delay);
    if (grid.points === 0) return { kind: "samples", samples: [] };
    if (grid.points > MOST_POINTS) {
      const why = `the window has ${grid.points} points, and Datadog makes longer steps of more than ${MOST_POINTS}: measure less often`;
      return { kind: "error", why };
    }
    const { start, end } = spanOf(grid);
    const attributes = {
      ...{ from: start, to: end, interval: grid.step },
      queries: [{ data_source: "metrics", name: "a", query: query.query }],
      formulas: [{ formula: "a" }],
    };
    const text = JSON.stringify({ data: { type: "timeseries_request", attributes } });
    const path = "/api/v2/query/timeseries";
    const body = { type: "application/json", text };
    const asked = { path, method: "POST", body, maxBytes: LARGEST_ANSWER } as const;
    return parseAnswer(await server.ask(asked, signal), grid);
  }

  return {
    name: settings.name,
    render: (query, variables) => renderQuery("datadog", query, variables),
    range: (query, signal) => server.reading(() => answer(query, signal)),
    alerts: (_match, _signal) => server.reading(async () => noAlerts("datadog")),
    link: (query) => server.pageAt("/metric/explorer", { exp_query: query }),
  };
}

function parseAnswer(answer: HttpAnswer, grid: SampleGrid): Reading {
  if (answer.status === 429) return { kind: "error", why: rateLimitText(answer) };
  const refusal = refusalOf(answer, wordsOf);
  if (refusal !== null) return { kind: "error", why: refusal };
  const body = jsonOf(answer);
  const said = wordsOf(body);
  if (said !== null) return { kind: "error", why: oneLine(said) };
  const parsed = Answer.safeParse(body);
  if (!parsed.success) return { kind: "error", why: notFrom("Datadog", answer) };
  const { series, times, values } = parsed.data.data.attributes;
  if (series.length > 1 || values.length > 1) {
    const why = `the query gives ${Math.max(series.length, values.length)} series, and one is needed: take "by {…}" out of it`;
    return { kind: "error", why };
  }
  const [numbers = []] = values;
  if (numbers.length !== times.length && values.length > 0) {
    return { kind: "error", why: "it answered with other numbers of times and of values" };
  }
  const buckets = times.map((at, index): Sample => ({ at, value: numbers[index] ?? null }));
  return samplesOfBuckets(grid, buckets, "Datadog");
}

/** Its headers say how many in how long, and when it goes on. */
function rateLimitText({ headers }: HttpAnswer): string {
  const number = (name: string) => {
    const text = headers[`x-ratelimit-${name}`] ?? "";
    return /^\d+$/.test(text) ? Number(text) : null;
  };
  const [limit, period, reset] = [number("limit"), number("period"), number("reset")];
  const how = limit === null ? "" : ` of ${limit}${period === null ? "" : ` in ${period} s`}`;
  const when = reset === null ? "" : `; it answers again in ${reset} s`;
  return `its limit on queries${how} is reached (429)${when}: measure less often, or have Datadog raise it`;
}

function wordsOf(body: unknown): string | null {
  const parsed = Failure.safeParse(body);
  if (!parsed.success) return null;
  const { errors } = parsed.data;
  const words = (typeof errors === "string" ? [errors] : errors).map((one) =>
    typeof one === "string" ? one : JSON.stringify(one),
  );
  return words.join("; ") || null;
}
