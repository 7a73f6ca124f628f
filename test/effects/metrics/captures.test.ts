import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Reading } from "../../../src/core/verdict.ts";
import { createAlertmanagerSource } from "../../../src/effects/metrics/alertmanager/alertmanager-source.ts";
import { createInfluxdbSource } from "../../../src/effects/metrics/influxdb/influxdb-source.ts";
import { createPrometheusSource } from "../../../src/effects/metrics/prometheus/prometheus-source.ts";
import { metricServers } from "../../support/metric-server.ts";
import { metricSettings } from "../../support/metric-settings.ts";
import type { ScriptedAnswer } from "../../support/scripted-server.ts";

/** What real servers answered, told again by a server on the loopback interface. */

interface Capture {
  readonly case: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

const never = new AbortController().signal;
const start = metricServers(1_795_354_000_000);

function captured(system: string, name: string): ScriptedAnswer {
  const file = join(import.meta.dirname, `../../fixtures/${system}/captures.json`);
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly cases: readonly Capture[];
  };
  const found = cases.find((capture) => capture.case === name);
  if (found === undefined) throw new Error(`no capture "${name}"`);
  const { status, contentType, body } = found;
  const isText = typeof body === "string" && !contentType.startsWith("application/json");
  const text = isText ? body : JSON.stringify(body);
  return { status, headers: { "content-type": contentType }, text };
}

describe("answers of a real InfluxDB 1.6", () => {
  const influxdb = (url: string, services: Parameters<typeof createInfluxdbSource>[1]) =>
    createInfluxdbSource(
      { ...metricSettings({ url }), delay: 0, database: "app", retentionPolicy: null },
      services,
    );
  const nothing = [1, 2, 3, 4].map((n) => ({ at: 1_795_353_840_000 + n * 30_000, value: null }));

  it.each<readonly [string, Reading]>([
    [
      // It rounds the window outwards, and its first row is before it.
      "group by time fill(null)",
      {
        kind: "samples",
        samples: [
          { at: 1_795_353_870_000, value: null },
          { at: 1_795_353_900_000, value: 0.2 },
          { at: 1_795_353_930_000, value: 0.200_000_000_000_000_04 },
          { at: 1_795_353_960_000, value: 0.2 },
        ],
      },
    ],
    ["empty", { kind: "samples", samples: nothing }],
    [
      "mean by version",
      {
        kind: "error",
        why: "it: the query gives 2 series, and one is needed: group by time only",
      },
    ],
    [
      "rfc3339 default time",
      { kind: "error", why: "it: the query gives values that are no numbers" },
    ],
    [
      "parse error",
      {
        kind: "error",
        why: "it: it answered 400: error parsing query: found SELEC, expected SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, KILL at line 1, char 1",
      },
    ],
    ["unknown db", { kind: "error", why: "it: database not found: nodb" }],
    [
      "two statements",
      {
        kind: "error",
        why: "it: it answered 200 with something that is no answer of InfluxDB (application/json): is the url right?",
      },
    ],
    [
      "write via GET refused",
      {
        kind: "partial",
        why: "it: deprecated use of 'CREATE DATABASE b' in a read only context, please use a POST request instead",
      },
    ],
  ])("%s", async (name, reading) => {
    const answer = captured("influxdb", name);
    const inMilliseconds =
      typeof answer === "string"
        ? answer
        : { ...answer, text: (answer.text ?? "").replace(/\[(17\d{8}),/g, "[$1000,") };
    const { source } = await start(influxdb, () => inMilliseconds);
    const query = {
      query: "SELECT mean(a) FROM b WHERE {{time}} GROUP BY time({{step}})",
      form: "value",
      ...{ from: 1_795_353_870_000, to: 1_795_353_960_000, step: 30_000 },
    } as const;
    expect(await source.range(query, never)).toEqual(reading);
  });
});

describe("answers of a real Alertmanager 0.25", () => {
  const alertmanager = (url: string, services: Parameters<typeof createAlertmanagerSource>[1]) =>
    createAlertmanagerSource(metricSettings({ url }), services);

  it("say what fires", async () => {
    const { source } = await start(alertmanager, () => captured("alertmanager", "AM alerts"));
    expect(await source.alerts({ service: "app" }, never)).toEqual({
      kind: "alerts",
      alerts: [
        {
          fingerprint: "f46de3ad631b6b3d",
          status: "firing",
          name: "CanaryErrors",
          labels: { alertname: "CanaryErrors", service: "app", severity: "page" },
          summary: "canary 5xx",
          startsAt: Date.parse("2026-11-22T13:23:43.632Z"),
          endsAt: null,
          url: expect.stringMatching(/^http:\/\/vm:39190\/graph/),
          because: "condition",
        },
      ],
    });
  });

  it("refuse in a text of JSON", async () => {
    const { source } = await start(alertmanager, () =>
      captured("alertmanager", "AM alerts bad filter"),
    );
    expect(await source.alerts({ service: "app" }, never)).toEqual({
      kind: "error",
      why: "it: it answered 400: bad matcher format: {bad",
    });
  });

  it("that are about something else are an error", async () => {
    const { source } = await start(alertmanager, () => captured("alertmanager", "AM status"));
    expect(await source.alerts({ service: "app" }, never)).toMatchObject({ kind: "error" });
  });
});

it("a real Prometheus 2.42 says what fires by its own rules", async () => {
  const { source } = await start(
    (url, services) => createPrometheusSource(metricSettings({ url }), services),
    () => captured("prometheus", "alerts"),
  );
  expect(await source.alerts({ service: "app" }, never)).toMatchObject({
    kind: "alerts",
    alerts: [{ name: "CanaryErrors", startsAt: Date.parse("2026-11-22T13:23:43.632Z") }],
  });
});
