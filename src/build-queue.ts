import { SLIPWAY } from "./core/actor.ts";
import type { ReportCommand } from "./core/command.ts";
import { type JobBody, job } from "./core/job.ts";
import { type Commit, Duplicate, type Ledger } from "./ledger/ledger.ts";
import type { Clock } from "./shared/clock.ts";

export interface BuildQueue {
  /**
   * `queued`: it is on the disk as a job that decides it. `duplicate`: one of these ids was recorded before.
   * @throws Unavailable
   */
  add(command: ReportCommand, commandIds: readonly string[]): Promise<"queued" | "duplicate">;
}

interface Entry {
  readonly command: ReportCommand;
  readonly commandIds: readonly string[];
  readonly resolve: (answer: "queued" | "duplicate") => void;
  readonly reject: (error: unknown) => void;
}

/** Their reports are one write to the disk. */
const MOST_AT_ONCE = 64;

/**
 * Puts builds on the disk as jobs. Those that come while a write is under way share the next one: most of
 * what a commit costs, it costs once.
 */
export function createBuildQueue(ports: {
  readonly ledger: Pick<Ledger, "commit">;
  readonly clock: Clock;
}): BuildQueue {
  const { ledger, clock } = ports;
  const waiting: Entry[] = [];
  let writing = false;

  async function writeAll(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      await whoeverComes();
      const { taken, left } = withoutRepetition(waiting.splice(0, MOST_AT_ONCE));
      waiting.unshift(...left);
      await write(taken);
    }
    writing = false;
  }

  /** All of them; but one that is known keeps none of the others from being written. */
  async function write(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    try {
      await ledger.commit(commitOf(entries, clock.now()));
    } catch (error) {
      const known = entries.filter((entry) => isKnown(entry, error));
      for (const { resolve } of known) resolve("duplicate");
      if (known.length > 0) return write(entries.filter((entry) => !known.includes(entry)));
      for (const { reject } of entries) reject(error);
      return;
    }
    for (const { resolve } of entries) resolve("queued");
  }

  return {
    add: (command, commandIds) =>
      new Promise((resolve, reject) => {
        waiting.push({ command, commandIds, resolve, reject });
        if (!writing) void writeAll();
      }),
  };
}

function commitOf(entries: readonly Entry[], at: number): Commit {
  return {
    expect: [],
    at,
    by: SLIPWAY,
    writes: [],
    jobs: entries.map(({ command, commandIds }) => {
      const key = `register:${commandIds.join(",")}`;
      // In turn: what came first is the older build where the reports do not say when they were built.
      return job(key, at, bodyOf(command), `register:${command.component}`);
    }),
    commandIds: entries.flatMap(({ commandIds }) => commandIds),
  };
}

function bodyOf(command: ReportCommand): JobBody {
  if (command.type === "RegisterBuild") {
    const { type: _type, ...reported } = command;
    return { kind: "register", ...reported };
  }
  const { type: _type, ...reported } = command;
  return { kind: "register-fragment", ...reported };
}

/** The same delivery twice: the second time waits, and finds the first time recorded. */
function withoutRepetition(entries: readonly Entry[]) {
  const seen = new Set<string>();
  const taken: Entry[] = [];
  const left: Entry[] = [];
  for (const entry of entries) {
    const isRepeated = entry.commandIds.some((id) => seen.has(id));
    for (const id of entry.commandIds) seen.add(id);
    (isRepeated ? left : taken).push(entry);
  }
  return { taken, left };
}

function isKnown({ commandIds }: Entry, error: unknown): boolean {
  return error instanceof Duplicate && commandIds.includes(error.commandId);
}

/** Everybody who is about to come in this turn of the event loop. */
function whoeverComes(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
