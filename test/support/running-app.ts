import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { type App, buildApp } from "../../src/app.ts";
import { fileReaders } from "../../src/config/file-readers.ts";
import { createPolicyStore, type PolicyStore } from "../../src/config/policy-store.ts";
import { readSettings } from "../../src/config/settings.ts";
import { watchFolder } from "../../src/config/watch-folder.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { programVersion } from "../../src/program-version.ts";
import { type Clock, systemClock } from "../../src/shared/clock.ts";
import type { Logger } from "../../src/shared/logger.ts";
import { createTelemetry, type Telemetry } from "../../src/shared/telemetry.ts";
import { captureLogs } from "./captured-logger.ts";
import type { World } from "./system.ts";

export interface RunningApp {
  readonly app: App;
  readonly port: number;
  readonly ledger: Ledger;
  readonly store: PolicyStore;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly lines: ReturnType<typeof captureLogs>["lines"];
  stop(): Promise<void>;
}

/** The whole product in this process, against a world, on the embedded ledger. */
export async function runApp(
  world: World,
  options: {
    readonly clock?: Clock;
    readonly openLedger?: (directory: string) => Promise<Ledger>;
    readonly host?: string;
    /** In place of the configured policy's. */
    readonly digest?: string;
    readonly withoutDeployments?: boolean;
  } = {},
): Promise<RunningApp> {
  const { clock = systemClock, withoutDeployments = false } = options;
  const settings = readSettings({
    environment: world.environment,
    readFile: fileReaders.readFile,
    slack: "required",
  });
  const { slack } = settings;
  if (slack === null) throw new Error("the world has no Slack");
  const { logger, lines } = captureLogs();
  const store = createPolicyStore({
    path: settings.configPath,
    environment: world.environment,
    readers: fileReaders,
    clock,
    logger,
    watchFolder,
  });
  const telemetry = createTelemetry();
  const ledger = await (options.openLedger?.(settings.dataPath) ??
    openEmbeddedLedger({ directory: settings.dataPath, clock }));
  const { digest } = options;
  const app = buildApp({
    settings: { ...settings, slack },
    store: digest === undefined ? store : withDigest(store, digest),
    ledger,
    clock,
    logger,
    telemetry,
    environment: {},
    self: { host: options.host ?? "replica", version: programVersion() },
    random: Math.random,
    newId: randomUUID,
    withoutDeployments,
  });
  const port = await app.start();
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await app.stop(10_000);
  };
  onTestFinished(stop);
  return { app, port, ledger, store, telemetry, logger, lines, stop };
}

/** The configuration with a digest that is due more often than a configuration may say. */
function withDigest(store: PolicyStore, digest: string): PolicyStore {
  const policy = () => ({ ...store.policy(), slack: { ...store.policy().slack, digest } });
  return {
    current: () => ({ ...store.current(), policy: policy() }),
    policy,
    reload: () => store.reload(),
    onChange: (callback) => store.onChange(callback),
    lastProblem: () => store.lastProblem(),
    start: () => store.start(),
    stop: () => store.stop(),
  };
}
