import { Client } from "pg";
import { createPostgres } from "../../test/support/embedded-postgres.ts";
import { freePort } from "../../test/support/free-port.ts";
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
    const port = await freePort();
    const server = await createPostgres({
      folder,
      port,
      user: USER,
      password: PASSWORD,
      settings: [],
    });
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
