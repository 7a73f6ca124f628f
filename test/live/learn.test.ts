import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PastRelease, pastReleases, watchedConfiguration } from "../support/past-releases.ts";
import { MINUTE } from "../support/policies.ts";
import {
  findPrometheus,
  type RealPrometheus,
  startPrometheus,
} from "../support/real-prometheus.ts";
import { runSlipway } from "../support/run-slipway.ts";
import { seededRandom } from "../support/seeded-random.ts";
import { run } from "./support/tools.ts";

const HOURS = 60;
const VERSION = findPrometheus();
const MISSING = "no prometheus with its promtool on the path: apt-get install prometheus";

const NOW = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE;
const BEGAN = NOW - HOURS * 60 * MINUTE;
const RELEASES: readonly PastRelease[] = [
  { version: "1", at: BEGAN + 120 * MINUTE, became: "passed" },
  { version: "2", at: NOW - 20 * 60 * MINUTE, became: "rolled-back" },
  { version: "3", at: NOW - 10 * 60 * MINUTE, became: "passed" },
];
const [, BAD, LAST] = RELEASES;

/** Who takes the traffic: version 2 for six minutes, until it was rolled back. */
function servingAt(at: number): string {
  if (BAD !== undefined && at > BAD.at && at <= BAD.at + 6 * MINUTE) return "2";
  return LAST !== undefined && at > LAST.at ? "3" : "1";
}

/** Two and a half days of a service of 1,000 requests a minute, 0.4 % of which fail; of version 2, 8 %. */
function history(): string {
  const chance = seededRandom(20);
  const counters = new Map<string, { ok: number; failed: number }>();
  const lines: string[] = [];
  for (let at = BEGAN; at <= NOW; at += MINUTE) {
    const version = servingAt(at);
    const counter = counters.get(version) ?? { ok: 0, failed: 0 };
    counters.set(version, counter);
    const share = version === "2" ? 0.08 : 0.004;
    for (let request = 0; request < 1000; request += 1) {
      if (chance.chance(share)) counter.failed += 1;
      else counter.ok += 1;
    }
    for (const [code, value] of [["200", counter.ok] as const, ["500", counter.failed] as const]) {
      lines.push(
        `http_requests_total{app="svc-feed",version="${version}",code="${code}"} ${value} ${at / 1000}`,
      );
    }
  }
  return ["# TYPE http_requests counter", ...lines, "# EOF", ""].join("\n");
}

const CHECK = `
name: failed requests
source: prom
ratio:
  bad: 'http_requests_total{app="svc-feed",version="{{version}}",code=~"5.."}'
  total: 'http_requests_total{app="svc-feed",version="{{version}}"}'
pass: value <= 0.02
`;

process.stdout.write(VERSION === null ? `${MISSING}\n` : `found prometheus ${VERSION}\n`);

if (VERSION === null && process.env.SLIPWAY_LIVE === "all") {
  it("needs a real Prometheus", () => {
    throw new Error(MISSING);
  });
}

describe.skipIf(VERSION === null)("learning from a real Prometheus", () => {
  let prometheus: RealPrometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus("global: { scrape_interval: 1h }", (data) => {
      const file = `${data}.om`;
      writeFileSync(file, history());
      const made = run("promtool", ["tsdb", "create-blocks-from", "openmetrics", file, data]);
      if (made.code !== 0) throw new Error(made.all);
    });
  }, 120_000);
  afterAll(() => prometheus.close());

  async function past() {
    const { env, folder } = await pastReleases(watchedConfiguration(prometheus.url), RELEASES);
    const file = join(folder, "check.yml");
    const backtest = async (check: string) => {
      writeFileSync(file, check);
      const { out, err } = await runSlipway(["backtest", "--check", file, "--json"], env);
      expect(err).toBe("");
      const { checks } = JSON.parse(out) as {
        readonly checks: readonly {
          readonly check: string;
          readonly episodes: readonly { readonly version: string; readonly result: string }[];
        }[];
      };
      return checks;
    };
    return { env, backtest };
  }

  it("backtests a check: it finds the bad release, and lets the good ones pass", async () => {
    const { backtest } = await past();
    const [tested] = await backtest(CHECK);
    expect(tested?.episodes.map(({ version, result }) => [version, result])).toEqual([
      ["1", "passed"],
      ["2", "failed"],
      ["3", "passed"],
    ]);
  }, 60_000);

  it("suggests a check that the loader takes, and that would have found the bad release", async () => {
    const { env, backtest } = await past();
    const { out, err, exitCode } = await runSlipway(["suggest", "svc-feed"], env);
    expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
    expect(out).toContain("Without 1 release that was not healthy");
    expect(out).toMatch(
      /# Replayed on \d+ healthy windows, of which \d+ can have no time in common/,
    );
    const [suggested] = await backtest(out);
    expect(suggested?.check).toBe("failed http requests");
    expect(suggested?.episodes.map(({ version, result }) => [version, result])).toEqual([
      ["1", "passed"],
      ["2", "failed"],
      ["3", "passed"],
    ]);
  }, 120_000);

  it("suggests nothing from too short a past, and says how long it must be", async () => {
    const { env } = await past();
    const { err, exitCode } = await runSlipway(["suggest", "svc-feed", "--since", "5h"], env);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/prom has \d+ h.* of history, and too little of it is of healthy releases/);
  }, 60_000);
});
