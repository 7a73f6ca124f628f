import { ConfigError } from "../../../shared/errors.ts";
import type { Logger } from "../../../shared/logger.ts";
import { verifyLedger } from "../../audit.ts";
import type { LedgerContents } from "../../ledger-contents.ts";
import type { LedgerTarget, Progress } from "../../move/ledger-target.ts";
import { differences } from "../../move/move-ledger.ts";
import { SCHEMA } from "../../schema.ts";
import { contentCounts } from "../content-counts.ts";
import { Database } from "../database.ts";
import { History } from "../history.ts";
import { migrate } from "../migrate.ts";
import { CONNECTION_DEFAULTS, MIGRATION_TIMEOUT } from "../open-postgres-ledger.ts";
import { SchemaGuard } from "../schema-guard.ts";
import { begin, refuseForeignLedger, step } from "./import-progress.ts";
import { storeBatch, storeKeptJobs } from "./store-batch.ts";

export interface PostgresTarget extends LedgerTarget {
  close(): Promise<void>;
}

/** Rows of one statement. */
const ROWS = 500;

const BEGIN_ANEW =
  "not moved, and nothing can start on the database. Drop schema slipway cascade, and begin anew";

/** A database, empty or interrupted in a move, that takes in a ledger; `url` is of the database. */
export function openPostgresTarget(options: {
  readonly url: string;
  readonly logger: Logger;
}): PostgresTarget {
  const { url, logger } = options;
  const settings = { ...CONNECTION_DEFAULTS, url, connections: 2 };
  const database = new Database({ ...settings, statementTimeout: MIGRATION_TIMEOUT }, logger);
  let taken: LedgerContents | null = null;
  const contents = (): LedgerContents => {
    if (taken === null) throw new Error("nothing is taken in before `begin`");
    return taken;
  };
  return {
    batchSizes: { events: ROWS, "archived releases": ROWS, "command ids": ROWS, streams: ROWS },
    async begin(source, name) {
      await refuseForeignLedger(database, source.identity);
      await migrate(database);
      const beginning = await begin(database, source, name);
      taken = source;
      return beginning;
    },
    put: (batch, to) =>
      step(database, contents().identity, to, (queries) => storeBatch(queries, batch)),
    verify: () => verifyLedger(new History(database, new SchemaGuard(SCHEMA))),
    finish: (at) => finish(database, contents(), at),
    close: () => database.close(),
  };
}

/** The jobs, the comparison, and the end of the mark: all in one transaction. */
async function finish(database: Database, contents: LedgerContents, from: Progress) {
  const { identity, counts: source, position, place } = contents;
  let target = source;
  const to: Progress = { stage: "jobs", done: 0 };
  await step(database, identity, { from, to }, async (queries) => {
    await storeKeptJobs(queries, contents);
    target = await contentCounts(queries.rows);
    const differing = differences(source, target);
    if (differing.length > 0) throw new ConfigError([`${differing.join("; ")}: ${BEGIN_ANEW}`]);
    await queries.rows("update slipway.ledger set position = $1, place = $2, importing = null", [
      position,
      place,
    ]);
    await queries.rows("update slipway.imports set finished_at = now() where source = $1", [
      identity,
    ]);
  });
  return target;
}
