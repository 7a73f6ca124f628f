import type { Ledger } from "../../src/ledger/ledger.ts";
import { MemoryRecords, openMemoryLedger } from "../../src/ledger/memory-ledger.ts";
import { describeLedgerContract } from "../contracts/ledger-contract.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { NOON } from "../support/ledger-samples.ts";

describeLedgerContract("memory", () => {
  const clock = createFakeClock(NOON);
  const records = new MemoryRecords();
  let opened: Ledger | null = null;
  const open = async (): Promise<Ledger> => {
    opened = openMemoryLedger({ clock, records });
    return opened;
  };
  const reopen = async (): Promise<Ledger> => {
    await opened?.close();
    return open();
  };
  return { clock, open, reopen };
});
