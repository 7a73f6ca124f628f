import { z } from "zod";
import { ConfigError, errorText } from "../../../shared/errors.ts";
import type { Logger } from "../../../shared/logger.ts";
import { verifyLedger } from "../../audit.ts";
import { COUNT_LABELS, type ContentCounts, type LedgerContents } from "../../ledger-contents.ts";
import { SCHEMA } from "../../schema.ts";
import { Database, type Queries } from "../database.ts";
import { History } from "../history.ts";
import { migrate } from "../migrate.ts";
import { CONNECTION_DEFAULTS, MIGRATION_TIMEOUT } from "../open-postgres-ledger.ts";
import { SchemaGuard } from "../schema-guard.ts";
import { withoutPassword } from "../without-password.ts";
import {
  begin,
  type Progress,
  refuseForeignLedger,
  STAGES,
  type Stage,
  step,
} from "./import-progress.ts";
import { batches, writeJobs } from "./import-stages.ts";

export interface ImportRequest {
  readonly contents: LedgerContents;
  /** What is moved, for people: `lowdb:DIR`. */
  readonly name: string;
  /** Of the database that takes it. */
  readonly url: string;
  readonly logger: Logger;
  /** How far it has come, one sentence at a time. */
  tell(sentence: string): void;
}

interface WholeChain {
  readonly events: number;
  readonly streams: number;
}

export type ImportResult =
  /** Everything is here, and was compared with the source. */
  | {
      readonly kind: "moved";
      readonly source: ContentCounts;
      readonly target: ContentCounts;
      /** What was verified. */
      readonly chain: WholeChain;
    }
  /** It was moved before; nothing was changed. */
  | { readonly kind: "finished"; readonly at: Date }
  /** What was moved is not whole; the database stays closed to everybody. */
  | { readonly kind: "broken"; readonly sentence: string };

/**
 * Moves a ledger into an empty database, or goes on where an interrupted move of the same ledger stopped.
 * Nobody can start on the database until all of it is here and was verified.
 * @throws ConfigError where the database cannot be reached, or is not for this ledger
 */
export async function importLedger(request: ImportRequest): Promise<ImportResult> {
  const { url, logger } = request;
  try {
    const database = new Database(
      { ...CONNECTION_DEFAULTS, url, connections: 2, statementTimeout: MIGRATION_TIMEOUT },
      logger,
    );
    try {
      return await importInto(database, request);
    } finally {
      await database.close();
    }
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [errorText(error)];
    throw new ConfigError(problems.map((problem) => withoutPassword(problem, url)));
  }
}

async function importInto(
  database: Database,
  { contents, name, tell }: ImportRequest,
): Promise<ImportResult> {
  await refuseForeignLedger(database, contents.identity);
  await migrate(database);
  const beginning = await begin(database, contents, name);
  if (beginning.kind === "finished") return beginning;
  if (beginning.kind === "resumed") {
    const { stage, done } = beginning.from;
    tell(`goes on where it was interrupted: ${stage}, ${done} done`);
  }
  try {
    const from: Progress =
      beginning.kind === "resumed" ? beginning.from : { stage: "events", done: 0 };
    return await moveFrom(from, database, contents, tell);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const why = errorText(error);
    throw new Error(`${why}. Run the same command again: it goes on where it was`, {
      cause: error,
    });
  }
}

async function moveFrom(
  from: Progress,
  database: Database,
  contents: LedgerContents,
  tell: (sentence: string) => void,
): Promise<ImportResult> {
  let progress = from;
  while (progress.stage !== "jobs") progress = await moveStage(database, contents, progress, tell);
  tell("verifying the hash chains in the database");
  const verdict = await verifyLedger(new History(database, new SchemaGuard(SCHEMA)));
  if (verdict.kind === "broken") return { kind: "broken", sentence: verdict.at.sentence };
  if (verdict.kind === "unreadable") return { kind: "broken", sentence: verdict.sentence };
  return finish(database, contents, verdict);
}

/** Moves what is left of one stage, and gives the beginning of the next one. */
async function moveStage(
  database: Database,
  contents: LedgerContents,
  { stage, done }: Progress,
  tell: (sentence: string) => void,
): Promise<Progress> {
  if (stage === "jobs") return { stage, done };
  let from: Progress = { stage, done };
  for await (const batch of batches(stage, contents, done)) {
    const to = { stage, done: batch.done };
    await step(database, contents.identity, { from, to }, (queries) => batch.write(queries));
    from = to;
  }
  tell(`${stage}: ${from.done}`);
  const to: Progress = { stage: stageAfter(stage), done: 0 };
  await step(database, contents.identity, { from, to }, async () => {});
  return to;
}

function stageAfter(stage: Stage): Stage {
  return STAGES[STAGES.indexOf(stage) + 1] ?? "jobs";
}

const BEGIN_ANEW =
  "not moved, and nothing can start on the database. Drop schema slipway cascade, and begin anew";

/** The jobs, the comparison, and the end of the mark: all in one transaction. */
async function finish(
  database: Database,
  contents: LedgerContents,
  { events, streams }: WholeChain,
): Promise<ImportResult> {
  const { identity, counts: source, position, place } = contents;
  let target = source;
  const end: Progress = { stage: "jobs", done: 0 };
  await step(database, identity, { from: end, to: end }, async (queries) => {
    await writeJobs(queries, contents);
    target = await countsOf(queries);
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
  return { kind: "moved", source, target, chain: { events, streams } };
}

const countsRow = z.object({
  streams: z.coerce.number(),
  events: z.coerce.number(),
  archivedReleases: z.coerce.number(),
  pendingJobs: z.coerce.number(),
  deadJobs: z.coerce.number(),
  commandIds: z.coerce.number(),
});

async function countsOf(queries: Queries): Promise<ContentCounts> {
  const [row] = await queries.rows(
    `select (select count(*) from slipway.streams) as streams,
            (select count(*) from slipway.events) as events,
            (select count(*) from slipway.archived_releases) as "archivedReleases",
            (select count(*) from slipway.jobs) as "pendingJobs",
            (select count(*) from slipway.dead_jobs) as "deadJobs",
            (select count(*) from slipway.commands) as "commandIds"`,
  );
  return countsRow.parse(row);
}

function differences(source: ContentCounts, target: ContentCounts): readonly string[] {
  const kinds = Object.keys(COUNT_LABELS) as (keyof ContentCounts)[];
  return kinds
    .filter((kind) => source[kind] !== target[kind])
    .map(
      (kind) =>
        `${source[kind]} ${COUNT_LABELS[kind]} were to be moved, and ${target[kind]} are there`,
    );
}
