import type { Settings } from "./config/settings.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { openEmbeddedLedger } from "./ledger/lowdb/open-embedded-ledger.ts";
import { openPostgresLedger } from "./ledger/postgres/open-postgres-ledger.ts";
import type { Clock } from "./shared/clock.ts";
import type { Logger } from "./shared/logger.ts";

/** The ledger that the environment asks for: with `DATABASE_URL` PostgreSQL, else a folder. */
export function openLedger(
  { dataPath, databaseUrl }: Pick<Settings, "dataPath" | "databaseUrl">,
  clock: Clock,
  logger: Logger,
): Promise<Ledger> {
  if (databaseUrl !== null) return openPostgresLedger({ url: databaseUrl, clock, logger });
  return openEmbeddedLedger({ directory: dataPath, clock, logger });
}
