import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { commandLogger, commandSettings } from "./command-settings.ts";
import { COUNT_LABELS, type ContentCounts } from "./ledger/ledger-contents.ts";
import { openFolderTarget } from "./ledger/lowdb/folder-target.ts";
import { openEmbeddedContents } from "./ledger/lowdb/open-embedded-contents.ts";
import { type MoveResult, moveLedger } from "./ledger/move/move-ledger.ts";
import { openPostgresTarget } from "./ledger/postgres/import/postgres-target.ts";
import { readPostgresContents } from "./ledger/postgres/read-postgres-contents.ts";
import { withoutPassword } from "./ledger/postgres/without-password.ts";
import { type Move, moveOf, nameOf } from "./move-places.ts";
import { systemClock as clock } from "./shared/clock.ts";
import { ConfigError, errorText } from "./shared/errors.ts";
import type { Logger } from "./shared/logger.ts";

/** How a move is carried out. */
interface Carrier {
  readonly logger: Logger;
  say(sentence: string): unknown;
}

/**
 * `slipway migrate`: moves the ledger of a folder into PostgreSQL, or back. Resolves to the exit code.
 * @throws ConfigError; its text never holds a password
 */
export async function migrateLedger(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      from: { type: "string" },
      to: { type: "string" },
      exported: { type: "string", multiple: true },
    },
  });
  const settings = commandSettings(environment);
  const move = moveOf(values, settings.databaseUrl);
  const logger = commandLogger(() => [...settings.secrets(), move.url]);
  const carrier: Carrier = { logger, say: (sentence) => out.write(`${sentence}\n`) };
  try {
    return move.kind === "into-database"
      ? await intoDatabase(move, carrier)
      : await intoFolder(move, carrier);
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [errorText(error)];
    throw new ConfigError(problems.map((problem) => withoutPassword(problem, move.url)));
  }
}

async function intoDatabase(move: Move, { logger, say }: Carrier): Promise<number> {
  const { directory, url } = move;
  const contents = await openEmbeddedContents({ directory, clock });
  const target = openPostgresTarget({ url, logger });
  try {
    const name = `lowdb:${directory}`;
    return report(await moveLedger({ contents, name, target, tell: say }), move, say);
  } finally {
    await target.close();
    await contents.close();
  }
}

async function intoFolder(move: Move, { logger, say }: Carrier): Promise<number> {
  const { directory, url, exported } = move;
  const target = await openFolderTarget({ directory, clock });
  try {
    const result = await readPostgresContents({ url, exported, logger }, (contents) =>
      moveLedger({ contents, name: nameOf(url), target, tell: say }),
    );
    return report(result, move, say);
  } finally {
    await target.close();
  }
}

function report(result: MoveResult, move: Move, say: (sentence: string) => unknown): number {
  switch (result.kind) {
    case "finished":
      say(`this ledger was moved here at ${result.at.toISOString()}; nothing was changed`);
      return 0;
    case "broken":
      say(`broken: ${result.sentence}`);
      say(WHEN_BROKEN[move.kind](move.directory));
      return 1;
    case "moved":
      for (const line of comparison(result.source, result.target, move)) say(line);
      say(`whole: ${result.chain.events} events in ${result.chain.streams} streams`);
      say(WHEN_DONE[move.kind](move.directory));
      return 0;
  }
}

type Sentences = Readonly<Record<Move["kind"], (directory: string) => string>>;

const WHEN_BROKEN: Sentences = {
  "into-database": (directory) =>
    `Not moved, and nothing can start on the database. If SLIPWAY_DATA=${directory} slipway audit verify ` +
    "says the same, restore that folder from a backup; else drop schema slipway cascade, and begin anew.",
  "into-folder": (directory) =>
    `Not moved, and nothing can start on ${directory}. If slipway audit verify of the database says the ` +
    "same, restore that from a backup; else remove the folder, and begin anew.",
};

const WHEN_DONE: Sentences = {
  "into-database": (directory) =>
    `Done. ${directory} is as it was. Now start Slipway with DATABASE_URL, and keep the folder as a backup: ` +
    "whoever starts Slipway on it again goes on from where it stands, and deploys beside the other one.",
  "into-folder": (directory) =>
    `Done. The database is as it was. Now start one Slipway with SLIPWAY_DATA=${directory} and without ` +
    "DATABASE_URL, and keep the database as a backup: whoever starts Slipway on it again goes on from where " +
    "it stands, and deploys beside the other one.",
};

function comparison(
  source: ContentCounts,
  target: ContentCounts,
  { kind }: Move,
): readonly string[] {
  const kinds = Object.keys(COUNT_LABELS) as (keyof ContentCounts)[];
  const rows = [
    ["", ...(kind === "into-database" ? ["folder", "database"] : ["database", "folder"])],
    ...kinds.map((kind) => [COUNT_LABELS[kind], String(source[kind]), String(target[kind])]),
  ];
  return rows.map(([label = "", left = "", right = ""]) =>
    [label.padEnd(18), left.padStart(10), right.padStart(10)].join(" "),
  );
}
