import { basename, dirname } from "node:path";
import type { FileSystem, OpenFile, OpenMode } from "../../src/ledger/lowdb/file-system.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What is lost together: a block is on the disk as it was, or as it is now. */
const BLOCK = 512;

/** The content of a file: as a process sees it, and as it is on the disk for certain. */
interface Inode {
  now: Buffer;
  synced: Buffer;
}

interface Directory {
  now: Map<string, Inode>;
  synced: Map<string, Inode>;
  /** What happened to its entries since it was synced, each of which may have reached the disk or not. */
  changes: {
    readonly name: string;
    readonly inode: Inode | null;
    readonly withIt: string | null;
  }[];
}

type Operation =
  | "open"
  | "write"
  | "truncate"
  | "syncData"
  | "sync"
  | "rename"
  | "remove"
  | "close";

/**
 * A file system in memory that forgets, at a power cut, what was not synced: blocks of files, sizes, names
 * of files, each by itself and at random, as POSIX allows and no real one does all at once.
 */
export class SimulatedDisk implements FileSystem {
  readonly #directories = new Map<string, Directory>();
  #capacity = Number.POSITIVE_INFINITY;
  #operations = 0;
  #cutAt = Number.POSITIVE_INFINITY;
  readonly #failures = new Map<Operation, { readonly path: RegExp; readonly error: Error }>();
  readonly #random: SeededRandom;
  #lastCall: (() => void) | null = null;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** How many operations there were. */
  get operations(): number {
    return this.#operations;
  }

  /** Writes beyond so many bytes in all find no space. */
  limitTo(bytes: number): void {
    this.#capacity = bytes;
  }

  used(): number {
    const sizes = [...this.#directories.values()].flatMap(({ now }) =>
      [...now.values()].map((inode) => inode.now.length),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** The next such operation on a path like this fails. */
  failNext(operation: Operation, path: RegExp, code: string): void {
    const error = Object.assign(new Error(`${code}: simulated, ${operation}`), { code });
    this.#failures.set(operation, { path, error });
  }

  /** The power goes after so many more operations, in the middle of the last one. Resolves when it has gone. */
  cutAfter(operations: number): Promise<void> {
    this.#cutAt = this.#operations + operations;
    return new Promise((resolve) => {
      this.#lastCall = resolve;
    });
  }

  /** What a machine finds that is started again after the power cut. */
  afterPowerCut(): SimulatedDisk {
    const survivor = new SimulatedDisk(this.#random);
    const files = new Map<Inode, Inode>();
    for (const [path, directory] of this.#directories) {
      const entries = new Map(directory.synced);
      for (const { name, inode, withIt } of directory.changes) {
        if (this.#random.chance(0.5)) continue;
        if (inode === null) entries.delete(name);
        else entries.set(name, inode);
        if (withIt !== null) entries.delete(withIt);
      }
      const kept = new Map<string, Inode>();
      for (const [name, inode] of entries) {
        const file = files.get(inode) ?? this.#afterCut(inode);
        files.set(inode, file);
        kept.set(name, file);
      }
      survivor.#directories.set(path, { now: kept, synced: new Map(kept), changes: [] });
    }
    return survivor;
  }

  /** As it is, without a power cut: for a process that was killed, or to look at. */
  files(): ReadonlyMap<string, Buffer> {
    const all = [...this.#directories].flatMap(([path, { now }]) =>
      [...now].map(([name, inode]) => [`${path}/${name}`, inode.now] as const),
    );
    return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Changes a file behind everybody's back, durably. */
  put(path: string, content: Buffer | string): void {
    const { now, synced } = this.#directory(dirname(path));
    const bytes = Buffer.from(content);
    const inode = { now: bytes, synced: bytes };
    now.set(basename(path), inode);
    synced.set(basename(path), inode);
  }

  list(directory: string): readonly string[] {
    return [...(this.#directories.get(directory)?.now.keys() ?? [])];
  }

  readFile(path: string): Buffer | null {
    const inode = this.#directories.get(dirname(path))?.now.get(basename(path));
    return inode === undefined ? null : Buffer.from(inode.now);
  }

  readStart(path: string, into: Buffer): Buffer | null {
    const whole = this.readFile(path);
    return whole === null ? null : into.subarray(0, whole.copy(into));
  }

  makeDirectory(path: string): void {
    this.#directory(path);
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    await this.#perform("open", path);
    const directory = this.#directory(dirname(path));
    const name = basename(path);
    const present = directory.now.get(name);
    if (present === undefined && (mode === "read" || mode === "write")) throw missing(path);
    if (present !== undefined && mode === "new") throw failure("EEXIST", path);
    if (present !== undefined && mode === "replace") present.now = Buffer.alloc(0);
    if (present !== undefined) return this.#handle(present, path);
    const inode = { now: Buffer.alloc(0), synced: Buffer.alloc(0) };
    directory.now.set(name, inode);
    directory.changes.push({ name, inode, withIt: null });
    return this.#handle(inode, path);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#perform("rename", to);
    if (dirname(from) !== dirname(to)) throw failure("EXDEV", to);
    const directory = this.#directory(dirname(from));
    const inode = directory.now.get(basename(from));
    if (inode === undefined) throw missing(from);
    directory.now.delete(basename(from));
    directory.now.set(basename(to), inode);
    directory.changes.push({ name: basename(to), inode, withIt: basename(from) });
  }

  async remove(path: string): Promise<void> {
    await this.#perform("remove", path);
    const directory = this.#directory(dirname(path));
    directory.now.delete(basename(path));
    directory.changes.push({ name: basename(path), inode: null, withIt: null });
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#perform("sync", path);
    const directory = this.#directory(path);
    directory.synced = new Map(directory.now);
    directory.changes = [];
  }

  #handle(inode: Inode, path: string): OpenFile {
    return {
      write: async (data, position) => {
        const isCut = await this.#perform("write", path, data.length);
        const end = position + data.length;
        const growth = Math.max(0, end - inode.now.length);
        const space = Math.max(0, this.#capacity - this.used());
        const fits = isCut
          ? this.#random.below(data.length + 1)
          : data.length - (growth - Math.min(growth, space));
        const grown = Buffer.alloc(Math.max(inode.now.length, position + fits));
        inode.now.copy(grown);
        Buffer.from(data).copy(grown, position, 0, fits);
        inode.now = grown;
        if (isCut) return forever();
        if (fits < data.length) throw failure("ENOSPC", path);
      },
      read: async (length, position) =>
        Buffer.from(inode.now.subarray(position, position + length)),
      size: async () => inode.now.length,
      truncate: async (length) => {
        await this.#perform("truncate", path);
        inode.now = Buffer.from(inode.now.subarray(0, length));
      },
      syncData: () => this.#sync(inode, "syncData", path),
      sync: () => this.#sync(inode, "sync", path),
      close: async () => {
        await this.#perform("close", path);
      },
    };
  }

  async #sync(inode: Inode, operation: "sync" | "syncData", path: string): Promise<void> {
    const content = inode.now;
    await this.#perform(operation, path);
    inode.synced = content;
  }

  /** Returns true where the power goes in the middle of it, which only a write survives to tell. */
  async #perform(operation: Operation, path: string, bytes = 0): Promise<boolean> {
    const isOff = this.#operations >= this.#cutAt;
    if (isOff) return forever();
    this.#operations += 1;
    const isCut = this.#operations >= this.#cutAt;
    await aTurn();
    const failing = this.#failures.get(operation);
    if (failing?.path.test(path)) {
      this.#failures.delete(operation);
      throw failing.error;
    }
    if (!isCut) return false;
    this.#lastCall?.();
    return bytes > 0 ? true : forever();
  }

  #directory(path: string): Directory {
    const directory = this.#directories.get(path) ?? {
      now: new Map(),
      synced: new Map(),
      changes: [],
    };
    this.#directories.set(path, directory);
    return directory;
  }

  #afterCut({ now, synced }: Inode): Inode {
    const length = this.#random.pick([synced.length, now.length, this.#between(synced, now)]);
    const content = Buffer.alloc(length);
    synced.copy(content);
    for (let at = 0; at < length; at += BLOCK) {
      // A file that was cut short may still be as long as it was.
      const isNow = this.#random.chance(0.5) && at < now.length;
      if (isNow) now.copy(content, at, at, Math.min(at + BLOCK, length));
    }
    return { now: content, synced: content };
  }

  #between(a: Buffer, b: Buffer): number {
    const [shorter, longer] = [a.length, b.length].sort((x, y) => x - y);
    return (shorter ?? 0) + this.#random.below((longer ?? 0) - (shorter ?? 0) + 1);
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, '${path}'`), { code });
}

function missing(path: string): Error {
  return failure("ENOENT", path);
}

/** Nobody hears of it any more. */
function forever<T>(): Promise<T> {
  return new Promise(() => {});
}

function aTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
