import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { WorkloadNote } from "./ledger-workload.ts";

/** A process that works on a ledger in files. */
export interface LedgerChild {
  /** Resolves when so many notes have come. Rejects when the process ends before. */
  hasNoted(count: number): Promise<void>;
  /** `kill -9`; resolves when it is gone, and all that it said has been heard. */
  kill(): Promise<void>;
}

export interface LedgerChildOptions {
  readonly directory: string;
  readonly seed: number;
  /** Small, so that segments end, are archived and checkpointed all the time. */
  readonly segmentBytes: number;
}

const PROCESS = join(import.meta.dirname, "ledger-process.ts");

export function startLedgerChild(
  { directory, seed, segmentBytes }: LedgerChildOptions,
  heard: (note: WorkloadNote) => void,
): LedgerChild {
  const child = spawn(process.execPath, [PROCESS, directory, String(seed), String(segmentBytes)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let notes = 0;
  let complaints = "";
  let isGone = false;
  let waiting: { readonly count: number; readonly settle: () => void } | null = null;
  const look = (): void => {
    if (waiting !== null && (isGone || notes >= waiting.count)) waiting.settle();
  };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const note = parse(line);
    if (note === null) return;
    notes += 1;
    heard(note);
    look();
  });
  const allHeard = once(lines, "close");
  const closed = once(child, "close").then(() => {
    isGone = true;
    look();
  });
  return {
    hasNoted: (count) =>
      new Promise((resolve, reject) => {
        const settle = (): void =>
          isGone ? reject(new Error(`it ended by itself: ${complaints}`)) : resolve();
        waiting = { count, settle };
        look();
      }),
    kill: async () => {
      child.kill("SIGKILL");
      await Promise.all([allHeard, closed]);
    },
  };
}

/** null: the end of the process cut the line off. */
function parse(line: string): WorkloadNote | null {
  try {
    return JSON.parse(line) as WorkloadNote;
  } catch {
    return null;
  }
}
