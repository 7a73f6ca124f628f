import { z } from "zod";
import { ConfigError } from "../../../shared/errors.ts";
import type { LedgerContents } from "../../ledger-contents.ts";
import { type Beginning, STAGES, type Step } from "../../move/ledger-target.ts";
import type { Database, Queries } from "../database.ts";
import { importUnderWay } from "./import-under-way.ts";

const importRow = z.object({
  source: z.string(),
  name: z.string(),
  stage: z.enum(STAGES),
  done: z.coerce.number(),
  finished_at: z.date().nullable(),
});

const READ = "select source, name, stage, done, finished_at from slipway.imports";

/**
 * Looks at a database before anything in it is changed, its tables included.
 * @throws ConfigError where it holds a ledger of its own
 */
export async function refuseForeignLedger(database: Database, identity: string): Promise<void> {
  const [found] = await database.read(
    `select to_regclass('slipway.ledger') is not null as ledger,
            to_regclass('slipway.imports') is not null as imports`,
  );
  if (found?.ledger !== true) return;
  const [ledger] = await database.read("select position, place from slipway.ledger");
  if (Number(ledger?.position) === 0 && Number(ledger?.place) === 0) return;
  const rows = found.imports === true ? await database.read(READ) : [];
  if (!rows.some((row) => importRow.parse(row).source === identity)) {
    throw new ConfigError([
      `the database holds a ledger already, whose last event is at position ${String(ledger?.position)}: ` +
        "name an empty database, or drop schema slipway cascade if that ledger is not wanted",
    ]);
  }
}

/**
 * Marks the database as one that this ledger is being moved into: nobody else writes from now on.
 * @throws ConfigError where it holds, or takes in, something else
 */
export function begin(
  database: Database,
  { identity }: LedgerContents,
  name: string,
): Promise<Beginning> {
  return database.transaction(async (queries) => {
    const [ledger] = await queries.rows(
      "select position, place, importing from slipway.ledger for update",
    );
    const imports = (await queries.rows(READ)).map((row) => importRow.parse(row));
    const mine = imports.find(({ source }) => source === identity);
    if (mine?.finished_at instanceof Date) return { kind: "finished", at: mine.finished_at };
    if (mine !== undefined) {
      const { stage, done } = mine;
      return { kind: "resumed", from: { stage, done } };
    }
    const other = imports.find(({ finished_at }) => finished_at === null);
    if (other !== undefined) throw new ConfigError([otherUnderWay(other.name, name)]);
    if (Number(ledger?.position) > 0 || Number(ledger?.place) > 0 || (await isUsed(queries))) {
      throw new ConfigError([
        "the database holds a ledger already: name an empty one, or drop schema slipway cascade if that ledger is not wanted",
      ]);
    }
    await queries.rows("update slipway.ledger set importing = $1", [name]);
    await queries.rows(
      "insert into slipway.imports (source, name, stage, done) values ($1, $2, 'events', 0)",
      [identity, name],
    );
    return { kind: "new" };
  });
}

function otherUnderWay(other: string, name: string): string {
  const sentence = importUnderWay(other);
  return other === name ? `${name} has changed since this was begun: ${sentence}` : sentence;
}

/** What stands in other tables though no event and no job was ever written. */
async function isUsed(queries: Queries): Promise<boolean> {
  const [row] = await queries.rows(
    `select exists (select from slipway.streams) or exists (select from slipway.commands)
         or exists (select from slipway.archived_releases) as used`,
  );
  return row?.used === true;
}

/** One step: what `work` writes and how far it has come, both or neither. @throws ConfigError, Unavailable */
export async function step(
  database: Database,
  identity: string,
  { from, to }: Step,
  work: (queries: Queries) => Promise<void>,
): Promise<void> {
  await database.transaction(async (queries) => {
    const moved = await queries.rows(
      `update slipway.imports set stage = $4, done = $5
       where source = $1 and stage = $2 and done = $3 and finished_at is null returning source`,
      [identity, from.stage, from.done, to.stage, to.done],
    );
    if (moved.length === 0) {
      throw new ConfigError([
        "somebody else moves the same ledger into this database at this moment",
      ]);
    }
    await work(queries);
  });
}
