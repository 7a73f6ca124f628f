import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "../../shared/clock.ts";
import { errorCode, TEMPORARY } from "./file-system.ts";

/** Another process works on this folder. Nothing was changed. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";
}

/** The right to write into a folder, which one process has at a time. */
export interface SoleOwner {
  /** @throws FolderInUse when another process has taken the folder over */
  check(): void;
  release(): Promise<void>;
}

/** The owner says this often that it lives. */
const BEAT = 1_000;
/** An owner on another machine, or in another container, that was silent for so long is dead. */
const SILENCE = 5 * BEAT;

const epochSchema = z.object({
  owner: z.string(),
  process: z.number(),
  /** The set of processes that one lock of the kernel holds for; null where there is no such lock. */
  realm: z.string().nullable(),
  host: z.string(),
});
type Epoch = z.infer<typeof epochSchema>;

/**
 * Takes the folder for this process, by two means. On Linux a socket in the abstract namespace, which the
 * kernel frees the moment the process is gone, however it went. And the file `epoch`, which says who owns
 * the folder, for the cases that the socket cannot see: two containers on one volume, other systems.
 * @throws FolderInUse
 */
export async function takeFolder(directory: string, clock: Clock): Promise<SoleOwner> {
  const socket = await bindSocket(directory);
  try {
    const path = join(directory, "epoch");
    const mine = thisProcess(socket !== null);
    await refuseIfOwned(path, mine, directory, clock);
    return holdEpoch(path, mine, directory, clock, socket);
  } catch (error) {
    await closeSocket(socket);
    throw error;
  }
}

/** null: this system has no such sockets. */
async function bindSocket(directory: string): Promise<Server | null> {
  if (process.platform !== "linux") return null;
  const { dev, ino } = fs.statSync(directory);
  const server = createServer();
  server.unref();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(`\0slipway:${dev}:${ino}`, resolve);
    });
  } catch (error) {
    if (errorCode(error) === "EADDRINUSE")
      throw inUse(directory, "another process on this machine");
    throw error;
  }
  return server;
}

function closeSocket(socket: Server | null): Promise<void> {
  return new Promise((resolve) => (socket === null ? resolve() : socket.close(() => resolve())));
}

function thisProcess(hasSocket: boolean): Epoch {
  const realm = hasSocket ? `${readBootId()} ${fs.readlinkSync("/proc/self/ns/net")}` : null;
  return { owner: randomUUID(), process: process.pid, realm, host: hostname() };
}

function readBootId(): string {
  return fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

async function refuseIfOwned(
  path: string,
  mine: Epoch,
  directory: string,
  clock: Clock,
): Promise<void> {
  const found = readEpoch(path);
  if (found === null) return;
  // Where the same lock holds for both, and this process has it, the other one is gone.
  if (found.realm !== null && found.realm === mine.realm) return;
  if (found.realm === null && mine.realm === null && found.host === mine.host) {
    if (!isAlive(found.process)) return;
    throw inUse(directory, `process ${found.process} on this machine`);
  }
  const before = lastBeat(path);
  await clock.sleep(SILENCE);
  if (lastBeat(path) === before) return;
  throw inUse(directory, `process ${found.process} on ${found.host}`);
}

/** Null also for a file that was being written when its owner died. */
function readEpoch(path: string): Epoch | null {
  try {
    const parsed = epochSchema.safeParse(JSON.parse(fs.readFileSync(path, "utf8")));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (errorCode(error) === "ENOENT" || error instanceof SyntaxError) return null;
    throw error;
  }
}

function lastBeat(path: string): number | null {
  return fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH";
  }
}

function holdEpoch(
  path: string,
  mine: Epoch,
  directory: string,
  clock: Clock,
  socket: Server | null,
): SoleOwner {
  const temporary = `${path}.${mine.owner}${TEMPORARY}`;
  // Open for as long as it counts, so that no other file can get its number.
  const descriptor = fs.openSync(temporary, "wx");
  fs.writeSync(descriptor, JSON.stringify(mine));
  fs.renameSync(temporary, path);
  const { ino } = fs.fstatSync(descriptor);
  const isMine = (): boolean => fs.statSync(path, { throwIfNoEntry: false })?.ino === ino;
  const released = new AbortController();
  const beating = beat(descriptor, clock, released.signal);
  return {
    check: () => {
      if (!isMine()) throw inUse(directory, "another process, which has taken it over");
    },
    release: async () => {
      released.abort();
      await beating;
      if (isMine()) fs.unlinkSync(path);
      fs.closeSync(descriptor);
      await closeSocket(socket);
    },
  };
}

async function beat(descriptor: number, clock: Clock, released: AbortSignal): Promise<void> {
  while (!released.aborted) {
    await clock.sleep(BEAT, released);
    if (released.aborted) return;
    try {
      fs.futimesSync(descriptor, clock.now() / 1000, clock.now() / 1000);
    } catch {
      // The journal, on the same disk, finds out what is wrong with it, and says so.
    }
  }
}

function inUse(directory: string, by: string): FolderInUse {
  return new FolderInUse(
    `the folder ${directory} is in use by ${by}: the embedded ledger is written by one process at a time. ` +
      "Stop the other one, or give this one a folder of its own (SLIPWAY_DATA)",
  );
}
