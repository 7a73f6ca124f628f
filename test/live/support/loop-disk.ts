import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorText } from "../../../src/shared/errors.ts";

/** A file system of its own, in a file, that can lose its power. */
export interface LoopDisk {
  readonly mountPoint: string;
  /** Everything that has not reached the device is gone; nothing can be read or written until `restart`. */
  cutPower(): void;
  /** Mounts it again, as a machine does that is started. */
  restart(): void;
  /** Unmounts it and removes its file. */
  remove(): void;
}

const CUT_POWER = join(import.meta.dirname, "cut-power.py");

/** An empty ext4 of this size. @throws where the machine does not allow it */
export function createLoopDisk(bytes: number): LoopDisk {
  const folder = mkdtempSync(join(tmpdir(), "slipway-disk-"));
  const image = join(folder, "image");
  const mountPoint = join(folder, "mounted");
  const mount = () => run("mount", "-o", "loop", image, mountPoint);
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  try {
    mkdirSync(mountPoint);
    writeFileSync(image, "");
    truncateSync(image, bytes);
    run("mkfs.ext4", "-q", "-F", image);
    mount();
  } catch (error) {
    removeFolder();
    throw error;
  }
  return {
    mountPoint,
    cutPower: () => run("python3", CUT_POWER, mountPoint),
    restart: () => {
      run("umount", mountPoint);
      mount();
    },
    remove: () => {
      run("umount", mountPoint);
      removeFolder();
    },
  };
}

/** Why there can be no such disk on this machine, and what to do about it; null: there can. */
export function whyNoLoopDisk(): string | null {
  if (process.platform !== "linux") return "a power cut is simulated with Linux's ext4 only";
  if (process.getuid?.() !== 0) return "only root may mount a file system: run it as root";
  try {
    const disk = createLoopDisk(16 * 1024 * 1024);
    try {
      disk.cutPower();
    } finally {
      disk.remove();
    }
    return null;
  } catch (error) {
    return `a loop-mounted ext4 cannot be had or shut down here (mkfs.ext4, mount, python3 and /dev/loop-control are needed; in a container, --privileged): ${errorText(error)}`;
  }
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
}
