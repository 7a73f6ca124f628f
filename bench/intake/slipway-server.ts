import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createBuildInbox } from "../../src/build-inbox.ts";
import { createBurst } from "../../src/burst.ts";
import { fileReaders } from "../../src/config/file-readers.ts";
import { loadConfiguration } from "../../src/config/policy-file.ts";
import { createDispatcher } from "../../src/dispatcher.ts";
import { createDecisionHandlers } from "../../src/effects/decision-handlers.ts";
import type { JobHandler, JobHandlers } from "../../src/effects/job-handler.ts";
import { createWorker } from "../../src/effects/worker.ts";
import { createHooks } from "../../src/intake/hooks.ts";
import { createHttpServer } from "../../src/intake/http-server.ts";
import { SOURCE_ADAPTERS } from "../../src/intake/sources/registry.ts";
import { createJobQueue } from "../../src/job-queue.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { createLookupInbox } from "../../src/lookup-inbox.ts";
import { measure } from "../../src/measure.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { createLogger } from "../../src/shared/logger.ts";
import { createTelemetry } from "../../src/shared/telemetry.ts";
import { cpuTime } from "../harness/cpu-time.ts";
import { serveParent } from "../harness/serve-parent.ts";
import { DONE } from "./done.ts";

interface Settings {
  readonly folder: string;
  readonly configuration: string;
}

/**
 * Intake as `slipway serve` runs it, from the socket to the fsync, with its log, its metrics and its worker
 * on. What the worker does in the world takes no time here: every message is posted at once, and so on.
 */
await serveParent(async ({ folder, configuration: path }: Settings) => {
  const configuration = loadConfiguration(path, {}, fileReaders);
  const logger = createLogger({ level: "info", secrets: () => configuration.secrets });
  const telemetry = createTelemetry();
  const ledger = await openEmbeddedLedger({ directory: join(folder, "data"), clock, logger });
  const dispatcher = createDispatcher({
    ledger,
    policy: () => configuration.policy,
    clock,
    onChange: (change) => measure(telemetry, change),
  });
  const { dispatch } = dispatcher;
  const burst = createBurst(clock);
  const worker = createWorker({
    queue: createJobQueue(ledger, dispatcher, clock),
    handlers: {
      ...instantEffects(),
      ...createDecisionHandlers({
        random: Math.random,
        components: async () => [],
        calmed: burst.calmed,
        dispatch: (command) => dispatch(command, []),
      }),
    },
    clock,
    logger,
    telemetry,
    countJobs: () => ledger.jobs(clock.now()),
  });
  const server = createHttpServer({
    host: "127.0.0.1",
    port: 0,
    clock,
    logger,
    newId: randomUUID,
    registry: telemetry.registry,
    hooks: createHooks({
      adapters: SOURCE_ADAPTERS,
      sources: () => configuration.sources,
      components: () => configuration.policy.components,
      register: createBuildInbox({ ledger, dispatch, clock, burst }),
      lookUp: createLookupInbox({ ledger, clock }),
      dispatch,
      clock,
      telemetry,
      logger,
    }),
    slack: null,
    readiness: () => ({ ready: true, reasons: [], warnings: [] }),
    intakeReadiness: () => ({ ready: true, reasons: [], warnings: [] }),
  });
  worker.start();
  return {
    ready: await server.start(),
    answer: async (question) => (question === DONE ? allDone(ledger) : cpuTime()),
    async stop() {
      await server.stop(1_000);
      await worker.stop(1_000);
      await ledger.close();
    },
  };
});

/** Handlers of everything that is done in the world, each done at once. */
function instantEffects(): Omit<JobHandlers, keyof ReturnType<typeof createDecisionHandlers>> {
  const instant = {
    timeout: 10_000,
    attempts: 1,
    retryDelay: () => 0,
    run: async () => ({ kind: "done", command: null }) as const,
    buried: () => null,
  } satisfies JobHandler<"message">;
  return {
    lookup: instant,
    message: instant,
    thread: instant,
    digest: instant,
    notes: instant,
    sink: instant,
    "operation.start": instant,
    "operation.observe": instant,
    "operation.stop": instant,
    watch: instant,
    chart: instant,
    guard: instant,
    confirm: instant,
  };
}

/** Resolves when no job is left to run. */
async function allDone(ledger: Pick<Ledger, "jobs">): Promise<null> {
  for (;;) {
    const { ready, claimed } = await ledger.jobs(clock.now());
    if (ready + claimed === 0) return null;
    await clock.sleep(5);
  }
}
