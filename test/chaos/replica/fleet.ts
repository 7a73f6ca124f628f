import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { after } from "../world/faulty-gate.ts";
import type { Look } from "./replica.ts";

/** The replicas of a run: started again whenever they end, until the fleet is told to rest. */
export interface Fleet {
  readonly size: number;
  /** Ports of those that take requests now. */
  ports(): readonly number[];
  /** `kill -9`; it is started again, at another time of day. Resolves when it is gone. */
  kill(index: number): Promise<void>;
  /** SIGSTOP, and SIGCONT after so long. */
  freeze(index: number, milliseconds: number): Promise<void>;
  /** Nothing is started again while this runs, and all are dead before it does. */
  whileDead(what: () => void): Promise<void>;
  /** Asks one that is up; null: none is, or it cannot say. */
  look(): Promise<Look | null>;
  /** How often one ended that nobody had killed. */
  fallen(): readonly string[];
  /** SIGTERM for all. Resolves to their exit codes. */
  stop(): Promise<readonly (number | null)[]>;
}

export interface FleetOptions {
  readonly size: number;
  readonly folder: string;
  /** Of a replica; called anew for each start, so that each may have a clock of its own. */
  readonly environment: (index: number) => Readonly<Record<string, string>>;
}

interface Slot {
  process: ChildProcess | null;
  port: number | null;
  isStopped: boolean;
}

const REPLICA = join(import.meta.dirname, "replica.ts");
const CLOCK = join(import.meta.dirname, "shifted-clock.ts");
const RESTART_AFTER = 200;
const LOOK_WITHIN = 5_000;

export function startFleet({ size, folder, environment }: FleetOptions): Fleet {
  const fallen: string[] = [];
  const slots: readonly Slot[] = Array.from({ length: size }, () => ({
    process: null,
    port: null,
    isStopped: false,
  }));
  const killed = new WeakSet<ChildProcess>();
  let resting = false;

  function start(index: number): void {
    const slot = slotAt(index);
    if (resting || slot.process !== null) return;
    const child = fork(REPLICA, [], {
      env: {
        PATH: process.env.PATH ?? "",
        // A replica is started dozens of times in a run.
        NODE_COMPILE_CACHE: join(folder, "compiled"),
        ...environment(index),
      },
      execArgv: ["--import", CLOCK],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const log = createWriteStream(join(folder, `replica-${index + 1}.log`), { flags: "a" });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    slot.process = child;
    child.on("message", (message: { readonly port?: number }) => {
      if (message.port !== undefined) slot.port = message.port;
    });
    child.on("exit", (code, signal) => {
      slot.process = null;
      slot.port = null;
      slot.isStopped = false;
      log.end();
      if (!killed.has(child)) fallen.push(`replica ${index + 1}: ${signal ?? `exit code ${code}`}`);
      setTimeout(() => start(index), RESTART_AFTER);
    });
  }

  function slotAt(index: number): Slot {
    const slot = slots[index];
    if (slot === undefined) throw new RangeError(`there is no replica ${index}`);
    return slot;
  }

  async function kill(index: number): Promise<void> {
    const child = slotAt(index).process;
    if (child === null) return;
    killed.add(child);
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  async function ask(slot: Slot): Promise<Look | null> {
    const child = slot.process;
    if (child === null || slot.port === null || slot.isStopped) return null;
    return new Promise((resolve) => {
      const answered = (message: { readonly look?: Look; readonly failed?: string }) => {
        if (message.look === undefined && message.failed === undefined) return;
        child.off("message", answered);
        clearTimeout(late);
        resolve(message.look ?? null);
      };
      const late = setTimeout(() => answered({ failed: "late" }), LOOK_WITHIN);
      child.on("message", answered);
      child.send("look", (error) => (error === null ? undefined : answered({ failed: "gone" })));
    });
  }

  for (const index of slots.keys()) start(index);
  return {
    size,
    ports: () => slots.flatMap(({ port }) => port ?? []),
    kill,
    freeze: async (index, milliseconds) => {
      const slot = slotAt(index);
      const child = slot.process;
      if (child === null || slot.isStopped) return;
      slot.isStopped = true;
      child.kill("SIGSTOP");
      await after(milliseconds);
      child.kill("SIGCONT");
      slot.isStopped = false;
    },
    whileDead: async (what) => {
      resting = true;
      await Promise.all(slots.map((_, index) => kill(index)));
      what();
      resting = false;
      for (const index of slots.keys()) start(index);
    },
    look: async () => {
      for (const slot of slots) {
        const seen = await ask(slot);
        if (seen !== null) return seen;
      }
      return null;
    },
    fallen: () => fallen,
    stop: async () => {
      resting = true;
      return Promise.all(
        slots.map(async ({ process: child }) => {
          if (child === null) return null;
          killed.add(child);
          const gone = once(child, "exit");
          child.kill("SIGTERM");
          const [code] = (await gone) as [number | null];
          return code;
        }),
      );
    },
  };
}
