import type { Settings } from "./config/settings.ts";
import type { Milliseconds } from "./core/json.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { errorCode } from "./ledger/lowdb/file-system.ts";
import { openEmbeddedLedger } from "./ledger/lowdb/open-embedded-ledger.ts";
import { openPostgresLedger } from "./ledger/postgres/open-postgres-ledger.ts";
import type { Clock } from "./shared/clock.ts";
import { ConfigError, errorText } from "./shared/errors.ts";
import type { Logger } from "./shared/logger.ts";

const UNUSABLE = ["EACCES", "EEXIST", "ENOTDIR", "EPERM", "EROFS"];

/** What the system says of a folder says not who asked for it, nor what to do. */
function unusable(folder: string, error: unknown): unknown {
  if (!UNUSABLE.includes(errorCode(error) ?? "")) return error;
  return new ConfigError([
    `SLIPWAY_DATA: ${folder} cannot be used as the folder of the ledger (${errorText(error)}); name a folder that this user may write to`,
  ]);
}

/**
 * The ledger that the environment asks for: with `DATABASE_URL` PostgreSQL, else a folder. `patience`: how
 * long a database is waited for that is not there yet.
 */
export function openLedger(
  { dataPath, databaseUrl }: Pick<Settings, "dataPath" | "databaseUrl">,
  clock: Clock,
  logger: Logger,
  patience: Milliseconds = 0,
): Promise<Ledger> {
  if (databaseUrl !== null) {
    return openPostgresLedger({ url: databaseUrl, clock, logger, patience });
  }
  return openEmbeddedLedger({ directory: dataPath, clock, logger }).catch((error: unknown) => {
    throw unusable(dataPath, error);
  });
}
