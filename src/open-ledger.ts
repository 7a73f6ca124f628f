import type { Settings } from "./config/settings.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { openEmbeddedLedger } from "./ledger/lowdb/open-embedded-ledger.ts";
import type { Clock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";
import type { Logger } from "./shared/logger.ts";

/** The ledger that the environment asks for. */
export function openLedger(
  { dataPath, databaseUrl }: Pick<Settings, "dataPath" | "databaseUrl">,
  clock: Clock,
  logger: Logger,
): Promise<Ledger> {
  if (databaseUrl !== null) {
    throw new ConfigError([
      "DATABASE_URL: this version keeps its ledger in a folder of its own (SLIPWAY_DATA) and has no PostgreSQL store; unset DATABASE_URL",
    ]);
  }
  return openEmbeddedLedger({ directory: dataPath, clock, logger });
}
