import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type App, buildApp, type WorkerTiming } from "./app.ts";
import { fileReaders } from "./config/file-readers.ts";
import { createPolicyStore, type PolicyStore } from "./config/policy-store.ts";
import { readSettings, type Settings, type SlackSettings } from "./config/settings.ts";
import { watchFolder } from "./config/watch-folder.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { openLedger } from "./open-ledger.ts";
import { programVersion } from "./program-version.ts";
import { systemClock } from "./shared/clock.ts";
import { errorText } from "./shared/errors.ts";
import { createLogger, type LogDestination, type Logger } from "./shared/logger.ts";
import { createTelemetry } from "./shared/telemetry.ts";

/** Milliseconds to stop in. Orchestrators kill after thirty seconds; what is under way has been handed back by then. */
export const GRACE = 25_000;

/** Milliseconds that a start waits for a database that starts at the same time, or fails over. */
const DATABASE_PATIENCE = 60_000;

export interface Served {
  readonly app: App;
  readonly ledger: Ledger;
  readonly port: number;
  readonly store: PolicyStore;
  readonly logger: Logger;
}

/** What a caller may have otherwise than it ships. */
export interface Otherwise {
  readonly worker?: WorkerTiming;
  readonly openLedger?: typeof openLedger;
  readonly withoutDeployments?: boolean;
}

/**
 * Starts the bot with what the environment says.
 * @param destination where the log goes; standard output unless said otherwise
 * @throws ConfigError with every problem; nothing listens then
 */
export async function startServing(
  environment: Readonly<Record<string, string | undefined>>,
  destination: LogDestination = process.stdout,
  otherwise: Otherwise = {},
): Promise<Served> {
  const settings = withSlack(
    readSettings({ environment, readFile: fileReaders.readFile, slack: "required" }),
  );
  let store: PolicyStore | null = null;
  const logger = createLogger({
    level: settings.logLevel,
    secrets: () => [...settings.secrets(), ...(store?.current().secrets ?? [])],
    destination,
  });
  store = createPolicyStore({
    path: settings.configPath,
    environment,
    readers: fileReaders,
    clock: systemClock,
    logger,
    watchFolder,
  });
  for (const warning of store.current().warnings) logger.warn({ warning }, "configuration");
  const open = otherwise.openLedger ?? openLedger;
  const ledger = await open(settings, systemClock, logger, DATABASE_PATIENCE);
  const app = buildApp({
    settings,
    store,
    ledger,
    clock: systemClock,
    logger,
    telemetry: createTelemetry(),
    environment,
    self: { host: hostname(), version: programVersion() },
    random: Math.random,
    newId: randomUUID,
    ...(otherwise.worker === undefined ? {} : { worker: otherwise.worker }),
    withoutDeployments: otherwise.withoutDeployments ?? false,
  });
  try {
    return { app, ledger, store, logger, port: await app.start() };
  } catch (error) {
    await closeQuietly(app, ledger, logger);
    throw error;
  }
}

/** `slipway serve`: runs until it is told to stop. Resolves to the exit code. */
export async function serve(
  environment: Readonly<Record<string, string | undefined>>,
  signals: Pick<NodeJS.Process, "on">,
  otherwise: Otherwise = {},
): Promise<number> {
  const started = await startServing(environment, process.stdout, otherwise);
  const { app, ledger, store, logger } = started;
  return untilToldToStop({ app, ledger, store, logger, signals });
}

/** Resolves to the exit code: 0 after a clean stop, 1 when only a new process can go on. */
export function untilToldToStop(
  running: Omit<Served, "port"> & { readonly signals: Pick<NodeJS.Process, "on"> },
): Promise<number> {
  const { app, ledger, store, logger, signals } = running;
  signals.on("SIGHUP", () => store.reload());
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: string) => {
      // Under npm one Ctrl-C arrives twice.
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, "told to stop");
      app.stop(GRACE).then(
        () => resolve(0),
        (error: unknown) => {
          logger.fatal({ error: errorText(error) }, "not stopped cleanly");
          resolve(1);
        },
      );
    };
    // What the disk holds is known only after a restart; whoever supervises the process does that.
    void ledger.failure().then((why) => {
      logger.fatal({ why }, "the ledger has failed");
      resolve(1);
    });
    signals.on("SIGTERM", () => stop("SIGTERM"));
    signals.on("SIGINT", () => stop("SIGINT"));
    // What nobody caught may have left anything half done: the ledger knows how to go on after a restart.
    signals.on("unhandledRejection", (error) => {
      logger.fatal({ error: errorText(error) }, "unhandled rejection");
      resolve(1);
    });
  });
}

function withSlack(settings: Settings): Settings & { readonly slack: SlackSettings } {
  const { slack } = settings;
  if (slack === null) throw new Error("the settings were read without Slack");
  return { ...settings, slack };
}

async function closeQuietly(app: App, ledger: Ledger, logger: Logger): Promise<void> {
  try {
    await app.stop(0);
  } catch (error) {
    logger.warn({ error: errorText(error) }, "not stopped cleanly");
    await ledger.close();
  }
}
