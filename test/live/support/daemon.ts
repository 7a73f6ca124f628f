import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

/** Whether a program is on the path, or in one of Debian's folders of servers. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `PATH="$PATH:/usr/sbin" command -v ${program}`], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

/** Starts a server that is stopped when the test has finished; resolves once `url` answers. */
export async function startDaemon(
  program: string,
  argv: readonly string[],
  url: string,
): Promise<void> {
  const child = spawn(program, argv, { stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaints = `${complaints}${chunk.toString("utf8")}`.slice(-4_000);
  });
  let failure: Error | null = null;
  child.on("error", (error) => {
    failure = error;
  });
  onTestFinished(async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  });
  for (;;) {
    if (failure !== null) throw failure;
    if (child.exitCode !== null) throw new Error(`${program} ended: ${complaints}`);
    const response = await fetch(url).catch(() => null);
    if (response !== null && response.status < 500) return;
    await sleep(100);
  }
}
