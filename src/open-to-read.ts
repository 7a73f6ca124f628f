import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings } from "./config/settings.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { CannotCopy, copyLedger } from "./ledger/lowdb/copy-ledger.ts";
import { openEmbeddedLedger } from "./ledger/lowdb/open-embedded-ledger.ts";
import { openPostgresLedger } from "./ledger/postgres/open-postgres-ledger.ts";
import type { Clock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";
import type { Logger } from "./shared/logger.ts";

export interface OpenedToRead {
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/**
 * The ledger, for a command that changes nothing. Of a ledger in a folder a copy is read, which takes it from nobody: Slipway may run on it, and not one
 * byte of it changes. One in PostgreSQL is only read.
 */
export async function openToRead(
  { databaseUrl, dataPath }: Settings,
  clock: Clock,
  logger: Logger,
): Promise<OpenedToRead> {
  if (databaseUrl !== null) {
    const ledger = await openPostgresLedger({ url: databaseUrl, clock, logger, migrates: false });
    return { ledger, close: () => ledger.close() };
  }
  const directory = await mkdtemp(join(tmpdir(), "slipway-read-"));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    await copyLedger(dataPath, directory);
    const ledger = await openEmbeddedLedger({ directory, clock });
    return {
      ledger,
      async close() {
        await ledger.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    if (!(error instanceof CannotCopy)) throw error;
    throw new ConfigError([
      `${error.message}. This command reads a copy of the ledger: set SLIPWAY_DATA to the folder of the ledger, or to a copy that slipway backup made`,
    ]);
  }
}
