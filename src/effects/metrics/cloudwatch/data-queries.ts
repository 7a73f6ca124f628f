import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { z } from "zod";

export type DataQueries =
  | {
      readonly kind: "queries";
      readonly queries: readonly MetricDataQuery[];
      /** Id of the one whose numbers are wanted. */
      readonly returned: string;
    }
  | { readonly kind: "problem"; readonly message: string };

const dimension = z.object({ Name: z.string(), Value: z.string() });

const Query = z.strictObject({
  Id: z.string().regex(/^[a-z]\w*$/, "an Id begins with a small letter"),
  Expression: z.string().optional(),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: z.array(dimension).default([]),
      }),
      Stat: z.string(),
      Period: z.int().optional(),
      Unit: z.string().optional(),
    })
    .optional(),
  Label: z.string().optional(),
  Period: z.int().optional(),
  ReturnData: z.boolean().default(true),
  AccountId: z.string().optional(),
});

const Queries = z.array(Query).min(1).max(500);

/**
 * What GetMetricData is asked: an expression alone, or the JSON list of a query. The period of each is the
 * step (in seconds): another one would give numbers about another length of time.
 */
export function dataQueries(query: string, period: number): DataQueries {
  if (!query.trimStart().startsWith("[")) {
    const single = { Id: "q", Expression: query, Period: period, ReturnData: true };
    return { kind: "queries", queries: [single], returned: "q" };
  }
  const parsed = Queries.safeParse(jsonOf(query));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined ? "" : ` (${issue.path.join(".")}: ${issue.message})`;
    return problem(`the query is no list of MetricDataQueries${where}`);
  }
  const returned = parsed.data.filter(({ ReturnData }) => ReturnData);
  const [wanted] = returned;
  if (wanted === undefined || returned.length > 1) {
    return problem(
      `${returned.length} of the queries return data, and one is needed: set "ReturnData": false for the others`,
    );
  }
  const other = parsed.data
    .flatMap((one) => [one.Period, one.MetricStat?.Period])
    .find((given) => given !== undefined && given !== period);
  if (other !== undefined) {
    return problem(
      `the query has a period of ${other} s and is measured every ${period} s: leave Period out, it is the step`,
    );
  }
  const queries = parsed.data.map(({ MetricStat: stat, Period: _given, ...rest }) =>
    stat === undefined
      ? { ...rest, Period: period }
      : { ...rest, MetricStat: { ...stat, Period: period } },
  );
  return { kind: "queries", queries: queries as readonly MetricDataQuery[], returned: wanted.Id };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problem(message: string): DataQueries {
  return { kind: "problem", message };
}
