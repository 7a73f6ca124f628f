import { describeLedgerContract } from "../../contracts/ledger-contract.ts";
import { embeddedLedger } from "../../support/embedded-ledger.ts";

describeLedgerContract("files", () => embeddedLedger());

describeLedgerContract("files that go to the archive all the time", () =>
  embeddedLedger({ segmentBytes: 2_000, checkpointEvery: 2 }),
);
