import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { createPostgres, dataOf, startPostgresAgain } from "../../support/embedded-postgres.ts";
import { freePort } from "../../support/free-port.ts";
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
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const place = {
    folder,
    port,
    user: USER,
    password: PASSWORD,
    settings: ["fsync=on", "max_connections=200", "checkpoint_timeout=30s"],
  };
  const url = (database: string, through = port) =>
    `postgresql://${USER}:${PASSWORD}@127.0.0.1:${through}/${database}`;
  let server = await createPostgres(place);

  /** Its processes may hold the shared memory for a moment after it was killed. */
  async function startAgain(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        server = await startPostgresAgain(place);
        return;
      } catch (error) {
        if (tries >= 20) throw error;
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
      const main = Number(
        readFileSync(join(dataOf(place), "postmaster.pid"), "utf8").split("\n")[0],
      );
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
