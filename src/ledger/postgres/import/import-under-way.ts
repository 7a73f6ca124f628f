import { z } from "zod";
import type { Database } from "../database.ts";

/** The sentence for a database that a ledger is being moved into. */
export function importUnderWay(name: string): string {
  return (
    `the ledger of ${name} is being moved into this database, and not all of it is here: ` +
    "run slipway migrate again until it says that it is done; or, to begin anew, " +
    "drop schema slipway cascade"
  );
}

const ledgerRow = z.object({ importing: z.string().nullable() });

/** @throws an error with that sentence */
export async function refuseDuringImport(database: Database): Promise<void> {
  const [row] = await database.read("select importing from slipway.ledger");
  const { importing } = ledgerRow.parse(row);
  if (importing !== null) throw new Error(importUnderWay(importing));
}
