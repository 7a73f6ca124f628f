import * as fs from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FileSystem, OpenFile, OpenMode } from "../../../src/ledger/lowdb/file-system.ts";
import { nodeFileSystem } from "../../../src/ledger/lowdb/node-file-system.ts";

/** A file: what this process sees of it, and which of that it has written but not synced. */
interface Inode {
  bytes: Buffer;
  length: number;
  /** Up to where it is as it was synced; beyond it, `syncedLength` says how long it is on the disk. */
  dirtyFrom: number;
  /** What a power cut leaves, until it has a name on the disk. */
  synced: Buffer;
  /** Its name on the disk; null: none that would survive. */
  path: string | null;
}

/**
 * Files that keep in the memory of this process what has not been synced: content until the file is, names
 * until their directory is. When the process is killed it is gone, as after a power cut that nothing
 * unsynced survives. For machines on which no file system can be mounted and shut down.
 */
export class ForgetfulFiles implements FileSystem {
  readonly #directories = new Map<string, Map<string, Inode>>();

  list(directory: string): readonly string[] {
    return [...this.#directory(directory).keys()];
  }

  readFile(path: string): Buffer | null {
    const inode = this.#directory(dirname(path)).get(basename(path));
    return inode === undefined ? null : Buffer.from(inode.bytes.subarray(0, inode.length));
  }

  readStart(path: string, into: Buffer): Buffer | null {
    const whole = this.readFile(path);
    return whole === null ? null : into.subarray(0, whole.copy(into));
  }

  makeDirectory(path: string): void {
    nodeFileSystem.makeDirectory(path);
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    const directory = this.#directory(dirname(path));
    const present = directory.get(basename(path));
    if (present === undefined && (mode === "read" || mode === "write"))
      throw failure("ENOENT", path);
    if (present !== undefined && mode === "new") throw failure("EEXIST", path);
    const inode = present ?? emptyInode();
    directory.set(basename(path), inode);
    if (mode === "replace") truncate(inode, 0);
    return handleOf(inode);
  }

  async rename(from: string, to: string): Promise<void> {
    const directory = this.#directory(dirname(from));
    const inode = directory.get(basename(from));
    if (inode === undefined || dirname(from) !== dirname(to)) throw failure("ENOENT", from);
    directory.delete(basename(from));
    directory.set(basename(to), inode);
  }

  async remove(path: string): Promise<void> {
    this.#directory(dirname(path)).delete(basename(path));
  }

  async syncDirectory(path: string): Promise<void> {
    const directory = this.#directory(path);
    for (const [name, inode] of directory) {
      const here = join(path, name);
      if (inode.path === here) continue;
      // At once, for whoever is killed in the middle of it: the name is there with its content, or not.
      const made = join(path, `.made-${name}`);
      fs.writeFileSync(made, inode.synced);
      fs.renameSync(made, here);
      inode.path = here;
    }
    for (const name of namesOf(path)) {
      if (!directory.has(name)) fs.unlinkSync(join(path, name));
    }
  }

  #directory(path: string): Map<string, Inode> {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const loaded = new Map(namesOf(path).map((name) => [name, loadInode(join(path, name))]));
    this.#directories.set(path, loaded);
    return loaded;
  }
}

/** Of files only. What was being made when the process was killed is nothing. */
function namesOf(directory: string): readonly string[] {
  if (!fs.existsSync(directory)) return [];
  return fs
    .readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith(".made-"))
    .map(({ name }) => name);
}

function loadInode(path: string): Inode {
  const bytes = fs.readFileSync(path);
  return { bytes, length: bytes.length, dirtyFrom: bytes.length, synced: bytes, path };
}

function emptyInode(): Inode {
  const none = Buffer.alloc(0);
  return { bytes: none, length: 0, dirtyFrom: 0, synced: none, path: null };
}

function truncate(inode: Inode, length: number): void {
  inode.length = Math.min(inode.length, length);
  inode.dirtyFrom = Math.min(inode.dirtyFrom, length);
}

function handleOf(inode: Inode): OpenFile {
  return {
    write: async (data, position) => {
      const end = position + data.length;
      if (end > inode.bytes.length) {
        const grown = Buffer.alloc(Math.max(end, inode.bytes.length * 2));
        inode.bytes.copy(grown, 0, 0, inode.length);
        inode.bytes = grown;
      }
      inode.bytes.set(data, position);
      inode.length = Math.max(inode.length, end);
      inode.dirtyFrom = Math.min(inode.dirtyFrom, position);
    },
    read: async (length, position) =>
      Buffer.from(inode.bytes.subarray(position, Math.min(position + length, inode.length))),
    size: async () => inode.length,
    truncate: async (length) => truncate(inode, length),
    syncData: async () => sync(inode),
    sync: async () => sync(inode),
    close: async () => {},
  };
}

function sync(inode: Inode): void {
  const { bytes, length, dirtyFrom, path } = inode;
  inode.dirtyFrom = length;
  if (path === null) {
    inode.synced = Buffer.from(bytes.subarray(0, length));
    return;
  }
  const descriptor = fs.openSync(path, "r+");
  try {
    fs.ftruncateSync(descriptor, Math.min(fs.fstatSync(descriptor).size, dirtyFrom));
    fs.writeSync(descriptor, bytes, dirtyFrom, length - dirtyFrom, dirtyFrom);
  } finally {
    fs.closeSync(descriptor);
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: '${path}'`), { code });
}
