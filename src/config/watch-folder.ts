import { watch } from "node:fs";

/** Tells of changes in a folder. Returns how to stop. @throws Error when it cannot be watched */
export type WatchFolder = (
  folder: string,
  changed: () => void,
  failed: (error: Error) => void,
) => () => void;

/** By the operating system; does not keep the process alive. */
export const watchFolder: WatchFolder = (folder, changed, failed) => {
  const watcher = watch(folder, { persistent: false }, changed);
  watcher.on("error", failed);
  return () => watcher.close();
};
