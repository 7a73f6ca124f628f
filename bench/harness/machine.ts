import { mkdirSync, statfsSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { dataRoot } from "./temporary-folder.ts";

/** By the magic number that Linux gives them in statfs(2). */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  61267: "ext4",
  1481003842: "xfs",
  2435016766: "btrfs",
  801189825: "zfs",
  16914836: "tmpfs, which keeps nothing: its fsync costs nothing",
  2035054128: "overlay",
};

/** What a figure cannot be read without. */
export function machineFacts(): readonly string[] {
  const root = dataRoot();
  mkdirSync(root, { recursive: true });
  const { type } = statfsSync(root);
  const [load = 0] = loadavg();
  return [
    `${availableParallelism()} cores, ${cpus()[0]?.model ?? "unknown"}; load ${load.toFixed(1)} at the start`,
    `Node.js ${process.version}; ${process.platform} ${process.arch}`,
    `data in ${root}: ${FILE_SYSTEMS[type] ?? `file system 0x${type.toString(16)}`}`,
  ];
}
