import { z } from "zod";
import type { Reading } from "../../../core/verdict.ts";
import type { Clock } from "../../../shared/clock.ts";
import { renderQuery } from "../../../shared/queries/registry.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { samplesOfBuckets, settledGrid, spanOf } from "../aligned-buckets.ts";
import { jsonOf, notFrom, refusalOf } from "../answer-words.ts";
import { noAlerts, withoutForm } from "../forms.ts";
import { createMetricServer, type DelayedServerSettings } from "../metric-server.ts";
import type { MetricSource, RangeQuery } from "../metric-source.ts";
import { gridOf, type SampleGrid } from "../sample-grid.ts";

const LARGEST_ANSWER = 8_000_000;
const MOST_POINTS = 20_000;

/** An infinite one is printed as 1e9999. */
const value = z.custom<number | null>((given) => given === null || typeof given === "number");

/** The value first, then seconds since the epoch. */
const Answer = z.array(z.object({ datapoints: z.array(z.tuple([value, z.number()])) }));

/**
 * Graphite's render API. The target is put into `summarize()` with the step, whose buckets begin at multiples
 * of it: `value` is the average of a step, `increase` the sum of what a metric that counts per interval (as
 * StatsD's `count`) has in it. `maxDataPoints` is never sent: Graphite would average what does not fit.
 */
export function createGraphiteSource(
  settings: DelayedServerSettings,
  services: { readonly clock: Clock },
): MetricSource {
  const server = createMetricServer(settings, services);

  async function range(query: RangeQuery, signal: AbortSignal): Promise<Reading> {
    const without = withoutForm("graphite", query.form);
    if (without !== null) return without;
    const all = gridOf(query.from, query.to, query.step);
    const grid = settledGrid(all, services.clock.now(), settings.delay);
    if (grid.points === 0) return { kind: "samples", samples: [] };
    if (grid.points > MOST_POINTS || grid.step % 1_000 !== 0) {
      const why =
        grid.step % 1_000 === 0
          ? `the window has more than ${MOST_POINTS} points: measure less often`
          : "Graphite counts in whole seconds: measure every 1s, 10s, 1m …";
      return { kind: "error", why };
    }
    const { start, end } = spanOf(grid);
    const how = query.form === "increase" ? "sum" : "avg";
    const parameters = new URLSearchParams({
      target: `summarize(${query.query},"${grid.step / 1_000}s","${how}",false)`,
      // The point at `from` itself is left out; what comes with it is before the window.
      from: String((start - grid.step) / 1_000),
      until: String(end / 1_000),
      format: "json",
    });
    const asked = { path: "/render", query: parameters, maxBytes: LARGEST_ANSWER };
    return parseAnswer(await server.ask(asked, signal), grid);
  }

  return {
    name: settings.name,
    render: (query, variables) => renderQuery("graphite", query, variables),
    range: (query, signal) => server.reading(() => range(query, signal)),
    alerts: (_match, _signal) => server.reading(async () => noAlerts("graphite")),
    link: (query) => server.pageAt("/render", { target: query, width: "800", height: "400" }),
  };
}

function parseAnswer(answer: HttpAnswer, grid: SampleGrid): Reading {
  const refusal = refusalOf(answer);
  if (refusal !== null) return { kind: "error", why: refusal };
  const parsed = Answer.safeParse(jsonOf(answer));
  if (!parsed.success) return { kind: "error", why: notFrom("Graphite", answer) };
  const [series, ...more] = parsed.data;
  if (more.length > 0) {
    const why = `the target gives ${more.length + 1} series, and one is needed: aggregate it, as in sumSeries(…)`;
    return { kind: "error", why };
  }
  // A metric that is not known is no error of Graphite's, and no series.
  const buckets = (series?.datapoints ?? []).map(([number, seconds]) => ({
    at: seconds * 1_000,
    value: number !== null && Number.isFinite(number) ? number : null,
  }));
  return samplesOfBuckets(grid, buckets, "Graphite");
}
