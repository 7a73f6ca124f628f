import { z } from "zod";
import type { Sample } from "../../../core/verdict.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { oneLine } from "../../one-line.ts";

/** What an answer came to: one series, or why there is none that can be trusted. */
export type ParsedAnswer =
  | { readonly kind: "series"; readonly values: readonly Sample[] }
  | { readonly kind: "partial"; readonly why: string }
  | { readonly kind: "error"; readonly why: string };

const Failure = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

const Series = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.array(z.tuple([z.number(), z.string()])).optional(),
  histograms: z.array(z.unknown()).optional(),
});

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
});

/** As Go prints a float64. Number() would also take "", "0x1" and " 1 ". */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NO_NUMBER = new Set(["NaN", "+Inf", "-Inf", "Inf"]);

/** Reads an answer of `/api/v1/query_range`. Never throws: what cannot be read is an error. */
export function parseAnswer(answer: HttpAnswer): ParsedAnswer {
  const body = jsonOf(answer);
  const failure = Failure.safeParse(body);
  if (failure.success) {
    const { errorType, error } = failure.data;
    return { kind: "error", why: `${errorType}: ${oneLine(error)}` };
  }
  if (answer.status < 200 || answer.status >= 300) {
    return { kind: "error", why: `it answered ${answer.status}${wordsOf(answer)}` };
  }
  const success = Success.safeParse(body);
  if (!success.success) return { kind: "error", why: notAnAnswer(answer, body) };

  const { data, warnings } = success.data;
  const doubts = [...(warnings ?? []), ...(data.warnings ?? [])];
  if (doubts.length > 0) return { kind: "partial", why: oneLine(doubts.join("; ")) };
  return parseSeries(data.result);
}

function parseSeries(result: readonly z.output<typeof Series>[]): ParsedAnswer {
  const [series, ...others] = result;
  if (series === undefined) return { kind: "series", values: [] };
  if (others.length > 0) {
    const why = `the query gives ${result.length} series, and one is needed: aggregate it, as in sum(…)`;
    return { kind: "error", why };
  }
  if ((series.histograms ?? []).length > 0) {
    const why =
      "the query gives histograms, and numbers are needed: take histogram_quantile(…) of it";
    return { kind: "error", why };
  }
  const values: Sample[] = [];
  for (const [seconds, text] of series.values ?? []) {
    if (!NUMBER.test(text) && !NO_NUMBER.has(text)) {
      return { kind: "error", why: `it answered with "${oneLine(text, 40)}", which is no number` };
    }
    const value = Number(text);
    values.push({ at: Math.round(seconds * 1_000), value: Number.isFinite(value) ? value : null });
  }
  return { kind: "series", values };
}

function jsonOf({ headers, text }: HttpAnswer): unknown {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(headers["content-type"] ?? "")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notAnAnswer({ status, headers }: HttpAnswer, body: unknown): string {
  const kind = z.object({ data: z.object({ resultType: z.string() }) }).safeParse(body);
  if (kind.success && kind.data.data.resultType !== "matrix") {
    return `it answered with a ${oneLine(kind.data.data.resultType, 40)} instead of a matrix`;
  }
  const type = headers["content-type"] ?? "no content type";
  return `it answered ${status} with something that is no answer of Prometheus (${oneLine(type, 60)}): is the url right?`;
}

/** The words of a plain-text error; a page of HTML has none that help. */
function wordsOf({ headers, text }: HttpAnswer): string {
  const plain = /^text\/plain\b/i.test(headers["content-type"] ?? "");
  const words = plain ? oneLine(text) : "";
  return words === "" ? "" : `: ${words}`;
}
