import { z } from "zod";
import type { Sample } from "../../../core/verdict.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { oneLine } from "../../one-line.ts";
import { jsonOf, notFrom, type Refused, refusalOf } from "../answer-words.ts";

/** What an answer came to: one series, or why there is none that can be trusted. */
export type ParsedAnswer =
  | { readonly kind: "series"; readonly values: readonly Sample[] }
  | Refused;

/** A series with its labels; a value that is no number (NaN, infinite) is null. */
export interface LabelledSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly Sample[];
}

type ParsedMatrix =
  | { readonly kind: "matrix"; readonly series: readonly LabelledSeries[] }
  | Refused;

const Failure = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

const list = z.custom<readonly unknown[]>(Array.isArray);

const Series = z.object({
  metric: z.record(z.string(), z.string()),
  values: list.optional(),
  histograms: list.optional(),
});

type AnsweredSeries = z.output<typeof Series>;

const Warnings = z.array(z.string()).nullish();

const Success = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(Series),
    // Some proxies in front of several servers put them here.
    warnings: Warnings,
  }),
  warnings: Warnings,
  /** VictoriaMetrics, where some of its storage did not answer. */
  isPartial: z.boolean().nullish(),
});

/** As Go prints a float64. Number() would also take "", "0x1" and " 1 ". */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NO_NUMBER = new Set(["NaN", "+Inf", "-Inf", "Inf"]);

/** Reads an answer of `/api/v1/query_range` that should be one series. Never throws. */
export function parseAnswer(answer: HttpAnswer): ParsedAnswer {
  const read = readMatrix(answer, "Prometheus");
  return read.kind === "result" ? parseSeries(read.result) : read;
}

/** The same of any number of series. `system` is whose answer it should be. */
export function parseMatrix(
  answer: HttpAnswer,
  limits: { readonly system: string; readonly mostSeries: number },
): ParsedMatrix {
  const read = readMatrix(answer, limits.system);
  if (read.kind !== "result") return read;
  if (read.result.length > limits.mostSeries) {
    return tooMany(read.result.length, limits.mostSeries);
  }
  const series: LabelledSeries[] = [];
  for (const one of read.result) {
    const values = valuesOf(one);
    if (values.kind !== "series") return values;
    series.push({ labels: one.metric, values: values.values });
  }
  return { kind: "matrix", series };
}

function readMatrix(
  answer: HttpAnswer,
  system: string,
): { readonly kind: "result"; readonly result: readonly AnsweredSeries[] } | Refused {
  const body = jsonOf(answer);
  const failure = Failure.safeParse(body);
  if (failure.success) {
    const { errorType, error } = failure.data;
    return { kind: "error", why: `${errorType}: ${oneLine(error)}` };
  }
  const refusal = refusalOf(answer);
  if (refusal !== null) return { kind: "error", why: refusal };
  const success = Success.safeParse(body);
  if (!success.success) return { kind: "error", why: notAnAnswer(answer, body, system) };

  const { data, warnings, isPartial } = success.data;
  const doubts = [...(warnings ?? []), ...(data.warnings ?? [])];
  if (isPartial === true) doubts.push("some of its storage did not answer (isPartial)");
  if (doubts.length > 0) return { kind: "partial", why: oneLine(doubts.join("; ")) };
  return { kind: "result", result: data.result };
}

function parseSeries(result: readonly AnsweredSeries[]): ParsedAnswer {
  const [series, ...others] = result;
  if (series === undefined) return { kind: "series", values: [] };
  return others.length > 0 ? tooMany(result.length, 1) : valuesOf(series);
}

function tooMany(series: number, most: number): Refused {
  const wanted =
    most === 1
      ? "one is needed: aggregate it, as in sum(…)"
      : `at most ${most} are taken: select fewer, as by version="…"`;
  return { kind: "error", why: `the query gives ${series} series, and ${wanted}` };
}

function valuesOf(series: AnsweredSeries): ParsedAnswer {
  if ((series.histograms ?? []).length > 0) {
    const why =
      "the query gives native histograms, and numbers are needed: take histogram_quantile(…) or histogram_fraction(…) of it, or ask for its classic …_bucket series";
    return { kind: "error", why };
  }
  const values: Sample[] = [];
  for (const point of series.values ?? []) {
    const [seconds, text] = Array.isArray(point) ? (point as readonly unknown[]) : [];
    if (typeof seconds !== "number" || typeof text !== "string") {
      return { kind: "error", why: "it answered with a point that is no time and number" };
    }
    if (!NUMBER.test(text) && !NO_NUMBER.has(text)) {
      return { kind: "error", why: `it answered with "${oneLine(text, 40)}", which is no number` };
    }
    const value = Number(text);
    values.push({ at: Math.round(seconds * 1_000), value: Number.isFinite(value) ? value : null });
  }
  return { kind: "series", values };
}

function notAnAnswer(answer: HttpAnswer, body: unknown, system: string): string {
  const kind = z.object({ data: z.object({ resultType: z.string() }) }).safeParse(body);
  if (kind.success && kind.data.data.resultType !== "matrix") {
    const type = oneLine(kind.data.data.resultType, 40);
    return type === "streams"
      ? "the query gives log lines, and numbers are needed: count them, as in sum(count_over_time(… [1m]))"
      : `it answered with a ${type} instead of a matrix`;
  }
  return notFrom(system, answer);
}
