import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./free-port.ts";
import { PASSWORD, USER } from "./postgres-server.ts";

/** Debian puts it where only root looks. */
const PLACES = ["pgbouncer", "/usr/sbin/pgbouncer"];

export interface RealPgbouncer {
  readonly port: number;
  close(): Promise<void>;
}

export interface FoundPgbouncer {
  readonly path: string;
  readonly version: string;
}

/** null when there is none. */
export function findPgbouncer(): FoundPgbouncer | null {
  for (const path of PLACES) {
    try {
      const text = execFileSync(path, ["--version"], { encoding: "utf8", stdio: "pipe" });
      return { path, version: /PgBouncer (\S+)/.exec(text)?.[1] ?? "unknown" };
    } catch {
      // The next place.
    }
  }
  return null;
}

/**
 * Starts one on loopback before a PostgreSQL, in transaction mode with very few server connections, so that
 * each transaction of a client is likely to get another one. Anybody who reaches it is let in.
 */
export async function startPgbouncer(
  { path }: FoundPgbouncer,
  serverPort: number,
): Promise<RealPgbouncer> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-pgbouncer-"));
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const file = join(folder, "pgbouncer.ini");
  writeFileSync(
    file,
    [
      "[databases]",
      `* = host=127.0.0.1 port=${serverPort} user=${USER} password='${PASSWORD}'`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = any",
      "pool_mode = transaction",
      "default_pool_size = 3",
      "server_idle_timeout = 3",
      "server_round_robin = 1",
      // It does not run as root.
      ...(isRoot ? ["user = nobody"] : []),
      "",
    ].join("\n"),
  );
  chmodSync(folder, 0o755);
  const child = spawn(path, [file], { stdio: ["ignore", "ignore", "pipe"] });
  const said: string[] = [];
  const ended = once(child, "exit");
  const close = async () => {
    child.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const isUp = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      if (line.includes("process up")) resolve();
    });
    void ended.then(() => reject(new Error(`pgbouncer ended: ${said.join("\n")}`)));
  });
  await isUp;
  return { port, close };
}
