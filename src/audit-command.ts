import { once } from "node:events";
import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { fileReaders } from "./config/file-readers.ts";
import { readSettings } from "./config/settings.ts";
import { exportLedger, verifyLedger } from "./ledger/audit.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { openLedger } from "./open-ledger.ts";
import { systemClock } from "./shared/clock.ts";
import { ConfigError } from "./shared/errors.ts";
import { createLogger } from "./shared/logger.ts";

const USAGE = "slipway audit export [--component C] [--since TIME] | slipway audit verify";

/** `slipway audit …`: the ledger as JSON lines, or whether its chain is whole. Resolves to the exit code. */
export async function audit(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  out: Writable,
): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb !== "export" && verb !== "verify") throw new ConfigError([USAGE]);
  const query = readQuery(rest);
  const settings = readSettings({
    environment,
    readFile: fileReaders.readFile,
    slack: "optional",
  });
  const logger = createLogger({
    level: "warn",
    secrets: settings.secrets,
    destination: process.stderr,
  });
  const ledger = await openLedger(settings, systemClock, logger);
  try {
    return verb === "export" ? await write(ledger, query, out) : await verify(ledger, out);
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

async function write(ledger: Ledger, query: Query, out: Writable): Promise<number> {
  for await (const line of exportLedger(ledger, query)) {
    if (!out.write(line)) await once(out, "drain");
  }
  return 0;
}

async function verify(ledger: Ledger, out: Writable): Promise<number> {
  const verdict = await verifyLedger(ledger);
  switch (verdict.kind) {
    case "whole":
      out.write(`whole: ${verdict.events} events in ${verdict.streams} streams\n`);
      return 0;
    case "broken":
      out.write(`broken: ${verdict.at.sentence}\n`);
      return 1;
    case "unreadable":
      out.write(`broken: ${verdict.sentence}\n`);
      return 1;
  }
}
