import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A part of a benchmark in a process of its own, so that it is measured with a heap and a core of its own. */
export interface Child<Ready> {
  /** What it said when it was ready. */
  readonly ready: Ready;
  /** Asks it for something and waits for the answer. One at a time. @throws when it dies or fails */
  ask<Answer>(request: unknown): Promise<Answer>;
  /** Lets it close what it has open. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash does. What it was asked for fails. */
  kill(): Promise<void>;
}

/**
 * Runs a file that calls `serveParent`. What it logs is thrown away by the system, as cheaply as a log
 * collector takes it; what it writes to standard error is shown.
 * @throws when it ends before it is ready
 */
export async function startChild<Ready>(file: URL, settings: unknown): Promise<Child<Ready>> {
  const process = fork(file, [JSON.stringify(settings)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const name = file.pathname.split("/").slice(-2).join("/");
  const next = <T>() => nextAnswer<T>(process, name);
  const ready = await next<Ready>();
  return {
    ready,
    ask(request) {
      process.send({ request });
      return next();
    },
    async stop() {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const gone = once(process, "exit");
      process.send({ stop: true });
      await gone;
      if (process.exitCode !== 0) throw new Error(`${name} did not stop cleanly`);
    },
    async kill() {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const gone = once(process, "exit");
      process.kill("SIGKILL");
      await gone;
    },
  };
}

function nextAnswer<T>(child: ChildProcess, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      child.off("exit", onExit);
      resolve(message as T);
    };
    const onExit = (code: number | null, signal: string | null) => {
      child.off("message", onMessage);
      reject(new Error(`${name} ended before it answered (${signal ?? `exit code ${code}`})`));
    };
    child.once("message", onMessage).once("exit", onExit);
  });
}
