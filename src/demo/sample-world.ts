import { join } from "node:path";
import type { Clock } from "../shared/clock.ts";
import type { Logger } from "../shared/logger.ts";
import { createArtifactStore } from "./artifacts/artifact-store.ts";
import type { RunningServer } from "./http/start-server.ts";
import { startMetricsServer } from "./metrics-server/metrics-server.ts";
import type { DeployTime } from "./runtime/deployments.ts";
import { startRuntime } from "./runtime/start-runtime.ts";
import { createSampleCi, type SampleCi } from "./sample-ci.ts";
import type { SampleComponent, SampleEnvironment } from "./sample-names.ts";
import { createServing, type Serving } from "./serving.ts";
import { NEWEST_SHIPPED_DATE, readSnapshot, SHIPPED_FOLDER } from "./training/snapshot-files.ts";

/** How fast the sample world lives, in milliseconds. */
export interface Pace {
  readonly deployTime: DeployTime;
  /** How long a new version of the model shares production with the one before it. */
  readonly overlap: number;
  readonly traffic: { readonly prediction: number; readonly feed: number };
  readonly scrape: number;
}

/**
 * Ten predictions and two feeds a second, a scrape each second, deployments that can be watched, and a new
 * version beside the one before it for longer than it is watched.
 */
export const HUMAN_PACE: Pace = {
  deployTime: { pending: 400, running: 1200 },
  overlap: 90_000,
  traffic: { prediction: 100, feed: 500 },
  scrape: 1000,
};

export interface SampleWorldOptions {
  /** Builds, artifacts and unpacked services go here. */
  readonly folder: string;
  /** `slipway report` with these options; gives its exit code. Called when a job has ended. */
  readonly report: (argv: readonly string[]) => Promise<number>;
  /** Who presses a button of the CI now; see `SampleCiOptions`. */
  readonly author: () => string | null;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Everything around Slipway that a team would already have: a CI, two environments, their metrics. */
export interface SampleWorld {
  readonly ci: SampleCi;
  /** What `src/demo/slipway.yml` reads from the environment, but for the report secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** From now on half of the look-ups of the version that is deployed really fail. False when none is deployed. */
  makeWorse(environment: SampleEnvironment, component: SampleComponent): Promise<boolean>;
  /** Ends what `makeWorse` began there, for every version of the component. */
  makeBetter(environment: SampleEnvironment, component: SampleComponent): Promise<void>;
  /** What each environment serves now, and how well. */
  serving(): Promise<readonly Serving[]>;
  close(): Promise<void>;
}

/** Starts the servers of the sample world on free ports of loopback. */
export async function startSampleWorld(options: SampleWorldOptions): Promise<SampleWorld> {
  const { folder, report, author, pace, clock, log } = options;
  const artifacts = createArtifactStore(folder);
  const pairs = await readSnapshot(SHIPPED_FOLDER, NEWEST_SHIPPED_DATE);
  const start = (environment: SampleEnvironment) =>
    startRuntime({
      environment,
      port: 0,
      artifacts,
      pairs,
      folder: join(folder, "runtime", environment),
      clock,
      deployTime: pace.deployTime,
      overlap: environment === "production" ? pace.overlap : 0,
      traffic: pace.traffic,
    });
  const [staging, production] = await Promise.all([start("staging"), start("production")]);
  const runtimes: Readonly<Record<SampleEnvironment, RunningServer>> = { staging, production };
  const metrics = await startMetricsServer({
    targets: Object.values(runtimes).map(({ url }) => ({ url: `${url}/metrics`, job: "runtime" })),
    every: pace.scrape,
    port: 0,
    clock,
    log,
  });

  async function post(environment: SampleEnvironment, path: string, body: object) {
    return fetch(`${runtimes[environment].url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  return {
    ci: createSampleCi({ folder, artifacts, report, author }),
    environment: {
      DEMO_STAGING_URL: staging.url,
      DEMO_PRODUCTION_URL: production.url,
      DEMO_METRICS_URL: metrics.url,
    },
    makeWorse: async (environment, component) =>
      (await post(environment, "/degrade", { component, mode: "garbage" })).ok,
    makeBetter: async (environment, component) => {
      await post(environment, "/restore", { component });
    },
    serving: createServing({ runtimes, metrics, clock }),
    close: async () => {
      await Promise.all([metrics.close(), staging.close(), production.close()]);
    },
  };
}
