import type { CloudWatchClient, GetMetricDataCommandOutput } from "@aws-sdk/client-cloudwatch";
import type { Reading } from "../../../core/verdict.ts";
import type { Clock } from "../../../shared/clock.ts";
import { renderQuery } from "../../../shared/queries/registry.ts";
import { withDeadline } from "../../deadline.ts";
import { settledGrid, spanOf } from "../aligned-buckets.ts";
import { noAlerts, withoutForm } from "../forms.ts";
import { namedReading } from "../metric-server.ts";
import type { MetricSource, RangeQuery } from "../metric-source.ts";
import { gridOf } from "../sample-grid.ts";
import type { CloudwatchSettings } from "./cloudwatch-settings.ts";
import { dataQueries } from "./data-queries.ts";
import { awsFailure } from "./failure.ts";
import { periodProblem } from "./period.ts";
import { createResultCollector } from "./results.ts";

const MOST_PAGES = 20;
const MOST_POINTS = 20_000;

/**
 * Amazon CloudWatch by GetMetricData. It names a period by its beginning; a sample is about the step that ends
 * at it, and the step is the period. `increase` is what the query gives with the statistic Sum.
 */
export function createCloudwatchSource(
  settings: CloudwatchSettings,
  { clock }: { readonly clock: Clock },
): MetricSource {
  const { name, region, credentials } = settings;
  const secrets =
    credentials.kind === "keys"
      ? [credentials.secretAccessKey, credentials.sessionToken ?? "", credentials.accessKeyId]
      : [];
  let client: CloudWatchClient | null = null;

  async function answer(query: RangeQuery, signal: AbortSignal): Promise<Reading> {
    const without = withoutForm("cloudwatch", query.form);
    if (without !== null) return without;
    const now = clock.now();
    const grid = settledGrid(gridOf(query.from, query.to, query.step), now, settings.delay);
    if (grid.points === 0) return { kind: "samples", samples: [] };
    const problem =
      grid.points > MOST_POINTS
        ? `the window has more than ${MOST_POINTS} points: measure less often`
        : periodProblem(grid.step, now - spanOf(grid).start);
    if (problem !== null) return { kind: "error", why: problem };
    const queries = dataQueries(query.query, grid.step / 1_000);
    if (queries.kind === "problem") return { kind: "error", why: queries.message };
    const results = createResultCollector(queries.returned);
    const { start, end } = spanOf(grid);
    let next: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answered = await send(
        {
          MetricDataQueries: [...queries.queries],
          StartTime: new Date(start),
          EndTime: new Date(end),
          ScanBy: "TimestampAscending",
          ...(next === undefined ? {} : { NextToken: next }),
        },
        signal,
      );
      const refused = results.add(answered);
      if (refused !== null) return refused;
      next = answered.NextToken;
      if (next === undefined || next === "") return results.reading(grid);
    }
    return { kind: "partial", why: `its answer has more than ${MOST_PAGES} pages` };
  }

  async function send(
    input: ConstructorParameters<
      typeof import("@aws-sdk/client-cloudwatch").GetMetricDataCommand
    >[0],
    signal: AbortSignal,
  ): Promise<GetMetricDataCommandOutput> {
    // It is large, and needed only where it is configured.
    const { CloudWatchClient: Client, GetMetricDataCommand } = await import(
      "@aws-sdk/client-cloudwatch"
    );
    client ??= new Client({
      region,
      maxAttempts: 1,
      ...(settings.endpoint === null ? {} : { endpoint: settings.endpoint }),
      ...(credentials.kind === "found" ? {} : { credentials: keysOf(credentials) }),
    });
    const asked = client;
    const what = "CloudWatch did not answer";
    try {
      return await withDeadline({ clock, after: settings.timeout, signal, what }, (either) =>
        asked.send(new GetMetricDataCommand(input), { abortSignal: either }),
      );
    } catch (error) {
      throw awsFailure(error);
    }
  }

  return {
    name,
    render: (query, variables) => renderQuery("cloudwatch", query, variables),
    range: (query, signal) => namedReading(name, secrets, () => answer(query, signal)),
    alerts: (_match, _signal) => namedReading(name, secrets, async () => noAlerts("cloudwatch")),
    link: () =>
      `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#metricsV2:`,
  };
}

function keysOf({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: Extract<CloudwatchSettings["credentials"], { kind: "keys" }>) {
  const session = sessionToken === null ? {} : { sessionToken };
  return { accessKeyId, secretAccessKey, ...session };
}
