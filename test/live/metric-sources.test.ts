import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Reading } from "../../src/core/verdict.ts";
import { createAlertmanagerSource } from "../../src/effects/metrics/alertmanager/alertmanager-source.ts";
import type { MetricSource, RangeForm } from "../../src/effects/metrics/metric-source.ts";
import { createPrometheusSource } from "../../src/effects/metrics/prometheus/prometheus-source.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { freePort } from "../support/free-port.ts";
import { metricSettings } from "../support/metric-settings.ts";
import { type AnsweredSeries, askPrometheus } from "../support/prometheus-client.ts";
import { type RealPrometheus, startPrometheus } from "../support/real-prometheus.ts";
import { type ScriptedServer, startServer } from "../support/scripted-server.ts";
import { startServer as startProgram } from "./support/background-server.ts";
import { has, leftOut } from "./support/tools.ts";

const STEP = 1_000;
const SCRAPES = 13;
const never = new AbortController().signal;

/** What a target exports at its scrape number n, counted from 1; null: it fails. */
type Target = (n: number) => string | null;

/** A counter that rises by 3 with each scrape. */
const steady: Target = (n) =>
  `events_total{code="500"} ${10 + 3 * n}\nevents_total{code="200"} 7\n`;
/** Begins again at its 6th scrape. */
const restarted: Target = (n) => `events_total{code="500"} ${n < 6 ? 100 + 3 * n : 3 * (n - 5)}\n`;
/** Is there from its 5th scrape on. */
const young: Target = (n) => (n < 5 ? null : `events_total{code="500"} ${3 * (n - 4)}\n`);
/** Is there up to its 7th. */
const ended: Target = (n) => (n > 7 ? null : `events_total{code="500"} ${3 * n}\n`);

const values: Target = (n) => `quality ${n % 3 === 0 ? "NaN" : "0.5"}\n`;

/** Two versions of a histogram with other buckets. */
const histograms: Target = (n) =>
  [
    `seconds_bucket{version="1",le="0.1"} ${n}`,
    `seconds_bucket{version="1",le="0.5"} ${3 * n}`,
    `seconds_bucket{version="1",le="+Inf"} ${4 * n}`,
    `seconds_bucket{version="2",le="0.2"} ${2 * n}`,
    `seconds_bucket{version="2",le="0.5"} ${2 * n}`,
    `seconds_bucket{version="2",le="+Inf"} ${7 * n}`,
    "",
  ].join("\n");

const TARGETS = { steady, restarted, young, ended, values, histograms } as const;

const RULES = `
groups:
  - name: feed
    rules:
      - { alert: Errors, expr: "vector(1)", labels: { service: feed }, annotations: { summary: "5xx" } }
      - { alert: Slow, expr: "vector(1)", for: 1h, labels: { service: feed } }
      - { alert: Errors, expr: "vector(1)", labels: { service: search } }
`;

const foundPrometheus = has("which", "prometheus");
const isWithoutPrometheus = leftOut(
  "prometheus",
  foundPrometheus ? [] : ["apt-get install prometheus"],
);

describe.skipIf(isWithoutPrometheus)("a real Prometheus as a source", () => {
  let folder: string;
  let prometheus: RealPrometheus;
  let source: MetricSource;
  const servers: ScriptedServer[] = [];
  /** Multiples of the step, from the second scrape to the last. */
  let from: number;
  let to: number;
  let raw: readonly AnsweredSeries[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-live-"));
    const rules = join(folder, "rules.yml");
    await writeFile(rules, RULES);
    const jobs: string[] = [];
    for (const [job, target] of [...Object.entries(TARGETS), ["slow", steady] as const]) {
      let scrapes = 0;
      const server = await startServer(() => {
        scrapes += 1;
        const text = target(scrapes);
        return text === null
          ? { status: 503 }
          : { headers: { "content-type": "text/plain" }, text };
      });
      servers.push(server);
      const every = job === "slow" ? "2s" : "1s";
      jobs.push(
        `  - { job_name: ${job}, scrape_interval: ${every}, scrape_timeout: 1s, static_configs: [{ targets: ["${new URL(server.url).host}"] }] }`,
      );
    }
    prometheus = await startPrometheus(
      [
        "global: { evaluation_interval: 1s }",
        `rule_files: ["${rules}"]`,
        "scrape_configs:",
        ...jobs,
      ].join("\n"),
    );
    source = createPrometheusSource(metricSettings({ url: prometheus.url }), {
      clock: systemClock,
    });
    const up = await untilScraped('up{job!="slow"}', SCRAPES);
    const starts = up.map(({ values: [first] }) => first?.[0] ?? 0);
    const ends = up.map(({ values: points }) => points.at(-1)?.[0] ?? 0);
    from = Math.ceil(Math.max(...starts)) * 1_000 + STEP;
    to = Math.floor(Math.min(...ends)) * 1_000;
    raw = await ask('{__name__=~"events_total|seconds_bucket"}[5m]', to / 1_000);
  });

  afterAll(async () => {
    await prometheus?.close();
    await Promise.all(servers.map((server) => server.close()));
    await rm(folder, { recursive: true });
  });

  async function ask(query: string, time?: number): Promise<readonly AnsweredSeries[]> {
    const parameters = { query, ...(time === undefined ? {} : { time: String(time) }) };
    const answer = await askPrometheus(prometheus.url, "query", parameters);
    if ("error" in answer) throw new Error(answer.error);
    return answer.series;
  }

  /** Every target has been scraped this often. */
  async function untilScraped(query: string, scrapes: number): Promise<readonly AnsweredSeries[]> {
    for (;;) {
      const series = await ask(`${query}[5m]`);
      const isDone = series.every(({ values: points }) => points.length >= scrapes);
      if (series.length === Object.keys(TARGETS).length && isDone) return series;
      await systemClock.sleep(100);
    }
  }

  function measure(query: string, form: RangeForm, window = { from, to }): Promise<Reading> {
    return source.range({ query, form, ...window, step: STEP }, never);
  }

  async function numbers(query: string, form: RangeForm): Promise<readonly (number | null)[]> {
    const reading = await measure(query, form);
    if (reading.kind !== "samples") throw new Error(JSON.stringify(reading));
    expect(reading.samples.map(({ at }) => at)).toEqual(
      Array.from({ length: (to - from) / STEP + 1 }, (_none, index) => from + index * STEP),
    );
    return reading.samples.map(({ value }) => value);
  }

  /** What was scraped of a series, as it was at each point of the window and one before it. */
  function scraped(job: string, labels: Readonly<Record<string, string>>) {
    const found = raw.find(
      ({ metric }) =>
        metric.job === job &&
        Object.entries(labels).every(([name, value]) => metric[name] === value),
    );
    const points = found?.values ?? [];
    return Array.from({ length: (to - from) / STEP + 2 }, (_none, index) => {
      const at = (from + (index - 1) * STEP) / 1_000;
      return points.filter(([time]) => time <= at).at(-1)?.[1] ?? 0;
    });
  }

  const total = (list: readonly (number | null)[]) =>
    list.reduce<number>((sum, value) => sum + (value ?? 0), 0);

  it("counts every event of a counter, once", async () => {
    const increases = await numbers('events_total{job="steady",code="500"}', "increase");
    const seen = scraped("steady", { code: "500" });
    expect(total(increases)).toBe((seen.at(-1) ?? 0) - (seen[0] ?? 0));
    expect(increases.every((value) => value !== null && value % 3 === 0)).toBe(true);
  });

  it("takes a counter that fell for one that began again at 0", async () => {
    const increases = await numbers('events_total{job="restarted"}', "increase");
    const seen = scraped("restarted", {});
    const highest = Math.max(...seen.filter((value) => value > 100));
    expect(total(increases)).toBe(highest - (seen[0] ?? 0) + (seen.at(-1) ?? 0));
  });

  it("counts a process that appears from 0, and has no data before it", async () => {
    const increases = await numbers('events_total{job="young"}', "increase");
    expect(increases[0]).toBeNull();
    expect(total(increases)).toBe(scraped("young", {}).at(-1));
  });

  it("has no data of a process that ended, at once", async () => {
    const increases = await numbers('events_total{job="ended"}', "increase");
    expect(increases.at(-1)).toBeNull();
    expect(increases[0]).toBe(3);
  });

  it("sums counters of many processes that come and go", async () => {
    const jobs = ["steady", "restarted", "young", "ended"] as const;
    const each = await Promise.all(
      jobs.map((job) => numbers(`events_total{job="${job}"}`, "increase")),
    );
    const all = await numbers(`events_total{job=~"${jobs.join("|")}"}`, "increase");
    expect(total(all)).toBe(each.reduce((sum, one) => sum + total(one), 0));
    expect(all).not.toContain(null);
  });

  it("takes a late scrape for a step with 0, and then for both steps", async () => {
    const increases = await numbers('events_total{job="slow",code="500"}', "increase");
    const known = increases.filter((value) => value !== null);
    expect(new Set(known.slice(1))).toEqual(new Set([0, 3]));
    expect(known.slice(2).every((value, index) => value !== known[index + 1])).toBe(true);
  });

  it("has no data where a number is NaN", async () => {
    const found = await numbers("quality", "value");
    expect(new Set(found)).toEqual(new Set([0.5, null]));
  });

  it.each([["value"], ["increase"]] as const)(
    "has no data of an empty vector: %s",
    async (form) => {
      expect(new Set(await numbers("nothing_at_all", form))).toEqual(new Set([null]));
    },
  );

  it("refuses many series where one is wanted", async () => {
    expect(await measure("events_total", "value")).toMatchObject({
      kind: "error",
      why: expect.stringMatching(/^it: the query gives \d+ series, and one is needed/),
    });
  });

  it("says what Prometheus says of duplicated series", async () => {
    const query = 'events_total / on(code) group_left events_total{job=~"steady|young"}';
    expect(await measure(query, "value")).toMatchObject({
      kind: "error",
      why: expect.stringMatching(/^it: execution: found duplicate series for the match group/),
    });
  });

  it("counts the buckets of a histogram, each for itself", async () => {
    const reading = await measure('seconds_bucket{version="1"}', "buckets");
    if (reading.kind !== "buckets") throw new Error(JSON.stringify(reading));
    const { bounds, points } = reading.histograms;
    expect(bounds).toEqual([0.1, 0.5, Number.POSITIVE_INFINITY]);
    const counts = points.map((point) => point.counts ?? []);
    const scrapes = counts.map(([first = 0]) => first);
    expect(counts).toEqual(scrapes.map((n) => [n, 2 * n, n]));
    expect(total(scrapes)).toBeGreaterThanOrEqual(points.length - 1);
  });

  it("keeps the bounds that histograms with other buckets have in common", async () => {
    const reading = await measure("seconds_bucket", "buckets");
    if (reading.kind !== "buckets") throw new Error(JSON.stringify(reading));
    expect(reading.histograms.bounds).toEqual([0.5, Number.POSITIVE_INFINITY]);
    const sums = reading.histograms.points.map(({ counts }) => counts ?? []);
    expect(sums.every(([low = 0, high = 0]) => low % 5 === 0 && high === (low / 5) * 6)).toBe(true);
  });

  it("refuses to take a counter for a histogram", async () => {
    expect(await measure("events_total", "buckets")).toMatchObject({
      kind: "error",
      why: expect.stringMatching(/^it: events_total has no label le/),
    });
  });

  it("knows which of its own alerts fire", async () => {
    expect(await source.alerts({ service: "feed" }, never)).toMatchObject({
      kind: "alerts",
      alerts: [{ name: "Errors", status: "firing", summary: "5xx", because: "condition" }],
    });
    expect(await source.alerts({ service: "nobody" }, never)).toEqual({
      kind: "alerts",
      alerts: [],
    });
  });

  it("is an error when it is gone, and says the same again when it is back", async () => {
    const before = await measure('events_total{job="steady"}', "increase");
    expect(before.kind).toBe("samples");
    const gone = createPrometheusSource(
      metricSettings({ url: `http://127.0.0.1:${await freePort()}` }),
      { clock: systemClock },
    );
    const query = { query: "up", form: "value", from, to, step: STEP } as const;
    expect(await gone.range(query, never)).toMatchObject({
      kind: "error",
      why: expect.stringMatching(/the connection was refused$/),
    });
    expect(await measure('events_total{job="steady"}', "increase")).toEqual(before);
  });
});

const ALERTMANAGER = "prometheus-alertmanager";
const isWithoutAlertmanager = leftOut(
  ALERTMANAGER,
  has("which", ALERTMANAGER) ? [] : [`apt-get install ${ALERTMANAGER}`],
);

const CONFIGURATION = `
route: { receiver: nobody }
receivers: [{ name: nobody }]
inhibit_rules:
  - source_matchers: ['severity="critical"']
    target_matchers: ['severity="warning"']
    equal: [service]
`;

it.skipIf(isWithoutAlertmanager)(
  "a real Alertmanager as a source says what fires, and not what is silenced or inhibited",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-live-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "alertmanager.yml");
    await writeFile(file, CONFIGURATION);
    const url = `http://127.0.0.1:${await freePort()}`;
    await startProgram({
      program: ALERTMANAGER,
      argv: [
        `--config.file=${file}`,
        `--storage.path=${join(folder, "data")}`,
        `--web.listen-address=${new URL(url).host}`,
        "--cluster.listen-address=",
        "--log.level=error",
      ],
      health: `${url}/-/ready`,
    });
    const source = createAlertmanagerSource(metricSettings({ url }), { clock: systemClock });
    const namesOf = async (match: Readonly<Record<string, string>>) => {
      const reading = await source.alerts(match, never);
      return reading.kind === "alerts"
        ? reading.alerts.map(({ name }) => name).toSorted()
        : reading;
    };
    const until = async (names: readonly string[], match: Readonly<Record<string, string>>) => {
      for (;;) {
        const now = await namesOf(match);
        if (JSON.stringify(now) === JSON.stringify(names)) return;
        await systemClock.sleep(50);
      }
    };
    const post = async (path: string, body: unknown) => {
      const headers = { "content-type": "application/json" };
      const request = { method: "POST", headers, body: JSON.stringify(body) };
      const response = await fetch(`${url}/api/v2${path}`, request);
      expect(response.status).toBe(200);
    };
    const alert = (alertname: string, severity: string, more: object = {}) => ({
      labels: { alertname, severity, service: "feed", ...more },
      annotations: { summary: alertname },
      startsAt: new Date().toISOString(),
    });
    const feed = { service: "feed" };

    expect(await namesOf(feed)).toEqual([]);
    const odd = 'a "b" \\ {c}, d';
    await post("/alerts", [
      alert("Down", "critical"),
      alert("Errors", "page"),
      alert("Odd", "page", { service: odd }),
    ]);
    await until(["Down", "Errors"], feed);
    await until(["Odd"], { service: odd });

    // Inhibited by Down, of the same service.
    await post("/alerts", [alert("Slow", "warning"), alert("Errors", "page", { version: "2" })]);
    await until(["Errors"], { ...feed, version: "2" });
    expect(await namesOf({ ...feed, severity: "warning" })).toEqual([]);

    const matchers = [
      { name: "alertname", value: "Errors", isRegex: false, isEqual: true },
      { name: "version", value: "2", isRegex: false, isEqual: true },
    ];
    const times = {
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 60_000).toISOString(),
    };
    await post("/silences", { matchers, ...times, createdBy: "dana", comment: "known" });
    await until([], { ...feed, version: "2" });
    await until(["Down", "Errors"], feed);

    const resolved = { ...alert("Down", "critical"), endsAt: new Date().toISOString() };
    await post("/alerts", [resolved]);
    await until(["Slow"], { ...feed, severity: "warning" });
  },
);
