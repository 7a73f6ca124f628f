import type { Reading, Sample } from "../../../core/verdict.ts";
import type { Clock } from "../../../shared/clock.ts";
import { errorText } from "../../../shared/errors.ts";
import { renderPromql } from "../../../shared/promql-template.ts";
import { exchange, type HttpAnswer } from "../../http-exchange.ts";
import type { MetricSource, RangeQuery } from "../metric-source.ts";
import { type ParsedAnswer, parseAnswer } from "./parse-answer.ts";
import type { PrometheusSettings } from "./prometheus-settings.ts";
import { gridOf, MOST_POINTS, piecesOf, placeOnGrid, type SampleGrid } from "./sample-grid.ts";

/** One series of 11,000 points is some 400 kB; more is a query that gives many. */
const LARGEST_ANSWER = 8_000_000;
/** 30 days at 15 seconds fit. */
const MOST_PIECES = 16;

/** Prometheus, and what speaks its language: Thanos, Mimir, VictoriaMetrics. */
export function createPrometheusSource(
  settings: PrometheusSettings,
  { clock }: { readonly clock: Clock },
): MetricSource {
  const { name, timeout } = settings;
  const base = settings.url.replace(/\/+$/, "");
  const headers = { ...settings.headers, ...authorization(settings.auth) };
  // Some proxies that only read let no POST through; once is enough to find out.
  let method: "POST" | "GET" = "POST";

  async function range(query: RangeQuery, signal: AbortSignal): Promise<Reading> {
    const pieces = piecesOf(gridOf(query.from, query.to, query.step));
    if (pieces.length > MOST_PIECES) {
      const why = `${name}: the window has more than ${MOST_PIECES * MOST_POINTS} points: measure less often, or for less long`;
      return { kind: "error", why };
    }
    const samples: Sample[] = [];
    for (const piece of pieces) {
      const answer = await readPiece(query.query, piece, signal);
      if (answer.kind !== "series") return { ...answer, why: `${name}: ${answer.why}` };
      const placed = placeOnGrid(piece, answer.values);
      if ("misplaced" in placed) {
        const at = new Date(placed.misplaced);
        const when = Number.isNaN(at.getTime()) ? "no time at all" : at.toISOString();
        return {
          kind: "error",
          why: `${name}: it answered with a point that was not asked for: ${when}`,
        };
      }
      samples.push(...placed);
    }
    return { kind: "samples", samples };
  }

  async function readPiece(
    query: string,
    grid: SampleGrid,
    signal: AbortSignal,
  ): Promise<ParsedAnswer> {
    const form = new URLSearchParams({
      query,
      start: seconds(grid.first),
      end: seconds(grid.last),
      step: seconds(grid.step),
      timeout: `${timeout}ms`,
    });
    try {
      const answer = await ask(form, signal);
      if (answer.status === 405 && method === "POST") {
        method = "GET";
        return parseAnswer(await ask(form, signal));
      }
      return parseAnswer(answer);
    } catch (error) {
      return { kind: "error", why: errorText(error) };
    }
  }

  function ask(form: URLSearchParams, signal: AbortSignal): Promise<HttpAnswer> {
    const address = `${base}/api/v1/query_range`;
    const limits = { clock, signal, timeout, maxBytes: LARGEST_ANSWER };
    if (method === "GET") {
      return exchange({ method, url: `${address}?${form}`, headers, body: null }, limits);
    }
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const body = form.toString();
    return exchange({ method, url: address, headers: { ...headers, ...type }, body }, limits);
  }

  return {
    name,
    render: renderPromql,
    range,
    alerts: async () => ({ kind: "error", why: `${name} is not asked for alerts` }),
    link: (query) => {
      const address = settings.page ?? settings.url;
      if (!URL.canParse(address)) return null;
      const page = new URL(address);
      page.username = "";
      page.password = "";
      page.pathname = `${page.pathname.replace(/\/+$/, "")}/graph`;
      page.search = new URLSearchParams({ "g0.expr": query, "g0.tab": "0" }).toString();
      return page.toString();
    },
  };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}

function authorization(auth: PrometheusSettings["auth"]): Readonly<Record<string, string>> {
  switch (auth.kind) {
    case "none":
      return {};
    case "bearer":
      return { authorization: `Bearer ${auth.token}` };
    case "basic": {
      const credentials = Buffer.from(`${auth.user}:${auth.password}`).toString("base64");
      return { authorization: `Basic ${credentials}` };
    }
  }
}
