import { describe, expect, it } from "vitest";
import { createCloudwatchSource } from "../../../src/effects/metrics/cloudwatch/cloudwatch-source.ts";
import { dataQueries } from "../../../src/effects/metrics/cloudwatch/data-queries.ts";
import { periodProblem } from "../../../src/effects/metrics/cloudwatch/period.ts";
import { FROM, STEP, samples, TO } from "../../contracts/metric-source-contract.ts";
import { metricServers } from "../../support/metric-server.ts";
import type { ScriptedAnswer } from "../../support/scripted-server.ts";

const never = new AbortController().signal;
const start = metricServers(TO + STEP);
const ASK = { query: "SUM(x)", form: "value", from: FROM, to: TO, step: STEP } as const;

const cloudwatch = (url: string, services: Parameters<typeof createCloudwatchSource>[1]) =>
  createCloudwatchSource(
    {
      ...{ name: "it", region: "eu-west-1", endpoint: url, timeout: 30_000, delay: 0 },
      credentials: {
        ...{ kind: "keys", accessKeyId: "AKIA0", secretAccessKey: "s", sessionToken: null },
      },
    },
    services,
  );

function page(at: number, code: string, next?: string): ScriptedAnswer {
  const result = { Id: "q", StatusCode: code, Timestamps: [at / 1_000], Values: [1] };
  const token = next === undefined ? {} : { NextToken: next };
  return {
    headers: { "content-type": "application/x-amz-json-1.0" },
    text: JSON.stringify({ MetricDataResults: [result], ...token }),
  };
}

describe("CloudWatch", () => {
  it("is asked for the periods that end in the window, signed for its region", async () => {
    const { server, source } = await start(cloudwatch, () => page(FROM, "Complete"));
    expect(await source.range(ASK, never)).toEqual(samples(null, 1, null));
    const [request] = server.requests();
    expect(JSON.parse(request?.body ?? "")).toEqual({
      MetricDataQueries: [{ Id: "q", Expression: "SUM(x)", Period: 60, ReturnData: true }],
      StartTime: (FROM - STEP) / 1_000,
      EndTime: TO / 1_000,
      ScanBy: "TimestampAscending",
    });
    expect(request?.headers.authorization).toMatch(/\/eu-west-1\/monitoring\/aws4_request, /);
  });

  it("is asked for every page, and says PartialData while more follow", async () => {
    const { server, source } = await start(cloudwatch, ({ body }) =>
      body.includes('"NextToken":"2"')
        ? page(FROM + STEP, "Complete")
        : page(FROM - STEP, "PartialData", "2"),
    );
    expect(await source.range(ASK, never)).toEqual(samples(1, null, 1));
    expect(server.requests()).toHaveLength(2);
  });

  it("without an end to its pages is partial", async () => {
    const { source } = await start(cloudwatch, () => page(FROM - 2 * STEP, "PartialData", "again"));
    expect(await source.range(ASK, never)).toEqual({
      kind: "partial",
      why: "it: its answer has more than 20 pages",
    });
  });

  it("is asked once, whatever it answers: the next step asks again", async () => {
    const { server, source } = await start(cloudwatch, () => ({ status: 500 }));
    expect(await source.range(ASK, never)).toMatchObject({ kind: "error" });
    expect(server.requests()).toHaveLength(1);
  });

  it("has a console for people", async () => {
    const { source } = await start(cloudwatch, () => page(FROM, "Complete"));
    expect(source.link("SUM(x)")).toBe(
      "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#metricsV2:",
    );
  });
});

describe("a period of CloudWatch", () => {
  const HOUR = 3_600_000;
  const DAY = 24 * HOUR;

  it.each([
    [1_000, HOUR, null],
    [30_000, 3 * HOUR, null],
    [
      15_000,
      HOUR,
      "CloudWatch has no period of 15 s: measure every 1s, 5s, 10s, 20s, 30s or a multiple of 1m",
    ],
    [
      90_000,
      HOUR,
      "CloudWatch has no period of 90 s: measure every 1s, 5s, 10s, 20s, 30s or a multiple of 1m",
    ],
    [
      30_000,
      4 * HOUR,
      "CloudWatch keeps what is 4 h old by periods of 60 s only: measure at a multiple of that",
    ],
    [60_000, 7 * DAY, null],
    [
      60_000,
      16 * DAY,
      "CloudWatch keeps what is 384 h old by periods of 300 s only: measure at a multiple of that",
    ],
    [300_000, 16 * DAY, null],
    [
      300_000,
      64 * DAY,
      "CloudWatch keeps what is 1536 h old by periods of 3600 s only: measure at a multiple of that",
    ],
    [3_600_000, 400 * DAY, null],
  ])("of %i ms for what is %i ms old", (step, age, problem) => {
    expect(periodProblem(step, age)).toBe(problem);
  });
});

describe("queries of CloudWatch", () => {
  const metric = { Namespace: "Feed", MetricName: "Errors" };
  const stat = { Stat: "Sum", Metric: metric };

  it("are an expression alone", () => {
    expect(dataQueries("SUM(x)", 60)).toEqual({
      kind: "queries",
      queries: [{ Id: "q", Expression: "SUM(x)", Period: 60, ReturnData: true }],
      returned: "q",
    });
  });

  it("are a list, each with the step as its period", () => {
    const list = [
      { Id: "m", MetricStat: stat, ReturnData: false },
      { Id: "filled", Expression: "FILL(m, 0)", Period: 60 },
    ];
    expect(dataQueries(JSON.stringify(list), 60)).toEqual({
      kind: "queries",
      queries: [
        {
          ...{ Id: "m", ReturnData: false },
          MetricStat: { Stat: "Sum", Metric: { ...metric, Dimensions: [] }, Period: 60 },
        },
        { Id: "filled", Expression: "FILL(m, 0)", ReturnData: true, Period: 60 },
      ],
      returned: "filled",
    });
  });

  it.each([
    [
      "[1",
      "the query is no list of MetricDataQueries (: Invalid input: expected array, received undefined)",
    ],
    [
      '[{"Id":"M","Expression":"x"}]',
      "the query is no list of MetricDataQueries (0.Id: an Id begins with a small letter)",
    ],
    [
      '[{"Id":"m","Expression":"x","ReturnData":false}]',
      '0 of the queries return data, and one is needed: set "ReturnData": false for the others',
    ],
    [
      '[{"Id":"a","Expression":"x"},{"Id":"b","Expression":"x"}]',
      '2 of the queries return data, and one is needed: set "ReturnData": false for the others',
    ],
    [
      '[{"Id":"a","Expression":"x","Period":300}]',
      "the query has a period of 300 s and is measured every 60 s: leave Period out, it is the step",
    ],
  ])("%s is a problem", (query, message) => {
    expect(dataQueries(query, 60)).toEqual({ kind: "problem", message });
  });
});
