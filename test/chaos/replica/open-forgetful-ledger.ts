import type { Settings } from "../../../src/config/settings.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { openLedgerOn } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { takeFolder } from "../../../src/ledger/lowdb/sole-owner.ts";
import type { Clock } from "../../../src/shared/clock.ts";
import type { Logger } from "../../../src/shared/logger.ts";
import { ForgetfulFiles } from "./forgetful-files.ts";

/** The embedded ledger on files that forget, when the process is killed, what was not synced. */
export async function openForgetfulLedger(
  { dataPath: directory }: Pick<Settings, "dataPath">,
  clock: Clock,
  logger: Logger,
): Promise<Ledger> {
  const files = new ForgetfulFiles();
  files.makeDirectory(directory);
  const owner = await takeFolder(directory, clock);
  return openLedgerOn(files, owner, { directory, clock, logger });
}
