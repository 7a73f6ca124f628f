import { describe, expect, it } from "vitest";
import {
  createAlertmanagerSource,
  createGrafanaSource,
} from "../../../src/effects/metrics/alertmanager/alertmanager-source.ts";
import { createPrometheusSource } from "../../../src/effects/metrics/prometheus/prometheus-source.ts";
import { metricServers } from "../../support/metric-server.ts";
import { metricSettings } from "../../support/metric-settings.ts";

const never = new AbortController().signal;
const start = metricServers(Date.UTC(2026, 10, 22, 14));

function anAlert(overrides: object = {}, labels: object = {}) {
  return {
    labels: { alertname: "Errors", service: "feed", ...labels },
    startsAt: "2026-11-22T13:23:43.632Z",
    fingerprint: "f46de3ad631b6b3d",
    status: { state: "active" },
    ...overrides,
  };
}

const alertmanager = (url: string, services: Parameters<typeof createAlertmanagerSource>[1]) =>
  createAlertmanagerSource(metricSettings({ url: `${url}/prefix` }), services);
const grafana = (url: string, services: Parameters<typeof createGrafanaSource>[1]) =>
  createGrafanaSource(metricSettings({ url }), services);

describe("Alertmanager", () => {
  it("is asked for what is not silenced and not inhibited, by exact labels", async () => {
    const { server, source } = await start(alertmanager, () => ({ json: [] }));
    await source.alerts({ service: 'a"b\\c\n{x}', "team.name": "x" }, never);
    const [request] = server.requests();
    const { pathname, searchParams } = new URL(request?.url ?? "", "http://am.example");
    expect(pathname).toBe("/prefix/api/v2/alerts");
    expect([...searchParams]).toEqual([
      ["active", "true"],
      ["silenced", "false"],
      ["inhibited", "false"],
      ["filter", 'service="a\\"b\\\\c\\n{x}"'],
      ["filter", '"team.name"="x"'],
    ]);
  });

  it.each([
    ["silenced", anAlert({ status: { state: "suppressed", silencedBy: ["x"] } })],
    ["muted by a time interval", anAlert({ status: { state: "active", mutedBy: ["night"] } })],
    ["of another service, where a proxy drops the filter", anAlert({}, { service: "search" })],
    ["without the label", anAlert({ labels: { alertname: "Errors" } })],
  ])("does not say that an alert fires that is %s", async (_name, alert) => {
    const { source } = await start(alertmanager, () => ({ json: [alert] }));
    expect(await source.alerts({ service: "feed" }, never)).toEqual({ kind: "alerts", alerts: [] });
  });

  it("an empty label is one that is there and empty", async () => {
    const { source } = await start(alertmanager, () => ({ json: [anAlert()] }));
    expect(await source.alerts({ version: "" }, never)).toEqual({ kind: "alerts", alerts: [] });
  });

  it("says them oldest first, with untrusted texts cut and no address that is none", async () => {
    const alerts = [
      anAlert({ startsAt: "2026-11-22T13:30:00Z", fingerprint: "b" }),
      anAlert({
        fingerprint: "a",
        generatorURL: "javascript:alert(1)",
        annotations: { description: `\u001b[31m${"x".repeat(600)}` },
      }),
    ];
    const { source } = await start(alertmanager, () => ({ json: alerts }));
    const reading = await source.alerts({ service: "feed" }, never);
    const found = reading.kind === "alerts" ? reading.alerts : [];
    expect(found.map(({ fingerprint }) => fingerprint)).toEqual(["a", "b"]);
    expect(found[0]).toMatchObject({ url: null, summary: `${"x".repeat(499)}…` });
  });

  it("of more alerts than a person reads is an error", async () => {
    const alerts = Array.from({ length: 1_001 }, () => anAlert());
    const { source } = await start(alertmanager, () => ({ json: alerts }));
    expect(await source.alerts({ service: "feed" }, never)).toEqual({
      kind: "error",
      why: "it: 1001 alerts fire with these labels, and at most 1000 are taken: match more labels",
    });
  });

  it("has a page with its filter", async () => {
    const { server, source } = await start(alertmanager, () => ({ json: [] }));
    expect(source.link('{service="feed"}')).toBe(
      `${server.url}/prefix/#/alerts?silenced=false&inhibited=false&active=true&filter=%7Bservice%3D%22feed%22%7D`,
    );
  });
});

describe("Grafana", () => {
  it("is asked by its own Alertmanager", async () => {
    const { server, source } = await start(grafana, () => ({ json: [] }));
    await source.alerts({ grafana_folder: "ML" }, never);
    const { pathname } = new URL(server.requests()[0]?.url ?? "", "http://grafana.example");
    expect(pathname).toBe("/api/alertmanager/grafana/api/v2/alerts");
  });

  it.each([
    ["DatasourceNoData", anAlert({}, { alertname: "DatasourceNoData" }), "no-data"],
    ["DatasourceError", anAlert({}, { alertname: "DatasourceError" }), "no-data"],
    ["a reason", anAlert({ annotations: { grafana_state_reason: "NoData" } }), "no-data"],
    ["nothing of it", anAlert(), "condition"],
  ] as const)("knows what proves nothing by %s", async (_name, alert, because) => {
    const { source } = await start(grafana, () => ({ json: [alert] }));
    expect(await source.alerts({ service: "feed" }, never)).toMatchObject({
      alerts: [{ because }],
    });
  });

  it("has a page that searches", async () => {
    const { server, source } = await start(grafana, () => ({ json: [] }));
    expect(source.link("feed")).toBe(`${server.url}/alerting/list?search=feed`);
  });
});

describe("Prometheus' own alerts", () => {
  const prometheus = (url: string, services: Parameters<typeof createPrometheusSource>[1]) =>
    createPrometheusSource(metricSettings({ url }), services);
  const rule = (state: string, service = "feed") => ({
    labels: { alertname: "Errors", service },
    annotations: {},
    state,
    activeAt: "2026-11-22T13:23:43.632510205Z",
    value: "1.1e+01",
  });
  const answered = (...alerts: unknown[]) => ({ json: { status: "success", data: { alerts } } });

  it("are those that fire, and not those that are pending or of others", async () => {
    const { server, source } = await start(prometheus, () =>
      answered(rule("firing"), rule("pending"), rule("firing", "search")),
    );
    expect(await source.alerts({ service: "feed" }, never)).toEqual({
      kind: "alerts",
      alerts: [
        {
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          status: "firing",
          name: "Errors",
          labels: { alertname: "Errors", service: "feed" },
          summary: null,
          startsAt: Date.parse("2026-11-22T13:23:43.632Z"),
          endsAt: null,
          url: `${server.url}/alerts`,
          because: "condition",
        },
      ],
    });
  });

  it("are partial with a warning, and an error where the answer is another", async () => {
    const partial = { json: { ...answered().json, warnings: ["rule group is late"] } };
    const { source } = await start(prometheus, () => partial);
    expect(await source.alerts({ service: "feed" }, never)).toEqual({
      kind: "partial",
      why: "it: rule group is late",
    });
    const other = await start(prometheus, () => ({ json: [] }));
    expect(await other.source.alerts({ service: "feed" }, never)).toMatchObject({ kind: "error" });
    const down = await start(prometheus, () => ({ status: 503 }));
    expect(await down.source.alerts({ service: "feed" }, never)).toEqual({
      kind: "error",
      why: "it: it answered 503",
    });
  });
});
