import type { Writable } from "node:stream";
import { commandLogger, commandSettings } from "./command-settings.ts";
import type { DeadJob, Ledger } from "./ledger/ledger.ts";
import { openLedger } from "./open-ledger.ts";
import { systemClock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";

/** `slipway jobs`: how many there are in each state, and those that were given up. Resolves to the exit code. */
export async function showJobs(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
): Promise<number> {
  if (argv.length > 0) throw new ConfigError(["takes no arguments"]);
  const settings = commandSettings(environment);
  const ledger = await openLedger(settings, systemClock, commandLogger(settings.secrets));
  try {
    await write(ledger, out);
    return 0;
  } finally {
    await ledger.close();
  }
}

async function write(ledger: Ledger, out: Writable): Promise<void> {
  const now = systemClock.now();
  const { ready, waiting, claimed, dead, oldestReady } = await ledger.jobs(now);
  const due = oldestReady === null ? "" : `, the oldest for ${seconds(now - oldestReady)} s`;
  out.write(`${ready} due${due}; ${waiting} later; ${claimed} under way; ${dead} given up\n`);
  for (const job of await ledger.deadJobs()) out.write(line(job));
}

function line({ at, kind, key, stream, attempts, error }: DeadJob): string {
  const tries = attempts === 1 ? "1 try" : `${attempts} tries`;
  return `${new Date(at).toISOString()} ${kind} ${key} of ${stream}, after ${tries}: ${error}\n`;
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds / 1000));
}
