import {
  createAlertmanagerSource,
  createGrafanaSource,
} from "../../../src/effects/metrics/alertmanager/alertmanager-source.ts";
import { createCloudwatchSource } from "../../../src/effects/metrics/cloudwatch/cloudwatch-source.ts";
import { createDatadogSource } from "../../../src/effects/metrics/datadog/datadog-source.ts";
import { createGraphiteSource } from "../../../src/effects/metrics/graphite/graphite-source.ts";
import { createHttpSource } from "../../../src/effects/metrics/http/http-source.ts";
import { createInfluxdbSource } from "../../../src/effects/metrics/influxdb/influxdb-source.ts";
import { createLokiSource } from "../../../src/effects/metrics/loki/loki-source.ts";
import type { MetricSource, RangeForm } from "../../../src/effects/metrics/metric-source.ts";
import { createPrometheusSource } from "../../../src/effects/metrics/prometheus/prometheus-source.ts";
import {
  describeMetricSource,
  FROM,
  type MetricSourceSubject,
  SECRET,
  STEP,
  samples,
  TO,
} from "../../contracts/metric-source-contract.ts";
import { metricSettings } from "../../support/metric-settings.ts";
import type { ReceivedRequest, ScriptedAnswer } from "../../support/scripted-server.ts";
import { answerExpression } from "../../support/value-expression.ts";

const BEARER = { kind: "bearer", token: SECRET } as const;
const isBearer = ({ headers }: ReceivedRequest) => headers.authorization === `Bearer ${SECRET}`;
const SECONDS = FROM / 1_000;

function asking(query: string, form: RangeForm = "value") {
  const range = { query, form, from: FROM, to: TO, step: STEP };
  return (source: MetricSource, signal: AbortSignal) => source.range(range, signal);
}

type Points = readonly (readonly [number, unknown])[];

/** Buckets that are named by their beginning: those of the three points of the window. */
const BEGINNINGS = [FROM - STEP, FROM, FROM + STEP] as const;

function matrix(series: readonly Points[], more: object = {}, inner: object = {}): ScriptedAnswer {
  const result = series.map((values, index) => ({ metric: { pod: `p${index}` }, values }));
  return {
    json: { status: "success", data: { resultType: "matrix", result, ...inner }, ...more },
  };
}

const ONE: Points = [
  [SECONDS, "0.5"],
  [SECONDS + 120, "2"],
];

const PROMETHEUS: MetricSourceSubject = {
  type: "prometheus",
  create: (url, { clock, timeout }) =>
    createPrometheusSource(metricSettings({ url, timeout, auth: BEARER }), { clock }),
  ask: asking("sum(up)"),
  good: { answer: () => matrix([ONE]), reading: samples(0.5, null, 2) },
  empty: { answer: () => matrix([]), reading: samples(null, null, null) },
  many: { answer: () => matrix([ONE, ONE]), why: /^it: the query gives 2 series/ },
  unusable: {
    answer: () =>
      matrix([
        [
          [SECONDS, "NaN"],
          [SECONDS + 60, "+Inf"],
        ],
      ]),
    reading: samples(null, null, null),
  },
  half: [
    { name: "Thanos", answer: () => matrix([ONE], { warnings: ["store-1: timeout"] }) },
    { name: "a proxy", answer: () => matrix([ONE], {}, { warnings: ["store-1: timeout"] }) },
    { name: "VictoriaMetrics", answer: () => matrix([ONE], { isPartial: true }) },
  ],
  refused: [
    {
      name: "Mimir's limits",
      answer: {
        status: 422,
        json: { status: "error", errorType: "execution", error: "err-mimir-max-series-per-query" },
      },
      why: /^it: execution: err-mimir-max-series-per-query$/,
    },
    {
      name: "too often",
      answer: { status: 429, headers: { "retry-after": "7" } },
      why: /^it: it answered 429; it is asked too often, and answers again in 7 s$/,
    },
  ],
  isAuthorized: isBearer,
};

const LOKI: MetricSourceSubject = {
  type: "loki",
  create: (url, { clock, timeout }) =>
    createLokiSource(
      {
        ...metricSettings({ url, timeout, auth: BEARER, page: "https://grafana.example" }),
        ...{ delay: 10_000, linesAtOnce: 100, mostLines: 1_000, datasource: "uid" },
      },
      { clock },
    ),
  ask: asking('sum(rate({app="feed"}[1m]))'),
  good: { answer: () => matrix([ONE]), reading: samples(0.5, null, 2) },
  empty: { answer: () => matrix([]), reading: samples(null, null, null) },
  many: {
    answer: () => matrix([ONE, ONE]),
    why: /^it: the query gives 2 series, and one is needed/,
  },
  half: [{ name: "warnings", answer: () => matrix([ONE], { warnings: ["ingester-2 is away"] }) }],
  refused: [
    {
      name: "a limit, in plain text that calls itself JSON",
      answer: {
        status: 400,
        headers: { "content-type": "application/json; charset=UTF-8" },
        text: "the query time range exceeds the limit (query length: 721h)\n",
      },
      why: /^it: it answered 400: the query time range exceeds the limit/,
    },
    {
      name: "log lines where numbers are wanted",
      answer: { json: { status: "success", data: { resultType: "streams", result: [] } } },
      why: /^it: the query gives log lines, and numbers are needed: count them/,
    },
  ],
  isAuthorized: isBearer,
};

const ALERT = {
  labels: { alertname: "Errors", service: "feed" },
  annotations: { summary: "5xx" },
  startsAt: "2026-11-22T13:23:43.632Z",
  endsAt: "2026-11-22T13:27:43.632Z",
  updatedAt: "2026-11-22T13:23:43.636Z",
  fingerprint: "f46de3ad631b6b3d",
  generatorURL: "http://prom.example/graph?g0.expr=up",
  receivers: [{ name: "d" }],
  status: { state: "active", silencedBy: [], inhibitedBy: [] },
};

const FIRING = {
  fingerprint: "f46de3ad631b6b3d",
  status: "firing",
  name: "Errors",
  labels: { alertname: "Errors", service: "feed" },
  summary: "5xx",
  startsAt: Date.parse("2026-11-22T13:23:43.632Z"),
  endsAt: null,
  url: "http://prom.example/graph?g0.expr=up",
  because: "condition",
} as const;

function alertSubject(type: "alertmanager" | "grafana"): MetricSourceSubject {
  const create = type === "grafana" ? createGrafanaSource : createAlertmanagerSource;
  return {
    type,
    create: (url, { clock, timeout }) =>
      create(metricSettings({ url, timeout, auth: BEARER }), { clock }),
    ask: (source, signal) => source.alerts({ service: "feed" }, signal),
    good: { answer: () => ({ json: [ALERT] }), reading: { kind: "alerts", alerts: [FIRING] } },
    empty: { answer: () => ({ json: [] }), reading: { kind: "alerts", alerts: [] } },
    half: [
      {
        name: "an alert that has not been processed",
        answer: () => ({ json: [{ ...ALERT, status: { ...ALERT.status, state: "unprocessed" } }] }),
      },
    ],
    refused: [
      {
        name: "a matcher, in a text of JSON",
        answer: { status: 400, json: "bad matcher format: {bad" },
        why: /^it: it answered 400: bad matcher format: \{bad$/,
      },
      {
        name: "a field, with a code",
        answer: { status: 422, json: { code: 612, message: "filter in query is wrong" } },
        why: /^it: it answered 422: filter in query is wrong$/,
      },
    ],
    isAuthorized: isBearer,
  };
}

function timeseries(
  values: readonly (readonly (number | null)[])[],
  times = BEGINNINGS as readonly number[],
) {
  const series = values.map((_none, query_index) => ({ group_tags: [], query_index, unit: null }));
  const attributes = { series, times, values };
  return { json: { data: { id: "0", type: "timeseries_response", attributes } } };
}

const DATADOG: MetricSourceSubject = {
  type: "datadog",
  create: (url, { clock, timeout }) =>
    createDatadogSource(
      {
        ...metricSettings({ url, timeout, page: "https://app.datadoghq.example" }),
        ...{ headers: { "DD-API-KEY": SECRET, "DD-APPLICATION-KEY": SECRET }, delay: 60_000 },
      },
      { clock },
    ),
  ask: asking("sum:errors{service:feed}.as_count()", "increase"),
  good: { answer: () => timeseries([[1, null, 3]]), reading: samples(1, null, 3) },
  empty: { answer: () => timeseries([], []), reading: samples(null, null, null) },
  many: {
    answer: () =>
      timeseries([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    why: /^it: the query gives 2 series/,
  },
  half: [],
  refused: [
    {
      name: "an error inside of 200",
      answer: { json: { errors: "Error parsing query", data: { attributes: {} } } },
      why: /^it: Error parsing query$/,
    },
    {
      name: "keys that may not",
      answer: { status: 403, json: { errors: ["Forbidden"] } },
      why: /^it: it answered 403: Forbidden; the credentials may not read this$/,
    },
    {
      name: "too often",
      answer: {
        status: 429,
        headers: {
          ...{ "X-RateLimit-Limit": "100", "X-RateLimit-Period": "60" },
          ...{ "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "12" },
        },
        json: { errors: ["Rate limit of 100 requests in 60 seconds reached."] },
      },
      why: /^it: its limit on queries of 100 in 60 s is reached \(429\); it answers again in 12 s/,
    },
    {
      name: "longer steps than were asked for",
      answer: timeseries([[1, 2]], [FROM - STEP + 30_000, FROM + STEP]),
      why: /^it: Datadog answered with other steps than the 60 s that were asked for/,
    },
  ],
  isAuthorized: ({ headers }) =>
    headers["dd-api-key"] === SECRET && headers["dd-application-key"] === SECRET,
};

function metricData(results: readonly object[], more: object = {}): ScriptedAnswer {
  return {
    headers: { "content-type": "application/x-amz-json-1.0" },
    text: JSON.stringify({ MetricDataResults: results, Messages: [], ...more }),
  };
}

function result(values: readonly (readonly [number, number])[], more: object = {}) {
  return {
    ...{ Id: "q", Label: "q", StatusCode: "Complete" },
    Timestamps: values.map(([at]) => at / 1_000),
    Values: values.map(([, value]) => value),
    ...more,
  };
}

const DATA = result([
  [FROM - STEP, 1],
  [FROM + STEP, 3],
]);

const CLOUDWATCH: MetricSourceSubject = {
  type: "cloudwatch",
  create: (url, { clock, timeout }) =>
    createCloudwatchSource(
      {
        ...{ name: "it", region: "us-east-1", endpoint: url, timeout, delay: 120_000 },
        credentials: {
          ...{ kind: "keys", accessKeyId: "AKIA0", secretAccessKey: "s", sessionToken: SECRET },
        },
      },
      { clock },
    ),
  ask: asking("SUM(SEARCH('{Feed} MetricName=\"Errors\"', 'Sum'))", "increase"),
  good: { answer: () => metricData([DATA]), reading: samples(1, null, 3) },
  empty: { answer: () => metricData([]), reading: samples(null, null, null) },
  many: {
    answer: () => metricData([DATA, { ...DATA, Label: "other" }]),
    why: /^it: the query gives 2 series, and one is needed: aggregate it, as in SUM/,
  },
  half: [
    { name: "PartialData", answer: () => metricData([{ ...DATA, StatusCode: "PartialData" }]) },
    {
      name: "a remark about what was left out",
      answer: () =>
        metricData([DATA], { Messages: [{ Code: "MaxMetricsExceeded", Value: "500 metrics" }] }),
    },
  ],
  refused: [
    {
      name: "Forbidden inside of 200",
      answer: metricData([{ ...DATA, StatusCode: "Forbidden" }]),
      why: /^it: it answered Forbidden$/,
    },
    {
      name: "throttling",
      answer: {
        status: 400,
        headers: { "content-type": "application/x-amz-json-1.0" },
        text: JSON.stringify({ __type: "ThrottlingException", message: "Rate exceeded" }),
      },
      why: /^it: it answered 400: ThrottlingException: Rate exceeded; it is asked too often/,
    },
    {
      name: "no permission",
      answer: {
        status: 403,
        headers: { "content-type": "application/x-amz-json-1.0" },
        text: JSON.stringify({ __type: "AccessDeniedException", message: "not authorized" }),
      },
      why: /^it: it answered 403: AccessDeniedException: not authorized$/,
    },
    {
      name: "other periods than were asked for",
      answer: metricData([result([[FROM + 30_000, 1]])]),
      why: /^it: CloudWatch answered with other steps than the 60 s/,
    },
  ],
  isAuthorized: ({ headers }) =>
    headers["x-amz-security-token"] === SECRET &&
    (headers.authorization ?? "").startsWith("AWS4-HMAC-SHA256 Credential=AKIA0/"),
  foreignClient: true,
};

function datapoints(...series: readonly (readonly (readonly [number | null, number])[])[]) {
  return {
    json: series.map((points) => ({ target: "summarize(…)", tags: {}, datapoints: points })),
  };
}

const GRAPHITE: MetricSourceSubject = {
  type: "graphite",
  create: (url, { clock, timeout }) =>
    createGraphiteSource(
      { ...metricSettings({ url, timeout, auth: BEARER }), delay: 10_000 },
      { clock },
    ),
  ask: asking("sumSeries(stats_counts.feed.errors)", "increase"),
  good: {
    // The value first. Rounded outwards on both sides, as Graphite does.
    answer: () =>
      datapoints([
        [9, SECONDS - 120],
        [1, SECONDS - 60],
        [null, SECONDS],
        [3, SECONDS + 60],
        [9, SECONDS + 120],
      ]),
    reading: samples(1, null, 3),
  },
  empty: { answer: () => ({ json: [] }), reading: samples(null, null, null) },
  many: { answer: () => datapoints([], []), why: /^it: the target gives 2 series/ },
  unusable: {
    answer: () => ({
      headers: { "content-type": "application/json" },
      text: `[{"target":"a","datapoints":[[1e9999,${SECONDS}],[-1e9999,${SECONDS + 60}]]}]`,
    }),
    reading: samples(null, null, null),
  },
  half: [],
  refused: [
    {
      name: "points that were averaged to fit",
      answer: datapoints([[1, SECONDS - 45]]),
      why: /^it: Graphite answered with other steps than the 60 s that were asked for/,
    },
    {
      name: "a stack trace in HTML",
      answer: { status: 500, headers: { "content-type": "text/html" }, text: "<h1>Error" },
      why: /^it: it answered 500$/,
    },
  ],
  isAuthorized: isBearer,
};

function influxRows(values: readonly (readonly [number, unknown])[], more: object = {}) {
  const series = [{ name: "r", columns: ["time", "sum"], values }];
  return { json: { results: [{ statement_id: 0, series, ...more }] } };
}

const ROWS = [
  [FROM - STEP, 1],
  [FROM, null],
  [FROM + STEP, 3],
] as const;

const INFLUXDB: MetricSourceSubject = {
  type: "influxdb",
  create: (url, { clock, timeout }) =>
    createInfluxdbSource(
      {
        ...metricSettings({ url, timeout, auth: BEARER, page: "https://chronograf.example" }),
        ...{ delay: 10_000, database: "app", retentionPolicy: null },
      },
      { clock },
    ),
  ask: asking("SELECT sum(e) FROM r WHERE {{time}} GROUP BY time({{step}})", "increase"),
  good: { answer: () => influxRows(ROWS), reading: samples(1, null, 3) },
  empty: {
    answer: () => ({ json: { results: [{ statement_id: 0 }] } }),
    reading: samples(null, null, null),
  },
  many: {
    answer: () => {
      const series = [1, 2].map((v) => ({
        name: "r",
        tags: { v },
        columns: ["time", "sum"],
        values: [],
      }));
      return { json: { results: [{ statement_id: 0, series }] } };
    },
    why: /^it: the query gives 2 series, and one is needed: group by time only$/,
  },
  half: [
    { name: "a cut answer", answer: () => influxRows(ROWS, { partial: true }) },
    {
      name: "a warning",
      answer: () => influxRows(ROWS, { messages: [{ level: "warning", text: "deprecated" }] }),
    },
  ],
  refused: [
    {
      name: "an unknown database, with 200",
      answer: { json: { results: [{ statement_id: 0, error: "database not found: nodb" }] } },
      why: /^it: database not found: nodb$/,
    },
    {
      name: "a query that it cannot read",
      answer: { status: 400, json: { error: "error parsing query: found SELEC" } },
      why: /^it: it answered 400: error parsing query: found SELEC$/,
    },
    {
      name: "two statements",
      answer: { json: { results: [{ statement_id: 0 }, { statement_id: 1 }] } },
      why: /^it: it answered 200 with something that is no answer of InfluxDB/,
    },
    {
      name: "texts where numbers are wanted",
      answer: influxRows([[FROM, "late"]]),
      why: /^it: the query gives values that are no numbers$/,
    },
  ],
  isAuthorized: isBearer,
};

const HTTP: MetricSourceSubject = {
  type: "http",
  create: (url, { clock, timeout }) =>
    createHttpSource(
      {
        ...metricSettings({ url, timeout, auth: BEARER, page: "https://quality.example" }),
        ...{ value: null, points: answerExpression("body.points") },
      },
      { clock },
    ),
  ask: asking("/accuracy?from={{from}}&to={{to}}"),
  good: {
    answer: () => ({ json: { points: [[FROM, 0.5], { at: TO / 1_000, value: 2 }] } }),
    reading: samples(0.5, null, 2),
  },
  empty: { answer: () => ({ json: { points: [] } }), reading: samples(null, null, null) },
  unusable: {
    answer: () => ({ json: { points: [["2026-11-22T13:20:00Z", null]] } }),
    reading: samples(null, null, null),
  },
  half: [],
  refused: [
    {
      name: "what it reads is not there",
      answer: { json: { data: [] } },
      why: /^it: body\.points: the answer has no body\.points$/,
    },
    {
      name: "a point between two steps",
      answer: { json: { points: [[FROM + 1_500, 1]] } },
      why: /^it: it answered with a point at .*, which is no multiple of the 60 s/,
    },
    {
      name: "a point twice",
      answer: {
        json: {
          points: [
            [FROM, 1],
            [FROM, 2],
          ],
        },
      },
      why: /is there twice$/,
    },
    {
      name: "a text where a number is wanted",
      answer: { json: { points: [[FROM, "0.5"]] } },
      why: /^it: point 0 has no number as its value$/,
    },
  ],
  isAuthorized: isBearer,
};

for (const subject of [
  PROMETHEUS,
  LOKI,
  alertSubject("alertmanager"),
  alertSubject("grafana"),
  DATADOG,
  CLOUDWATCH,
  GRAPHITE,
  INFLUXDB,
  HTTP,
]) {
  describeMetricSource(subject);
}
