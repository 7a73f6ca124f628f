import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { pastReleases, watchedConfiguration } from "./support/past-releases.ts";
import { MINUTE } from "./support/policies.ts";
import { runSlipway } from "./support/run-slipway.ts";
import { startServer } from "./support/scripted-server.ts";

const NAMES = { component: "svc-feed", code: "200", version: "1" };
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;

/** A Prometheus that has a counter of requests, some of which failed, since so many hours. */
async function startHistory(hours: number, series: readonly object[]) {
  const server = await startServer(({ url, body }) => {
    if (url.startsWith("/api/v1/series")) {
      const isComponent = new URL(url, "http://prom").searchParams
        .get("match[]")
        ?.includes("component=");
      return { json: { status: "success", data: isComponent ? series : [] } };
    }
    const form = new URLSearchParams(body);
    const share = (form.get("query") ?? "").includes("5..") ? 3 : 1000;
    const [start = 0, end = 0, step = 1] = ["start", "end", "step"].map((name) =>
      Number(form.get(name)),
    );
    const began = NOW / 1000 - hours * 3600;
    const values: [number, string][] = [];
    for (let at = start; at <= end + 1e-6; at += step) {
      if (at >= began) values.push([at, String(Math.round(((at - began) / 60) * share))]);
    }
    const result = [{ metric: { code: "x" }, values }];
    return { json: { status: "success", data: { resultType: "matrix", result } } };
  });
  onTestFinished(() => server.close());
  return server;
}

const COUNTERS = ["200", "503"].map((code) => ({ __name__: "requests_total", ...NAMES, code }));

async function world(hours: number, series: readonly object[] = COUNTERS) {
  const server = await startHistory(hours, series);
  const { env, folder } = await pastReleases(watchedConfiguration(server.url), []);
  const suggest = (...argv: readonly string[]) => runSlipway(["suggest", ...argv], env);
  return { env, folder, suggest };
}

describe("slipway suggest", () => {
  it("gives checks that the loader of the configuration takes as they are", async () => {
    const { env, folder, suggest } = await world(50);
    const { out, err, exitCode } = await suggest("svc-feed", "--since", "3d");
    expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
    expect(out).toContain("- name: 'failed requests'");
    expect(out).toContain(
      `    bad: 'requests_total{component="svc-feed",version="{{version}}",code=~"5.."}'`,
    );
    const file = join(folder, "suggested.yml");
    writeFileSync(file, out);
    const loaded = await runSlipway(["backtest", "--check", file], env);
    expect(loaded).toMatchObject({ exitCode: 0, err: "" });
    expect(loaded.out).toContain("Check: failed requests");
  });

  it("gives them as JSON too", async () => {
    const { suggest } = await world(50);
    const { out } = await suggest("svc-feed", "--since", "3d", "--json");
    expect(JSON.parse(out)).toMatchObject({
      component: "svc-feed",
      proposed: [{ name: "failed requests", suggested: true, falseAlarms: { alarms: 0 } }],
    });
  });

  it.each([
    {
      what: "a short past",
      hours: 5,
      series: COUNTERS,
      says: "too little of it is of healthy releases",
    },
    {
      what: "no series",
      hours: 50,
      series: [],
      says: "prom has no series with component, service",
    },
    {
      what: "nothing that could be judged",
      hours: 50,
      series: [{ __name__: "queue_length", ...NAMES }],
      says: "(queue_length), and none is a counter that says how events ended",
    },
  ])("says what is missing of $what", async ({ hours, series, says }) => {
    const { suggest } = await world(hours, series);
    const { exitCode, err, out } = await suggest("svc-feed");
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(err).toContain(says);
  });

  it.each([
    { argv: [], says: "slipway suggest COMPONENT" },
    { argv: ["svc-x"], says: "svc-x: there is svc-feed" },
    { argv: ["svc-feed", "--environment", "qa"], says: "--environment qa: there is production" },
    {
      argv: ["svc-feed", "--source", "graphs"],
      says: "--source graphs: it is none of type prometheus",
    },
    { argv: ["svc-feed", "--since", "long"], says: "--since long: write how long ago" },
  ])("refuses $argv", async ({ argv, says }) => {
    const { suggest } = await world(1);
    const { exitCode, err } = await suggest(...argv);
    expect(exitCode).toBe(1);
    expect(err).toContain(says);
  });
});
