import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { commandLogger, commandSettings } from "./command-settings.ts";
import { COUNT_LABELS, type ContentCounts } from "./ledger/ledger-contents.ts";
import { openEmbeddedContents } from "./ledger/lowdb/open-embedded-contents.ts";
import { type ImportResult, importLedger } from "./ledger/postgres/import/import-ledger.ts";
import { systemClock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";

const USAGE =
  "slipway migrate --from lowdb:DIR [--to postgresql://user:password@host/database]; " +
  "without --to it is DATABASE_URL, which keeps the password out of the list of processes";

/** `slipway migrate`: moves the ledger of a folder into PostgreSQL. Resolves to the exit code. */
export async function migrateLedger(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { from: { type: "string" }, to: { type: "string" } },
  });
  const settings = commandSettings(environment);
  const directory = folderOf(values.from);
  const url = databaseOf(values.to ?? settings.databaseUrl);
  const logger = commandLogger(() => [...settings.secrets(), url]);
  const say = (sentence: string) => out.write(`${sentence}\n`);
  const contents = await openEmbeddedContents({ directory, clock: systemClock });
  try {
    const name = `lowdb:${directory}`;
    return report(await importLedger({ contents, name, url, logger, tell: say }), directory, say);
  } finally {
    await contents.close();
  }
}

/** @throws ConfigError */
function folderOf(from: string | undefined): string {
  const [, directory] = /^lowdb:(.+)$/.exec(from ?? "") ?? [];
  if (directory !== undefined) return directory;
  const given = from === undefined ? "" : `--from ${from.replace(/:\/\/.*/, "://…")}: `;
  throw new ConfigError([`${given}only the ledger of a folder can be moved: ${USAGE}`]);
}

/** @throws ConfigError */
function databaseOf(to: string | null): string {
  if (to === null) throw new ConfigError([`there is no --to, and no DATABASE_URL: ${USAGE}`]);
  if (/^postgres(?:ql)?:\/\//.test(to) && URL.canParse(to)) return to;
  throw new ConfigError([`--to is not an address of PostgreSQL: ${USAGE}`]);
}

function report(
  result: ImportResult,
  directory: string,
  say: (sentence: string) => unknown,
): number {
  switch (result.kind) {
    case "finished":
      say(`this ledger was moved here at ${result.at.toISOString()}; nothing was changed`);
      return 0;
    case "broken":
      say(`broken: ${result.sentence}`);
      say(
        `Not moved, and nothing can start on the database. If SLIPWAY_DATA=${directory} slipway audit verify ` +
          "says the same, restore that folder from a backup; else drop schema slipway cascade, and begin anew.",
      );
      return 1;
    case "moved":
      for (const line of comparison(result.source, result.target)) say(line);
      say(`whole: ${result.chain.events} events in ${result.chain.streams} streams`);
      say(
        `Done. ${directory} is as it was. Now start Slipway with DATABASE_URL, and keep the folder as a backup: ` +
          "whoever starts Slipway on it again goes on from where it stands, and deploys beside the other one.",
      );
      return 0;
  }
}

function comparison(source: ContentCounts, target: ContentCounts): readonly string[] {
  const kinds = Object.keys(COUNT_LABELS) as (keyof ContentCounts)[];
  const rows = [
    ["", "folder", "database"],
    ...kinds.map((kind) => [COUNT_LABELS[kind], String(source[kind]), String(target[kind])]),
  ];
  return rows.map(([label = "", left = "", right = ""]) =>
    [label.padEnd(18), left.padStart(10), right.padStart(10)].join(" "),
  );
}
