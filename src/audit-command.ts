import { once } from "node:events";
import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { commandLogger, commandSettings } from "./command-settings.ts";
import { exportLedger, verifyLedger } from "./ledger/audit.ts";
import { exportedEvents } from "./ledger/exported-events.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { type PruneResult, pruneEvents } from "./ledger/postgres/prune-events.ts";
import { openLedger } from "./open-ledger.ts";
import { systemClock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";

const USAGE =
  "slipway audit export [--component C] [--since TIME] | " +
  "slipway audit verify [--exported FILE]... | slipway audit prune --export FILE";

/** `slipway audit …`: the ledger as JSON lines, or whether its chain is whole. Resolves to the exit code. */
export async function audit(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === "prune") return prune(rest, environment, out);
  if (verb !== "export" && verb !== "verify") throw new ConfigError([USAGE]);
  const query = readQuery(verb === "export" ? rest : []);
  const exported = verb === "verify" ? readExported(rest) : [];
  const settings = commandSettings(environment);
  const ledger = await openLedger(settings, systemClock, commandLogger(settings.secrets));
  try {
    return verb === "export"
      ? await write(ledger, query, out)
      : await verify(ledger, exported, out);
  } finally {
    await ledger.close();
  }
}

interface Query {
  readonly component: string | null;
  readonly since: number | null;
}

function readQuery(argv: readonly string[]): Query {
  const { values } = parseArgs({
    args: [...argv],
    options: { component: { type: "string" }, since: { type: "string" } },
  });
  const since = values.since === undefined ? null : Date.parse(values.since);
  if (since !== null && Number.isNaN(since)) {
    throw new ConfigError([`--since ${values.since}: write a time such as 2026-11-22T09:00:00Z`]);
  }
  return { component: values.component ?? null, since };
}

function readExported(argv: readonly string[]): readonly string[] {
  const { values } = parseArgs({
    args: [...argv],
    options: { exported: { type: "string", multiple: true } },
  });
  return values.exported ?? [];
}

/** `slipway audit prune`: exports the events that need not be kept, and takes them out of the database. */
async function prune(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { export: { type: "string" } } });
  const settings = commandSettings(environment);
  const { databaseUrl: url, retention } = settings;
  const problems = [
    ...(url === null ? ["only a ledger in PostgreSQL can be pruned: set DATABASE_URL"] : []),
    ...(retention === null
      ? ["SLIPWAY_RETENTION is not set, so every event is kept: set it, e.g. to 400d"]
      : []),
    ...(values.export === undefined ? [`say where to export to: ${USAGE}`] : []),
  ];
  if (url === null || retention === null || values.export === undefined) {
    throw new ConfigError(problems);
  }
  const logger = commandLogger(settings.secrets);
  const before = systemClock.now() - retention;
  const result = await pruneEvents({ url, before, path: values.export, logger });
  out.write(`${sentenceOf(result, values.export)}\n`);
  return result.kind === "broken" ? 1 : 0;
}

function sentenceOf(result: PruneResult, path: string): string {
  switch (result.kind) {
    case "nothing":
      return "nothing to take out: no partition of the events is full and older than SLIPWAY_RETENTION";
    case "broken":
      return `broken, so nothing was taken out: ${result.sentence}`;
    case "pruned":
      return (
        `took out ${result.events} events, positions ${result.first} to ${result.last}; they are in ${path} ` +
        `(SHA-256 ${result.sha256}). Keep that file where the auditors find it`
      );
  }
}

async function write(ledger: Ledger, query: Query, out: Writable): Promise<number> {
  for await (const line of exportLedger(ledger, query)) {
    if (!out.write(line)) await once(out, "drain");
  }
  return 0;
}

async function verify(ledger: Ledger, exported: readonly string[], out: Writable): Promise<number> {
  const earlier = exported.length === 0 ? null : exportedEvents(exported);
  const verdict = await verifyLedger(ledger, earlier);
  switch (verdict.kind) {
    case "whole":
      out.write(`whole: ${verdict.events} events in ${verdict.streams} streams\n`);
      if (earlier === null) out.write(await whereItBegins(ledger));
      return 0;
    case "broken":
      out.write(`broken: ${verdict.at.sentence}\n`);
      return 1;
    case "unreadable":
      out.write(`broken: ${verdict.sentence}\n`);
      return 1;
  }
}

/** Nothing where every event is kept. */
async function whereItBegins(ledger: Ledger): Promise<string> {
  const anchors = await ledger.anchors();
  if (anchors.length === 0) return "";
  const last = Math.max(...anchors.map(({ position }) => position));
  return (
    `from position ${last + 1} on: what was before it was exported, and is verified with --exported FILE ` +
    "for each file, the oldest first\n"
  );
}
