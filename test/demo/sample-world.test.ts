import { expect, it } from "vitest";
import { z } from "zod";
import { type SampleWorld, startSampleWorld } from "../../src/demo/sample-world.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { demoConfiguration, fill } from "../support/demo-configuration.ts";
import { askPrometheus } from "../support/prometheus-client.ts";
import { quietLog } from "../support/quiet-log.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FAST = {
  deployTime: { pending: 1, running: 1 },
  overlap: 0,
  traffic: { prediction: 5, feed: 50 },
  scrape: 50,
};
const [COUNTERS] = (
  demoConfiguration.components["model-pymk"]?.environments.production?.watch?.checks ?? []
).flatMap(({ ratio }) => ratio ?? []);

let deployed = 0;

/** Deploys what was reported, by the request of the demo's configuration. */
async function deploy(world: SampleWorld, reported: readonly string[]): Promise<string> {
  const option = (name: string) => reported[reported.indexOf(`--${name}`) + 1] ?? "";
  const [artifact = "", digest = ""] = option("artifact").split("@");
  deployed += 1;
  const key = `deploy:${option("version")}:${deployed}`;
  const values = {
    ...{ component: option("component"), version: option("version"), environment: "production" },
    ...{ artifact, digest, key, weight: "100" },
  };
  const start = demoConfiguration.deployers["production-runtime"]?.start;
  const body = Object.entries(start?.body ?? {}).map(([name, text]) => [name, fill(text, values)]);
  const base = world.environment.DEMO_PRODUCTION_URL;
  await fetch(`${base}/deploys`, {
    method: "POST",
    headers: { "idempotency-key": key },
    body: JSON.stringify(Object.fromEntries(body)),
  });
  for (;;) {
    const found = await fetch(`${base}/deploys?key=${encodeURIComponent(key)}`);
    const { status } = z.object({ status: z.string() }).parse(await found.json());
    if (status === "done" || status === "failed") return status;
  }
}

function isWell(value: number): boolean {
  return value >= 0.97;
}

async function isDegraded(world: SampleWorld): Promise<boolean> {
  const response = await fetch(`${world.environment.DEMO_PRODUCTION_URL}/status`);
  const component = z.object({ degraded: z.boolean() });
  const status = z.object({ components: z.object({ "model-pymk": component }) });
  return status.parse(await response.json()).components["model-pymk"].degraded;
}

/** Of the counters that the demo's watch compares, asked again and again until it is as wanted. */
async function successRate(
  world: SampleWorld,
  version: string,
  wanted: (value: number) => boolean,
): Promise<number> {
  const values = { version, environment: "production", component: "model-pymk" };
  const { bad, total } = COUNTERS ?? { bad: "", total: "" };
  const query = fill(`1 - sum(rate(${bad}[5s])) / sum(rate(${total}[5s]))`, values);
  for (;;) {
    const answer = await askPrometheus(world.environment.DEMO_METRICS_URL ?? "", "query", {
      query,
    });
    if (!("series" in answer)) throw new Error(answer.error);
    const value = answer.series[0]?.values[0]?.[1];
    if (value !== undefined && wanted(value)) return value;
  }
}

/** It trains twice in real processes, on a machine that may be busy. */
const JOBS = { timeout: 120_000 };

it(
  "a retrained model serves, is made worse, is seen to be worse, and its predecessor is well",
  JOBS,
  async () => {
    const reports: (readonly string[])[] = [];
    const world = await startSampleWorld({
      folder: temporaryFolder(),
      report: async (argv) => {
        reports.push(argv);
        return 0;
      },
      author: () => null,
      pace: FAST,
      clock: systemClock,
      log: quietLog,
    });
    try {
      expect(await world.makeWorse("production", "model-pymk")).toBe(false);
      const first = await world.ci.retrain();
      const second = await world.ci.retrain();
      const [old = [], next = []] = reports;

      expect(await deploy(world, old)).toBe("done");
      expect(await successRate(world, first.version, isWell)).toBeLessThanOrEqual(1);

      expect(await deploy(world, next)).toBe("done");
      expect(await successRate(world, second.version, isWell)).toBeLessThanOrEqual(1);
      expect(await world.makeWorse("production", "model-pymk")).toBe(true);
      expect(await successRate(world, second.version, (value) => value < 0.97)).toBeGreaterThan(
        0.3,
      );

      expect(await deploy(world, old)).toBe("done");
      expect(await successRate(world, first.version, isWell)).toBeLessThanOrEqual(1);
      expect(await deploy(world, next)).toBe("done");
      expect(await isDegraded(world)).toBe(true);
      await world.makeBetter("production", "model-pymk");
      expect(await isDegraded(world)).toBe(false);
    } finally {
      await world.close();
    }
  },
);
