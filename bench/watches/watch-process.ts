import { randomUUID } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { buildApp } from "../../src/app.ts";
import { fileReaders } from "../../src/config/file-readers.ts";
import { createPolicyStore } from "../../src/config/policy-store.ts";
import { readSettings } from "../../src/config/settings.ts";
import { watchFolder } from "../../src/config/watch-folder.ts";
import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { createLogger } from "../../src/shared/logger.ts";
import { createTelemetry } from "../../src/shared/telemetry.ts";
import { cpuTime } from "../harness/cpu-time.ts";
import { memoryOf } from "../harness/memory.ts";
import { serveParent } from "../harness/serve-parent.ts";
import { EVERY_SECONDS, FOR_MINUTES } from "./configuration.ts";
import { putUnderWatch } from "./put-under-watch.ts";
import { TickTimer, type TickTimes } from "./tick-times.ts";

export interface WatchSettings {
  readonly environment: Readonly<Record<string, string>>;
  /** `spread`: over the interval, as they are when they began at different times. `at once`: all are overdue, as after a restart. */
  readonly due: "spread" | "at once";
}

/** What came about since it was last asked. */
export interface Measured extends TickTimes {
  /** Milliseconds. */
  readonly elapsed: number;
  readonly cpu: number;
  /** Milliseconds by which the event loop was late, p99: because of our work, or of the machine's other work. */
  readonly loopDelay: number;
  /** Megabytes. */
  readonly memory: number;
  /** Watches whose last verdict on some check is not a pending one: there should be none. */
  readonly verdicts: number;
}

/** The whole product, wired as `slipway serve` wires it, with every component under watch. */
await serveParent(async ({ environment, due }: WatchSettings) => {
  const settings = readSettings({ environment, readFile: fileReaders.readFile, slack: "required" });
  const { slack } = settings;
  if (slack === null) throw new Error("the environment has no Slack");
  const logger = createLogger({ level: settings.logLevel, secrets: () => settings.secrets() });
  const store = createPolicyStore({
    path: settings.configPath,
    environment,
    readers: fileReaders,
    clock,
    logger,
    watchFolder,
  });
  const timer = new TickTimer(clock);
  const embedded = await openEmbeddedLedger({ directory: settings.dataPath, clock, logger });
  const startsAt = clock.now();
  const { components } = store.policy();
  const count = Object.keys(components).length;
  // None of them ends while it is measured.
  const oldest = (FOR_MINUTES - 10) * 60_000;
  await putUnderWatch(embedded, store.policy(), {
    from: (index) => startsAt - Math.round((index / count) * oldest),
    tick: (index) =>
      due === "at once" ? startsAt : startsAt + Math.round((index / count) * EVERY_SECONDS * 1000),
  });
  const ledger = timer.of(embedded);
  const telemetry = createTelemetry();
  const app = buildApp({
    self: { host: "bench", version: "0" },
    settings: { ...settings, slack },
    store,
    ledger,
    clock,
    logger,
    telemetry,
    environment,
    random: Math.random,
    newId: randomUUID,
  });
  await app.start();
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  let asked = { at: performance.now(), cpu: cpuTime() };
  return {
    ready: count,
    answer: async (): Promise<Measured> => {
      const since = asked;
      asked = { at: performance.now(), cpu: cpuTime() };
      const loopDelay = loop.percentile(99) / 1e6;
      loop.reset();
      const { values } = await telemetry.watchMeasurements.get();
      return {
        ...timer.take(),
        elapsed: asked.at - since.at,
        cpu: asked.cpu - since.cpu,
        loopDelay,
        memory: memoryOf(process.pid).now,
        verdicts: values
          .filter(({ labels }) => labels.verdict !== "pending")
          .reduce((sum, { value }) => sum + value, 0),
      };
    },
    stop: () => app.stop(5_000),
  };
});
