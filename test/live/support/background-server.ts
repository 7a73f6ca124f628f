import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

const STARTS_WITHIN = 240_000;
const ASKED_EVERY = 250;

/** Starts a server of its own process group, and waits until it answers; it is ended with the test. */
export async function startServer(options: {
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Answers 200 once it is there. */
  readonly health: string;
}): Promise<void> {
  const { program, argv, cwd, env = process.env, health } = options;
  const child = spawn(program, [...argv], { cwd, env: { ...env }, detached: true });
  const failures: Error[] = [];
  child.on("error", (error) => failures.push(error));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000);
    });
  }
  const ended = once(child, "exit");
  onTestFinished(async () => {
    if (child.pid === undefined || child.exitCode !== null) return;
    // Such servers have workers, which outlive them.
    process.kill(-child.pid, "SIGKILL");
    await ended;
  });
  for (let waited = 0; waited < STARTS_WITHIN; waited += ASKED_EVERY) {
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null) break;
    const answer = await fetch(health).catch(() => null);
    if (answer?.ok) return;
    await sleep(ASKED_EVERY);
  }
  throw new Error(`${program} does not answer: ${output}`);
}
