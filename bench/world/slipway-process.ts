import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Memory, memoryOf } from "../harness/memory.ts";

/** The built program, as the image runs it: `npm run bench` builds it first. */
export const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** `slipway serve` as a process of its own. */
export interface SlipwayProcess {
  readonly port: number;
  /** From its start to the first 200 of /readyz. */
  readonly secondsToReady: number;
  memory(): Memory;
  /** As an orchestrator does. */
  stop(): Promise<void>;
  /** As a crash does. */
  kill(): Promise<void>;
}

/** Starts it, and waits until it is ready. @throws when it ends before */
export async function startSlipway(
  environment: Readonly<Record<string, string>>,
): Promise<SlipwayProcess> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, "serve"], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await gone;
  };
  try {
    const port = await listening(createInterface({ input: child.stdout }));
    child.stdout.resume();
    while ((await fetch(`http://127.0.0.1:${port}/readyz`)).status !== 200);
    const secondsToReady = (performance.now() - startedAt) / 1000;
    return {
      port,
      secondsToReady,
      memory: () => memoryOf(child.pid ?? 0),
      stop: () => end("SIGTERM"),
      kill: () => end("SIGKILL"),
    };
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
}

/** The port, once it says that it has started. */
async function listening(lines: AsyncIterable<string>): Promise<number> {
  for await (const line of lines) {
    const { msg, port } = JSON.parse(line) as { readonly msg: string; readonly port?: number };
    if (msg === "started" && port !== undefined) return port;
  }
  throw new Error("slipway serve ended before it had started");
}
