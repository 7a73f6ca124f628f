import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { Milliseconds } from "../../../core/json.ts";
import type { Clock } from "../../../shared/clock.ts";
import { checkLease } from "../../check-lease.ts";
import { oneLine } from "../../one-line.ts";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingFolder: string | null;
}

/** How a command ended. Of its outputs the last line that is not empty is kept, or "". */
export type CommandResult =
  | {
      readonly kind: "exited";
      readonly code: number;
      readonly output: string;
      readonly errorOutput: string;
    }
  | { readonly kind: "killed"; readonly by: string }
  /** It never ran: no such program, no permission. */
  | { readonly kind: "not-run"; readonly why: string };

const NOT_RUN: Readonly<Record<string, string>> = {
  ENOENT: "there is no such program, or no such working folder",
  EACCES: "it may not be executed",
  E2BIG: "its arguments are too long",
};

/** Only the end of the output matters: the handle, the detail, the last error. */
const KEPT_OUTPUT = 64 * 1024;
const LONGEST_LINE = 1_000;
/** Between asking a process group to end and ending it; shorter than the worker's patience. */
export const TERM_TO_KILL: Milliseconds = 3_000;
/** How long output is waited for after the command itself has ended: a child may hold its pipes. */
export const DRAIN: Milliseconds = 1_000;

/**
 * Runs a command in a process group of its own, without a shell and without input. When the signal fires,
 * the whole group is asked to end, and then ended; the result is then `killed`.
 */
export async function runCommand(
  { file, args, env, workingFolder }: Command,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<CommandResult> {
  checkLease(signal);
  const child = spawnOrNull({ file, args, env, workingFolder });
  if (child === null) return { kind: "not-run", why: "a part of it is empty or holds a null byte" };
  const output = keepEnd(child.stdout);
  const errorOutput = keepEnd(child.stderr);
  const gone = new AbortController();

  const stop = async (): Promise<void> => {
    signalGroup(child, "SIGTERM");
    await clock.sleep(TERM_TO_KILL, gone.signal);
    if (!gone.signal.aborted) signalGroup(child, "SIGKILL");
  };
  const onAbort = () => void stop();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const exit = await exitOf(child, clock);
    if (exit.kind !== "exited") return exit;
    // What ended because it was told to did not end by itself, whatever it says.
    if (signal.aborted) return { kind: "killed", by: "SIGTERM" };
    return { ...exit, output: lastLine(output()), errorOutput: lastLine(errorOutput()) };
  } finally {
    signal.removeEventListener("abort", onAbort);
    if (signal.aborted) signalGroup(child, "SIGKILL");
    gone.abort();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Node refuses some texts by throwing them back at us; they may be secrets. */
function spawnOrNull({ file, args, env, workingFolder }: Command): CommandProcess | null {
  try {
    return spawn(file, args, {
      env,
      ...(workingFolder === null ? {} : { cwd: workingFolder }),
      shell: false,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch {
    return null;
  }
}

type CommandProcess = ChildProcessByStdio<null, Readable, Readable>;

type Exit =
  | { readonly kind: "exited"; readonly code: number }
  | Exclude<CommandResult, { kind: "exited" }>;

function exitOf(child: ChildProcess, clock: Clock): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return;
      const why = error.code === undefined ? undefined : NOT_RUN[error.code];
      resolve({ kind: "not-run", why: why ?? error.code ?? "it cannot be run" });
    });
    child.once("exit", (code, by) => {
      const exit: Exit =
        code === null ? { kind: "killed", by: by ?? "a signal" } : { kind: "exited", code };
      const drained = new AbortController();
      child.once("close", () => drained.abort());
      void clock.sleep(DRAIN, drained.signal).then(() => resolve(exit));
    });
  });
}

/** The group has the number of its leader, and outlives it while any member lives. */
function signalGroup({ pid }: ChildProcess, name: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // Nobody of the group is left.
  }
}

function keepEnd(stream: Readable): () => string {
  let kept = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-KEPT_OUTPUT);
  });
  stream.on("error", () => {});
  return () => kept.toString("utf8");
}

function lastLine(output: string): string {
  const lines = output.split(/\r?\n/).map((line) => oneLine(line, LONGEST_LINE + 1));
  return lines.findLast((line) => line !== "") ?? "";
}
