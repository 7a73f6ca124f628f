import { randomUUID } from "node:crypto";
import { buildApp } from "../../src/app.ts";
import { fileReaders } from "../../src/config/file-readers.ts";
import { createPolicyStore } from "../../src/config/policy-store.ts";
import { readSettings } from "../../src/config/settings.ts";
import { watchFolder } from "../../src/config/watch-folder.ts";
import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { createLogger } from "../../src/shared/logger.ts";
import { createTelemetry } from "../../src/shared/telemetry.ts";
import { serveParent } from "../harness/serve-parent.ts";
import { type ClickQuestion, Commits } from "./commits.ts";

type Environment = Readonly<Record<string, string>>;

/** The whole product, wired as `slipway serve` wires it, on a ledger that tells when a commit is durable. */
await serveParent(async (environment: Environment) => {
  const settings = readSettings({
    environment,
    readFile: fileReaders.readFile,
    slack: "required",
  });
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
  const watched = new Commits();
  const embedded = await openEmbeddedLedger({ directory: settings.dataPath, clock, logger });
  const app = buildApp({
    self: { host: "bench", version: "0" },
    settings: { ...settings, slack },
    store,
    ledger: watched.of(embedded),
    clock,
    logger,
    telemetry: createTelemetry(),
    environment,
    random: Math.random,
    newId: randomUUID,
  });
  return {
    ready: await app.start(),
    answer: (question) => watched.answer(question as ClickQuestion),
    stop: () => app.stop(5_000),
  };
});
