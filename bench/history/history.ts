import type { Benchmark } from "../harness/benchmark.ts";
import { startChild } from "../harness/child.ts";
import { onDatabase, type Postgres, withPostgres } from "../harness/postgres.ts";
import { linkedCopy } from "../ledger/linked-copy.ts";
import { type Past, pastLedger } from "../world/past-folder.ts";
import { measureCost, ROUNDS } from "./cost.ts";
import type { PastDatabase } from "./past-database.ts";
import { measureServing, REPORTS, ROUNDS as STARTS } from "./serving.ts";

const LARGE: Past = { components: 1_000, releasesEach: 1_000 };
const SMALL: Past = { components: 100, releasesEach: 10 };

export const history: Benchmark = {
  method: `1,000 components x 1,000 past releases, in PostgreSQL and embedded: what a commit costs that brings a component its next release (8 under way, median of ${ROUNDS} rounds; of the embedded ledger it is in "ledger"); slipway serve from its start to the first 200 of /readyz, and its memory then (median of ${STARTS} starts) and at most until ${REPORTS} reports over 64 connections have been accepted`,
  measure: () =>
    withPostgres(async (server) => {
      const large = await pastDatabase(server, LARGE);
      const small = await pastDatabase(server, SMALL);
      const cost = await measureCost(large, small);
      return [
        cost,
        ...(await measureServing("PostgreSQL", large.database, LARGE.components)),
        ...(await measureServing(
          "embedded",
          linkedCopy(await pastLedger(LARGE)),
          LARGE.components,
        )),
      ];
    }),
};

async function pastDatabase(server: Postgres, past: Past): Promise<PastDatabase> {
  const settings: PastDatabase = { database: await server.createDatabase(), past };
  const writer = await startChild<null>(new URL("past-database.ts", import.meta.url), settings);
  await writer.stop();
  // As it is a while after: neither vacuum nor checkpoint has anything left to do of the making.
  await onDatabase(settings.database, "vacuum analyze");
  await onDatabase(settings.database, "checkpoint");
  return settings;
}
