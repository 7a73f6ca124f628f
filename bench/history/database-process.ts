import { openPostgresLedger } from "../../src/ledger/postgres/open-postgres-ledger.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { createLogger } from "../../src/shared/logger.ts";
import { serveParent } from "../harness/serve-parent.ts";
import { type Batch, SampleCommits } from "../ledger/sample-commits.ts";
import type { PastDatabase } from "./past-database.ts";

/** The ledger in PostgreSQL, which commits the next releases of components that have past ones. */
await serveParent(async ({ database, past }: PastDatabase) => {
  const logger = createLogger({ level: "info", secrets: () => [] });
  const ledger = await openPostgresLedger({ url: database, clock, logger });
  const commits = new SampleCommits(ledger, past);
  return {
    ready: null,
    answer: (request) => commits.run(request as Batch),
    stop: () => ledger.close(),
  };
});
