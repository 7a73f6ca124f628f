import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { fileReaders } from "../../src/config/file-readers.ts";
import { loadConfiguration } from "../../src/config/policy-file.ts";
import { createDispatcher } from "../../src/dispatcher.ts";
import { createHooks } from "../../src/intake/hooks.ts";
import { createHttpServer } from "../../src/intake/http-server.ts";
import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { measure } from "../../src/measure.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { createLogger } from "../../src/shared/logger.ts";
import { createTelemetry } from "../../src/shared/telemetry.ts";
import { cpuTime } from "../harness/cpu-time.ts";
import { serveParent } from "../harness/serve-parent.ts";

interface Settings {
  readonly folder: string;
  readonly configuration: string;
}

/**
 * Intake as `slipway serve` runs it, from the socket to the fsync, with its log and its metrics on.
 * Only the worker is left out: what it would do is not on the way from a request to its answer.
 */
await serveParent(async ({ folder, configuration: path }: Settings) => {
  const configuration = loadConfiguration(path, {}, fileReaders);
  const logger = createLogger({ level: "info", secrets: () => configuration.secrets });
  const telemetry = createTelemetry();
  const ledger = await openEmbeddedLedger({ directory: join(folder, "data"), clock, logger });
  const { dispatch } = createDispatcher({
    ledger,
    policy: () => configuration.policy,
    clock,
    onChange: (change) => measure(telemetry, change),
  });
  const server = createHttpServer({
    host: "127.0.0.1",
    port: 0,
    clock,
    logger,
    newId: randomUUID,
    registry: telemetry.registry,
    hooks: createHooks({
      sources: () => configuration.sources,
      components: () => configuration.policy.components,
      dispatch,
      clock,
      telemetry,
      logger,
    }),
    slack: null,
    readiness: () => ({ ready: true, reasons: [], warnings: [] }),
    intakeReadiness: () => ({ ready: true, reasons: [], warnings: [] }),
  });
  return {
    ready: await server.start(),
    answer: async () => cpuTime(),
    async stop() {
      await server.stop(1_000);
      await ledger.close();
    },
  };
});
