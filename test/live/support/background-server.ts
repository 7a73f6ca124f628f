import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";

const STARTS_WITHIN = 150_000;
const ASKED_EVERY = 250;

/** A port on which nothing listens now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Starts a server of its own process group, and waits until it answers; it is ended with the test. */
export async function startServer(options: {
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers 200 once it is there. */
  readonly health: string;
}): Promise<void> {
  const { program, argv, cwd, env, health } = options;
  const child = spawn(program, [...argv], { cwd, env: { ...env }, detached: true });
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
    if (child.exitCode !== null) break;
    const answer = await fetch(health).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, ASKED_EVERY));
  }
  throw new Error(`${program} does not answer: ${output}`);
}
