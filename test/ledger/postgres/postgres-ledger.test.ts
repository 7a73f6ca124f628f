import { describeLedgerContract } from "../../contracts/ledger-contract.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { postgresServer } from "../../support/postgres-server.ts";

const server = postgresServer();

describeLedgerContract("PostgreSQL", () => postgresLedgers(server));
