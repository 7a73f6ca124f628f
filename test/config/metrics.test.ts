import { describe, expect, it } from "vitest";
import { METRIC_TYPES } from "../../src/shared/metric-types.ts";
import { load, problemsOf } from "../support/configurations.ts";

const ENVIRONMENT = { KEY: "a-key-of-the-metrics", OTHER: "another-key-of-them" };

function withMetrics(text: string): string {
  return `slack: { channel: releases }\nmetrics:\n  it: { ${text} }\n`;
}

const loaded = (text: string) => load(withMetrics(text), ENVIRONMENT).metrics.it;
const problems = (text: string) =>
  problemsOf(withMetrics(text), ENVIRONMENT).map((problem) => problem.replace(/^\S+ /, ""));

const SERVER = {
  name: "it",
  url: "http://metrics.example",
  page: null,
  auth: { kind: "none" },
  headers: {},
  timeout: 10_000,
};

const URL = 'url: "http://metrics.example/"';

describe("a metrics source of the configuration", () => {
  it.each([
    [`type: prometheus, ${URL}`, { ...SERVER, type: "prometheus" }],
    [
      `type: loki, ${URL}, page: "https://grafana.example", datasource: uid`,
      {
        ...{ ...SERVER, type: "loki", page: "https://grafana.example", datasource: "uid" },
        ...{ delay: 10_000, linesAtOnce: 5_000, mostLines: 20_000 },
      },
    ],
    [
      `type: alertmanager, ${URL}, basic: { user: bot, password: "\${KEY}" }`,
      {
        ...{ ...SERVER, type: "alertmanager" },
        auth: { kind: "basic", user: "bot", password: ENVIRONMENT.KEY },
      },
    ],
    [
      `type: grafana, ${URL}, bearer: "\${KEY}"`,
      { ...SERVER, type: "grafana", auth: { kind: "bearer", token: ENVIRONMENT.KEY } },
    ],
    [
      'type: datadog, site: datadoghq.eu, apiKey: "${KEY}", applicationKey: "${OTHER}"',
      {
        ...{ ...SERVER, type: "datadog", delay: 60_000 },
        url: "https://api.datadoghq.eu",
        page: "https://app.datadoghq.eu",
        headers: { "DD-API-KEY": ENVIRONMENT.KEY, "DD-APPLICATION-KEY": ENVIRONMENT.OTHER },
      },
    ],
    [
      "type: cloudwatch, region: us-east-1, delay: 0s",
      {
        ...{ name: "it", type: "cloudwatch", region: "us-east-1", endpoint: null },
        ...{ credentials: { kind: "found" }, timeout: 10_000, delay: 0 },
      },
    ],
    [
      'type: cloudwatch, region: us-gov-west-1, accessKeyId: AKIA0, secretAccessKey: "${KEY}"',
      {
        ...{ name: "it", type: "cloudwatch", region: "us-gov-west-1", endpoint: null },
        credentials: {
          ...{ kind: "keys", accessKeyId: "AKIA0", secretAccessKey: ENVIRONMENT.KEY },
          sessionToken: null,
        },
        ...{ timeout: 10_000, delay: 120_000 },
      },
    ],
    [`type: graphite, ${URL}`, { ...SERVER, type: "graphite", delay: 10_000 }],
    [
      `type: influxdb, ${URL}, database: app`,
      { ...SERVER, type: "influxdb", delay: 10_000, database: "app", retentionPolicy: null },
    ],
  ])("%s", (text, settings) => {
    expect(loaded(text)).toEqual(settings);
  });

  it("of any JSON endpoint has an expression over the answer", () => {
    const settings = loaded(`type: http, ${URL}, points: "body.p.map(x, [x.t, x.v])"`);
    const points = settings?.type === "http" ? settings.points : null;
    expect(points?.evaluate({ body: { p: [{ t: 1, v: 0.5 }] } })).toEqual({
      kind: "value",
      value: [[1, 0.5]],
    });
  });

  it.each([
    [
      `type: prometheus, ${URL}, bearer: a, basic: { user: a, password: b }`,
      "metrics.it: has bearer and basic; write one of them",
    ],
    [
      `type: loki, ${URL}, bearer: a, basic: { user: a, password: b }`,
      "metrics.it: has bearer and basic; write one of them",
    ],
    [
      `type: http, ${URL}`,
      "metrics.it: has neither points nor value; write points, e.g. body.points",
    ],
    [
      `type: http, ${URL}, points: body, value: body`,
      "metrics.it: has points and value; write one of them",
    ],
    [
      "type: cloudwatch, region: us-east-1, accessKeyId: A",
      "metrics.it: has one of accessKeyId and secretAccessKey; write both, or neither for the role that the AWS SDK finds",
    ],
    [
      "type: cloudwatch, region: us-east-1, sessionToken: A",
      "metrics.it: has a sessionToken without accessKeyId and secretAccessKey",
    ],
    [
      "type: cloudwatch, region: Frankfurt",
      "metrics.it.region: must be a region such as us-east-1",
    ],
    [
      'type: datadog, site: "https://datadoghq.eu", apiKey: a, applicationKey: b',
      "metrics.it.site: must be a site such as datadoghq.com or us5.datadoghq.com",
    ],
    [`type: influxdb, ${URL}, database: " "`, "metrics.it.database: must not be empty"],
    [
      'type: graphite, url: "https://bot:pw@graphite.example"',
      "metrics.it.url: a password does not belong in an address; use headers",
    ],
  ])("%s is a problem", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it("of a type that there is not names those that there are", () => {
    expect(problems(`type: statsd, ${URL}`).join()).toMatch(/prometheus.*loki.*http/);
  });

  it("is taken of each type that there is", () => {
    const texts: Readonly<Record<string, string>> = {
      datadog: "type: datadog, apiKey: a, applicationKey: b",
      cloudwatch: "type: cloudwatch, region: us-east-1",
      influxdb: `type: influxdb, ${URL}, database: app`,
      http: `type: http, ${URL}, value: body.x`,
    };
    for (const type of Object.keys(METRIC_TYPES)) {
      expect(loaded(texts[type] ?? `type: ${type}, ${URL}`)?.type).toBe(type);
    }
  });
});
