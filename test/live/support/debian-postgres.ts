import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../support/free-port.ts";
import { onDatabase } from "../../support/postgres-server.ts";
import { run } from "./tools.ts";

const VERSIONS = "/usr/lib/postgresql";
const USER = "postgres";

/** PostgreSQL as Debian has it, with its tools for backups. */
export interface DebianPostgres {
  /** A folder that the server may write to. */
  readonly folder: string;
  url(database: string, port?: number): string;
  /** One of its tools, as the user that the server runs as. @throws Error with what it said */
  tool(name: string, ...argv: readonly string[]): Promise<void>;
  /** Starts a server on a cluster in this folder. Resolves to its port. */
  startOn(cluster: string): Promise<number>;
  /** A standby that streams from the first server, which from then on commits nothing without it. */
  startStandby(): Promise<{ readonly cluster: string; readonly port: number }>;
  /** kill -9 of the first server. */
  kill(): void;
  /** Stops every server, and removes the folder. */
  remove(): Promise<void>;
}

/** The folder of the newest version's programs; null: there is none. */
export function findDebianPostgres(): string | null {
  if (!existsSync(VERSIONS)) return null;
  const versions = readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a));
  const folders = versions.map((version) => join(VERSIONS, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "pg_basebackup"))) ?? null;
}

export async function startDebianPostgres(programs: string): Promise<DebianPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-debian-postgres-"));
  const isRoot = process.getuid?.() === 0;
  const running = new Set<string>();
  const tool = async (name: string, ...argv: readonly string[]): Promise<void> => {
    const program = join(programs, name);
    // PostgreSQL refuses to run as root.
    const [file = "", ...all] = isRoot
      ? ["runuser", "-u", USER, "--", program, ...argv]
      : [program, ...argv];
    await promisify(execFile)(file, all, { cwd: folder });
  };
  const startOn = async (cluster: string): Promise<number> => {
    const port = await freePort();
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
    await tool("pg_ctl", "start", "-w", "-D", cluster, "-o", options, "-l", join(folder, "log"));
    running.add(cluster);
    return port;
  };
  const cluster = join(folder, "cluster");
  const kill = () => {
    running.delete(cluster);
    const [pid = ""] = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    process.kill(Number(pid), "SIGKILL");
  };
  const remove = async () => {
    for (const cluster of running) await tool("pg_ctl", "stop", "-D", cluster, "-m", "immediate");
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (isRoot) giveTo(folder);
    await tool("initdb", "-D", cluster, "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync");
    const first = await startOn(cluster);
    const url = (database: string, port = first) =>
      `postgresql://${USER}@127.0.0.1:${port}/${database}`;
    const startStandby = async () => {
      const standby = join(folder, "standby");
      const from = `${url("postgres")}?application_name=standby`;
      await tool(
        "pg_basebackup",
        `--pgdata=${standby}`,
        "--write-recovery-conf",
        "--checkpoint=fast",
        `--dbname=${from}`,
      );
      const port = await startOn(standby);
      await onDatabase(url("postgres"), "alter system set synchronous_standby_names = 'standby'");
      await onDatabase(url("postgres"), "select pg_reload_conf()");
      await onDatabase(
        url("postgres"),
        `do $$ begin
           while not exists (select from pg_stat_replication where sync_state = 'sync') loop
             perform pg_sleep(0.01);
             perform pg_stat_clear_snapshot();
           end loop;
         end $$`,
      );
      return { cluster: standby, port };
    };
    return { folder, url, tool, startOn, startStandby, kill, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function giveTo(folder: string): void {
  const [user, group] = ["-u", "-g"].map((flag) => Number(run("id", [flag, USER]).out));
  chownSync(folder, user ?? 0, group ?? 0);
  chmodSync(folder, 0o755);
}
