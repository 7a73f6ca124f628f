import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.ts";
import {
  type EmbeddedLedgerOptions,
  openEmbeddedLedger,
} from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import type { LedgerUnderTest } from "../contracts/ledger/set-up.ts";
import { createFakeClock } from "./fake-clock.ts";
import { NOON } from "./ledger-samples.ts";

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), "slipway-ledger-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An embedded ledger in a folder of its own, closed when the test is over. */
export function embeddedLedger(
  options: Partial<EmbeddedLedgerOptions> = {},
): LedgerUnderTest & { readonly directory: string } {
  const clock = createFakeClock(NOON);
  const directory = options.directory ?? temporaryFolder();
  let opened: Ledger | null = null;
  const open = async (): Promise<Ledger> => {
    opened = await openEmbeddedLedger({ clock, ...options, directory });
    return opened;
  };
  const reopen = async (): Promise<Ledger> => {
    await opened?.close();
    return open();
  };
  onTestFinished(async () => opened?.close());
  return { clock, directory, open, reopen };
}
