import type { Writable } from "node:stream";
import { commandSettings } from "./command-settings.ts";
import { verifyLedger } from "./ledger/audit.ts";
import { CannotCopy, copyLedger } from "./ledger/lowdb/copy-ledger.ts";
import { openEmbeddedLedger } from "./ledger/lowdb/open-embedded-ledger.ts";
import { systemClock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";

const USAGE = "slipway backup FOLDER: a new folder, or an empty one";
const IN_A_DATABASE =
  "the ledger is in PostgreSQL: back the database up as docs/backup.md says, for example by pg_dump";

/**
 * `slipway backup FOLDER`: copies the embedded ledger, in use or not, and reads the whole copy. Resolves to
 * the exit code.
 */
export async function backUp(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
): Promise<number> {
  const [folder, ...rest] = argv;
  if (folder === undefined || folder.startsWith("-") || rest.length > 0) {
    throw new ConfigError([USAGE]);
  }
  const { dataPath, databaseUrl } = commandSettings(environment);
  if (databaseUrl !== null) throw new ConfigError([IN_A_DATABASE]);
  try {
    await copyLedger(dataPath, folder);
  } catch (error) {
    throw error instanceof CannotCopy ? new ConfigError([error.message]) : error;
  }
  return checkCopy(folder, out);
}

/** A backup that nobody has read is none. */
async function checkCopy(directory: string, out: Writable): Promise<number> {
  const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
  try {
    const verdict = await verifyLedger(ledger);
    if (verdict.kind === "whole") {
      out.write(`${directory}: ${verdict.events} events in ${verdict.streams} streams, whole\n`);
      return 0;
    }
    const sentence = verdict.kind === "broken" ? verdict.at.sentence : verdict.sentence;
    out.write(`broken: ${sentence}; the copy is kept, look whether the ledger is broken too\n`);
    return 1;
  } finally {
    await ledger.close();
  }
}
