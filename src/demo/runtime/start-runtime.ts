import { createServer } from "node:http";
import { join } from "node:path";
import type { Clock } from "../../shared/clock.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { type RunningServer, startServer } from "../http/start-server.ts";
import { createSeededRandom } from "../training/seeded-random.ts";
import type { Pair } from "../training/snapshot.ts";
import { startDataStore } from "./data-store.ts";
import { createDeployments, type DeployTime } from "./deployments.ts";
import { createFaultTable } from "./fault-table.ts";
import { createModelHost } from "./model-host.ts";
import { createRuntimeMetrics } from "./runtime-metrics.ts";
import { createRuntimeRoutes } from "./runtime-routes.ts";
import { createServiceHost } from "./service-host.ts";
import { generateTraffic } from "./traffic.ts";

export interface RuntimeOptions {
  /** `staging`, `production`. */
  readonly environment: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly artifacts: ArtifactStore;
  /** Whom the feature store knows, and who visits. */
  readonly pairs: readonly Pair[];
  /** Where services are unpacked. */
  readonly folder: string;
  readonly clock: Clock;
  readonly deployTime: DeployTime;
  /** Milliseconds that a new version of a model shares the traffic with the one before it; 0: none. */
  readonly overlap: number;
  /** Milliseconds between two visits; null: nobody visits. */
  readonly traffic: { readonly prediction: number; readonly feed: number } | null;
}

/**
 * One environment of the sample world. It really serves what is deployed to it:
 *
 * - `POST /deploys` with the header `idempotency-key` and `{app, version, environment, artifact, digest}`;
 *   `GET /deploys/<id>` and `GET /deploys?key=<key>`; status pending, running, then done or failed
 * - `GET /models/pymk/score?pair=<pair>`, `GET /models/pymk/affinity?member=&others=`, `GET /feed?member=`
 * - `GET /metrics` for Prometheus, `GET /status`, `GET /healthz`
 * - `POST /degrade` with `{component, mode: "slow" | "garbage", share}`: from now on that share of the
 *   look-ups of the version now deployed really fails; `POST /restore` ends all of that, or with `{component}` what hits that component
 *
 * What it runs is in memory: after a restart nothing is deployed.
 * @throws Error when the port is taken
 */
export async function startRuntime(options: RuntimeOptions): Promise<RunningServer> {
  const { environment, port, artifacts, pairs, folder, clock, deployTime, overlap, traffic } =
    options;
  const stop = new AbortController();
  const metrics = createRuntimeMetrics(environment);
  const faults = createFaultTable(createSeededRandom(`faults ${environment}`));
  const server = createServer();
  const running = await startServer(server, port);
  const store = await startDataStore({ pairs, faults, clock });
  const views = `${store.url}/views`;
  const model = createModelHost({ featuresUrl: views, metrics, clock, overlap });
  const service = createServiceHost({
    folder: join(folder, "svc-feed"),
    arguments: ["--posts-url", views, "--scores-url", running.url],
  });
  const deployments = createDeployments({
    environment,
    hosts: { "model-pymk": model, "svc-feed": service },
    artifacts,
    clock,
    deployTime,
    signal: stop.signal,
    onDone: ({ component, version, before }) => {
      metrics.announce(component, version);
      if (before !== null) metrics.deployedInfo.remove({ component, version: before });
      metrics.deployedInfo.set({ component, version }, 1);
    },
  });
  server.on(
    "request",
    createRuntimeRoutes({ environment, model, service, deployments, faults, metrics }),
  );
  const random = createSeededRandom(`traffic ${environment}`);
  const visits =
    traffic === null
      ? Promise.resolve()
      : generateTraffic({ url: running.url, pairs, random, clock, every: traffic }, stop.signal);
  return {
    url: running.url,
    close: async () => {
      stop.abort();
      await Promise.all([visits, deployments.settled()]);
      await Promise.all([service.close(), model.close(), store.close(), running.close()]);
    },
  };
}
