import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { readBody } from "../http/read-body.ts";
import { sendJson, sendText } from "../http/send.ts";
import { invalid, readDuration, readRange, readTime } from "./api-parameters.ts";
import { createEvaluation } from "./promql/evaluate.ts";
import { type Expression, valueType } from "./promql/expression.ts";
import { parsePromql } from "./promql/parse-promql.ts";
import { QueryError } from "./promql/query-error.ts";
import { instantResult, type QueryResult, rangeResult } from "./query-result.ts";
import type { SeriesStore } from "./series-store.ts";

const HTTP_STATUS = { bad_data: 400, execution: 422 } as const;

export interface MetricsApiOptions {
  readonly store: SeriesStore;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Prometheus' HTTP API over a store: `/api/v1/query` and `/api/v1/query_range`, by GET and POST. */
export function createMetricsApi({ store, clock, log }: MetricsApiOptions): RequestListener {
  const routes: Readonly<Record<string, (parameters: URLSearchParams) => QueryResult>> = {
    "/api/v1/query": (parameters) => query(store, parameters, clock.now()),
    "/api/v1/query_range": (parameters) => queryRange(store, parameters),
  };

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ why: errorText(error) }, "a query could not be answered");
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, failure("internal", "the query could not be evaluated"));
    });
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/-/ready")
      return sendText(response, 200, "The metrics server is ready.\n");
    if (url.pathname === "/graph") return sendText(response, 200, page(url.searchParams));
    const route = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined;
    if (route === undefined) return sendText(response, 404, "404 page not found\n");
    if (request.method !== "GET" && request.method !== "POST") {
      return sendText(response, 405, "method not allowed: send GET or POST\n");
    }
    const parameters = await readParameters(request, url);
    if (parameters === null) return sendText(response, 413, "the query is too long\n");
    try {
      sendJson(response, 200, { status: "success", data: route(parameters) });
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      sendJson(response, HTTP_STATUS[error.errorType], failure(error.errorType, error.message));
    }
  }

  /** What a person sees who follows a link to a query: its value now, as text. */
  function page(parameters: URLSearchParams): string {
    const expression = parameters.get("g0.expr") ?? "";
    const now = clock.now();
    try {
      const result = query(store, new URLSearchParams({ query: expression }), now);
      const lines = JSON.stringify(result.result, null, 2);
      return `${expression}\n\nat ${new Date(now).toISOString()}\n\n${lines}\n`;
    } catch (error) {
      if (error instanceof QueryError) return `${expression}\n\n${error.message}\n`;
      throw error;
    }
  }
}

function query(store: SeriesStore, parameters: URLSearchParams, now: number): QueryResult {
  const at = readTime(parameters, "time", now);
  checkTimeout(parameters);
  const value = createEvaluation(store, readQuery(parameters))(at);
  return instantResult(value, at);
}

function queryRange(store: SeriesStore, parameters: URLSearchParams): QueryResult {
  const { start, end, step } = readRange(parameters);
  checkTimeout(parameters);
  const expression = readQuery(parameters);
  const type = valueType(expression);
  if (type === "range vector") {
    const why = `invalid expression type "${type}" for range query, must be Scalar or instant Vector`;
    throw invalid("query", why);
  }
  const evaluateAt = createEvaluation(store, expression);
  const count = Math.floor((end - start) / step) + 1;
  const instants = Array.from({ length: count }, (_, index) => Math.floor(start + index * step));
  return rangeResult(instants.map((at) => ({ at, value: evaluateAt(at) })));
}

function readQuery(parameters: URLSearchParams): Expression {
  try {
    return parsePromql(parameters.get("query") ?? "");
  } catch (error) {
    if (error instanceof QueryError) throw invalid("query", error.message);
    throw error;
  }
}

/** Queries over this small a history end at once; a time-out is checked as Prometheus does, not needed. */
function checkTimeout(parameters: URLSearchParams): void {
  if ((parameters.get("timeout") ?? "") !== "") readDuration(parameters, "timeout");
}

/** Of the address and of a form in the body, the body first; null when the body is too long. */
async function readParameters(request: IncomingMessage, url: URL): Promise<URLSearchParams | null> {
  if (request.method !== "POST") return url.searchParams;
  const body = await readBody(request);
  if (body === null) return null;
  const form = new URLSearchParams(body);
  return new URLSearchParams([...form, ...url.searchParams]);
}

function failure(errorType: string, error: string) {
  return { status: "error", errorType, error };
}
