import type { ValueExpression } from "../../../core/expression.ts";
import type { Instant, Json } from "../../../core/json.ts";
import type { Reading } from "../../../core/verdict.ts";
import type { Clock } from "../../../shared/clock.ts";
import { renderQuery } from "../../../shared/queries/registry.ts";
import { asksForRange, fillRequestPath } from "../../../shared/queries/request-path.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { jsonOf, notFrom, refusalOf } from "../answer-words.ts";
import { noAlerts, withoutForm } from "../forms.ts";
import { createMetricServer } from "../metric-server.ts";
import type { MetricSource, RangeQuery } from "../metric-source.ts";
import { gridOf, placeOnGrid, type SampleGrid } from "../sample-grid.ts";
import type { HttpMetricSettings } from "./http-settings.ts";
import { readPoints } from "./read-points.ts";

const LARGEST_ANSWER = 2_000_000;

/**
 * Any system that answers JSON. With `points` it is asked for the whole window (`{{from}}`, `{{to}}`,
 * `{{step}}` in the query): each point is about the step that ends at it, and `increase` is what it counts in
 * that step. With `value` it has only the present, which is the newest point; what it said before is for the
 * watch to keep.
 */
export function createHttpSource(
  settings: HttpMetricSettings,
  services: { readonly clock: Clock },
): MetricSource {
  const server = createMetricServer(settings, services);
  const { value, points } = settings;

  async function answer(query: RangeQuery, signal: AbortSignal): Promise<Reading> {
    const without = withoutForm("http", query.form);
    if (without !== null) return without;
    const grid = gridOf(query.from, query.to, query.step);
    if (grid.points === 0) return { kind: "samples", samples: [] };
    if (points !== null) return rangeOf(points, query.query, grid, signal);
    if (value !== null && query.form === "value") {
      return presentOf(value, query.query, grid, signal);
    }
    const why =
      "it has only the present, and events are counted over ranges: give it points instead of value";
    return { kind: "error", why };
  }

  async function rangeOf(
    expression: ValueExpression,
    query: string,
    grid: SampleGrid,
    signal: AbortSignal,
  ): Promise<Reading> {
    if (!asksForRange(query)) {
      return { kind: "error", why: "the query lacks {{from}}, so it cannot be about the window" };
    }
    const evaluated = evaluate(expression, await ask(query, grid, signal));
    if (evaluated.kind === "error") return evaluated;
    const read = readPoints(evaluated.value);
    if (read.kind === "error") return read;
    const within = read.points.filter(({ at }) => !(at < grid.first || at > grid.last));
    const placed = placeOnGrid(grid, within);
    if (!("misplaced" in placed)) return { kind: "samples", samples: placed };
    const when = new Date(placed.misplaced).toISOString();
    const why = `it answered with a point at ${when}, which is no multiple of the ${grid.step / 1_000} s that were asked for, or is there twice`;
    return { kind: "error", why };
  }

  async function presentOf(
    expression: ValueExpression,
    query: string,
    grid: SampleGrid,
    signal: AbortSignal,
  ): Promise<Reading> {
    if (services.clock.now() - grid.last >= 2 * grid.step) {
      const why =
        "it has only the present, and the window is over: give it points instead of value";
      return { kind: "error", why };
    }
    const evaluated = evaluate(expression, await ask(query, grid, signal));
    if (evaluated.kind === "error") return evaluated;
    if (evaluated.value !== null && typeof evaluated.value !== "number") {
      return {
        kind: "error",
        why: `value gives ${kindOf(evaluated.value)}, and a number is needed`,
      };
    }
    const none = placeOnGrid(grid, []);
    if ("misplaced" in none) return { kind: "samples", samples: [] };
    const now = evaluated.value;
    const samples = none.map((sample) =>
      sample.at === grid.last ? { ...sample, value: now } : sample,
    );
    return { kind: "samples", samples, onlyPresent: true };
  }

  function ask(query: string, grid: SampleGrid, signal: AbortSignal): Promise<HttpAnswer> {
    const path = fillRequestPath(query, {
      ...{ from: String(grid.first), to: String(grid.last), step: String(grid.step) },
      ...{ from_seconds: seconds(grid.first), to_seconds: seconds(grid.last) },
      ...{ step_seconds: seconds(grid.step), from_iso: iso(grid.first), to_iso: iso(grid.last) },
    });
    return server.ask({ path, maxBytes: LARGEST_ANSWER }, signal);
  }

  return {
    name: settings.name,
    render: (query, variables) => renderQuery("request-path", query, variables),
    range: (query, signal) => server.reading(() => answer(query, signal)),
    alerts: (_match, _signal) => server.reading(async () => noAlerts("http")),
    link: () => (settings.page === null ? null : server.pageAt("", {})),
  };
}

function evaluate(
  expression: ValueExpression,
  answer: HttpAnswer,
):
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "error"; readonly why: string } {
  const refusal = refusalOf(answer);
  if (refusal !== null) return { kind: "error", why: refusal };
  const body = jsonOf(answer);
  if (body === undefined) return { kind: "error", why: notFrom("a JSON endpoint", answer) };
  const { status, headers } = answer;
  const evaluated = expression.evaluate({ status, headers, body: body as Json });
  switch (evaluated.kind) {
    case "value":
      return evaluated;
    case "missing":
      return { kind: "error", why: `${expression.source}: the answer has no ${evaluated.what}` };
    case "error":
      return { kind: "error", why: `${expression.source}: ${evaluated.why}` };
  }
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

function seconds(at: Instant): string {
  return String(at / 1_000);
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}
