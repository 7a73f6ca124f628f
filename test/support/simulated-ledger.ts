import type { Ledger } from "../../src/ledger/ledger.ts";
import type { FileSystem } from "../../src/ledger/lowdb/file-system.ts";
import {
  type EmbeddedLedgerOptions,
  openLedgerOn,
} from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import type { SoleOwner } from "../../src/ledger/lowdb/sole-owner.ts";
import { systemClock } from "../../src/shared/clock.ts";

/** Nobody else is there. */
export const aloneInTheWorld: SoleOwner = { check: () => {}, release: async () => {} };

/** An embedded ledger on a disk in memory. */
export function openOn(
  disk: FileSystem,
  options: Partial<EmbeddedLedgerOptions> = {},
): Promise<Ledger> {
  return openLedgerOn(disk, aloneInTheWorld, {
    directory: "/data",
    clock: systemClock,
    ...options,
  });
}
