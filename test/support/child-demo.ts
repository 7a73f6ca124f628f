import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface ChildDemo {
  readonly url: string;
  /** In a folder that is gone when the demo has ended. */
  readonly logFile: string;
  /** As Ctrl-C does; resolves when every process has ended. */
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "../..");

/** `npm run demo` as somebody types it, on a free port. */
export async function startChildDemo(): Promise<ChildDemo> {
  const child = spawn("npm", ["run", "demo"], {
    cwd: ROOT,
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
    // Ctrl-C reaches every process of the group.
    detached: true,
  });
  // npm ends at once; the output ends with the last process that can write to it.
  const closed = once(child, "close");
  const stop = async () => {
    const isRunning = child.exitCode === null && child.signalCode === null;
    if (isRunning && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    await closed;
  };
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url ??= /^Slipway demo: open (\S+)$/.exec(line)?.[1];
    const logFile = /^The log is (\S+) /.exec(line)?.[1];
    if (url === undefined || logFile === undefined) continue;
    child.stdout.resume();
    return { url, logFile, stop };
  }
  throw new Error("npm run demo ended before it printed its address");
}
