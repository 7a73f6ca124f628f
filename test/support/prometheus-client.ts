import { z } from "zod";

const sample = z.tuple([z.number(), z.string()]);
const metric = z.record(z.string(), z.string());
const answerSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("success"),
    data: z.discriminatedUnion("resultType", [
      z.object({ resultType: z.literal("scalar"), result: sample }),
      z.object({
        resultType: z.literal("vector"),
        result: z.array(z.object({ metric, value: sample })),
      }),
      z.object({
        resultType: z.literal("matrix"),
        result: z.array(z.object({ metric, values: z.array(sample) })),
      }),
    ]),
  }),
  z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() }),
]);

/** One series of an answer: instants and values; a scalar is one without labels. */
export interface AnsweredSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: number])[];
}

export type PrometheusAnswer =
  | { readonly status: number; readonly type: string; readonly series: readonly AnsweredSeries[] }
  | { readonly status: number; readonly errorType: string; readonly error: string };

/** Asks any server that speaks Prometheus' HTTP API; the series come in one order. */
export async function askPrometheus(
  base: string,
  path: "query" | "query_range",
  parameters: Readonly<Record<string, string | number>>,
): Promise<PrometheusAnswer> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
  const response = await fetch(`${base}/api/v1/${path}?${query}`);
  const { status } = response;
  const answer = answerSchema.parse(await response.json());
  if (answer.status === "error") {
    return { status, errorType: answer.errorType, error: answer.error };
  }
  const { data } = answer;
  return { status, type: data.resultType, series: seriesOf(data).toSorted(byLabels) };
}

type Data = Extract<z.infer<typeof answerSchema>, { status: "success" }>["data"];

function seriesOf(data: Data): readonly AnsweredSeries[] {
  switch (data.resultType) {
    case "scalar":
      return [{ metric: {}, values: [numeric(data.result)] }];
    case "vector":
      return data.result.map(({ metric: labels, value }) => ({
        metric: labels,
        values: [numeric(value)],
      }));
    case "matrix":
      return data.result.map(({ metric: labels, values }) => ({
        metric: labels,
        values: values.map(numeric),
      }));
  }
}

function numeric([at, value]: readonly [number, string]): readonly [number, number] {
  return [at, Number(value.replace("Inf", "Infinity"))];
}

function byLabels(left: AnsweredSeries, right: AnsweredSeries): number {
  const [first, second] = [left, right].map(({ metric: labels }) =>
    JSON.stringify(Object.entries(labels).toSorted()),
  );
  return String(first) < String(second) ? -1 : 1;
}
