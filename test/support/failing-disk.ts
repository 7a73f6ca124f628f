import type { FileSystem, OpenFile } from "../../src/ledger/lowdb/file-system.ts";
import { nodeFileSystem } from "../../src/ledger/lowdb/node-file-system.ts";

/** The disk of this machine, which a test can fill up and break. */
export interface FailingDisk {
  readonly files: FileSystem;
  fill(): void;
  free(): void;
  /** From now on nothing that is written is known to be on the disk. */
  breakDown(): void;
}

export function failingDisk(): FailingDisk {
  let full = false;
  let broken = false;
  const onDisk = (file: OpenFile): OpenFile => ({
    ...bound(file),
    async write(data, position) {
      if (!full) return file.write(data, position);
      // A full disk takes what there is room for.
      await file.write(data.subarray(0, Math.floor(data.length / 2)), position);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    },
    async syncData() {
      if (!broken) return file.syncData();
      throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
    },
  });
  return {
    files: {
      ...nodeFileSystem,
      open: async (path, mode) => onDisk(await nodeFileSystem.open(path, mode)),
    },
    fill: () => {
      full = true;
    },
    free: () => {
      full = false;
    },
    breakDown: () => {
      broken = true;
    },
  };
}

function bound(file: OpenFile): OpenFile {
  return {
    write: (data, position) => file.write(data, position),
    read: (length, position) => file.read(length, position),
    size: () => file.size(),
    truncate: (length) => file.truncate(length),
    syncData: () => file.syncData(),
    sync: () => file.sync(),
    close: () => file.close(),
  };
}
