import { z } from "zod";
import { Damaged } from "../ledger.ts";
import type { Database } from "./database.ts";

/** Both included. */
export interface PositionRange {
  readonly first: number;
  readonly last: number;
}

export interface OldPartitions extends PositionRange {
  /** Names of tables, the oldest first. */
  readonly partitions: readonly string[];
}

const partitionRow = z.object({ name: z.string(), first: z.coerce.number() });
const ledgerRow = z.object({ position: z.coerce.number(), events_end: z.coerce.number() });

/** The oldest partitions, as long as they are full and hold no event of this instant or later; null: none. */
export async function oldPartitions(
  database: Database,
  before: number,
): Promise<OldPartitions | null> {
  const rows = await database.read(
    `select relname as name, substring(relname from '^events_from_([0-9]+)$') as first
     from pg_inherits join pg_class on pg_class.oid = inhrelid
     where inhparent = 'slipway.events'::regclass`,
  );
  const [ledger] = await database.read("select position, events_end from slipway.ledger");
  if (ledger === undefined)
    throw new Damaged("the row of slipway.ledger is gone: restore a backup");
  const { position, events_end: end } = ledgerRow.parse(ledger);
  const all = rows.map((row) => partitionRow.parse(row)).toSorted((a, b) => a.first - b.first);
  const old: string[] = [];
  let last = 0;
  for (const [index, { name }] of all.entries()) {
    const next = all[index + 1]?.first ?? end;
    if (next > position + 1 || (await hasEventSince(database, name, before))) break;
    old.push(name);
    last = next - 1;
  }
  const first = all[0]?.first;
  return first === undefined || old.length === 0 ? null : { first, last, partitions: old };
}

async function hasEventSince(database: Database, partition: string, since: number) {
  const rows = await database.read(`select from slipway.${partition} where at >= $1 limit 1`, [
    since,
  ]);
  return rows.length > 0;
}
