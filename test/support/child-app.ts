import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import type { World } from "./system.ts";

/** `slipway serve` as a process of its own, which can be killed. */
export interface ChildApp {
  readonly port: number;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it does nothing until it goes on, and does not know that it did not. */
  pause(): void;
  /** SIGCONT. */
  goOn(): void;
  /** SIGTERM; resolves to the exit code. */
  terminate(): Promise<number | null>;
}

const MAIN = join(import.meta.dirname, "../../src/main.ts");

export async function startChild(world: Pick<World, "environment">): Promise<ChildApp> {
  const child = spawn(process.execPath, [MAIN, "serve"], {
    env: { PATH: process.env.PATH ?? "", ...world.environment, LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const port = await startedOn(child);
  return {
    port,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
    pause: () => void child.kill("SIGSTOP"),
    goOn: () => void child.kill("SIGCONT"),
    terminate: async () => {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = (await gone) as [number | null];
      return code;
    },
  };
}

async function startedOn(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error("its output is not piped");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const { msg, port } = JSON.parse(line) as { readonly msg: string; readonly port?: number };
    if (msg !== "started" || port === undefined) continue;
    // Read on, so that the pipe does not fill up.
    child.stdout.resume();
    return port;
  }
  throw new Error("slipway serve ended before it had started");
}
