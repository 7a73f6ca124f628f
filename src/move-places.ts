import { ConfigError } from "./shared/errors.ts";
import { postgresAddresses } from "./shared/postgres-addresses.ts";

const USAGE =
  "slipway migrate --from lowdb:DIR [--to postgresql://user:password@host/database], or back: " +
  "slipway migrate --to lowdb:DIR [--from postgresql://…] [--exported FILE]...; " +
  "a database that is not named is DATABASE_URL, which keeps the password out of the list of processes";

/** Between which stores a ledger is moved. */
export interface Move {
  readonly kind: "into-database" | "into-folder";
  readonly directory: string;
  /** Of the database. */
  readonly url: string;
  /** Files with the events that were taken out of the database. */
  readonly exported: readonly string[];
}

type Place =
  | { readonly kind: "folder"; readonly directory: string }
  | { readonly kind: "database"; readonly url: string };

/** By the flags of `slipway migrate`; a database that they do not name is `DATABASE_URL`. @throws ConfigError */
export function moveOf(
  {
    from,
    to,
    exported = [],
  }: {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly exported?: readonly string[] | undefined;
  },
  databaseUrl: string | null,
): Move {
  const [source, target] = [placeOf("--from", from), placeOf("--to", to)];
  if (source?.kind === "folder") {
    if (exported.length > 0) throw wrong("--exported is for a move out of a database");
    const { directory } = source;
    return {
      kind: "into-database",
      directory,
      url: databaseIn("--to", target, databaseUrl),
      exported,
    };
  }
  if (target?.kind === "folder") {
    const { directory } = target;
    return {
      kind: "into-folder",
      directory,
      url: databaseIn("--from", source, databaseUrl),
      exported,
    };
  }
  if (source === null) throw wrong("there is no --from lowdb:DIR, and no --to lowdb:DIR");
  throw wrong(
    "from one database to another a ledger goes by pg_dump and pg_restore (docs/backup.md)",
  );
}

/** A database as it may be shown. */
export function nameOf(url: string): string {
  const addresses = (postgresAddresses(url) ?? []).map((address) => new URL(address));
  const hosts = addresses.map(({ host }) => host).join(",");
  return `postgresql://${hosts}${addresses[0]?.pathname ?? ""}`;
}

function databaseIn(flag: string, place: Place | null, databaseUrl: string | null): string {
  if (place?.kind === "database") return place.url;
  if (place?.kind === "folder") {
    throw wrong("from one folder to another a ledger goes by slipway backup");
  }
  const url = databaseUrl === null ? null : placeOf("DATABASE_URL", databaseUrl);
  if (url?.kind === "database") return url.url;
  throw wrong(`there is no ${flag}, and no DATABASE_URL`);
}

/** null: it was not named. @throws ConfigError, without what may hold a password */
function placeOf(flag: string, text: string | undefined): Place | null {
  if (text === undefined) return null;
  const [, directory] = /^lowdb:(.+)$/.exec(text) ?? [];
  if (directory !== undefined) return { kind: "folder", directory };
  if (postgresAddresses(text) !== null) return { kind: "database", url: text };
  const shown = text.replace(/:\/\/.*/, "://…");
  throw wrong(`${flag} ${shown} is neither lowdb:DIR nor an address of PostgreSQL`);
}

function wrong(problem: string): ConfigError {
  return new ConfigError([`${problem}: ${USAGE}`]);
}
