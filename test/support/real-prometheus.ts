import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface RealPrometheus {
  readonly url: string;
  close(): Promise<void>;
}

/** The version of the binary on the path, or null when there is none. */
export function findPrometheus(): string | null {
  try {
    const text = execFileSync("prometheus", ["--version"], { encoding: "utf8", stdio: "pipe" });
    return /version (\S+)/.exec(text)?.[1] ?? "unknown";
  } catch {
    return null;
  }
}

/**
 * Starts a Prometheus of its own on loopback, with an empty history in a folder that is removed at the
 * end, and resolves when it is ready.
 * @param configuration the text of `prometheus.yml`
 * @param fill writes a history into the folder of its data before it starts
 */
export async function startPrometheus(
  configuration: string,
  fill: (data: string) => void = () => {},
): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-prometheus-"));
  const file = join(folder, "prometheus.yml");
  await writeFile(file, configuration);
  fill(join(folder, "data"));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    "prometheus",
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
      "--log.level=error",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const close = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child, `http://${address}/-/ready`);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `http://${address}`, close };
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  let complaints = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaints += chunk.toString("utf8");
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`prometheus ended: ${complaints}`);
    const response = await fetch(url).catch(() => null);
    if (response?.ok === true) return;
    await sleep(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}
