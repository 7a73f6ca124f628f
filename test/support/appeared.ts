import { existsSync, watch } from "node:fs";
import { join } from "node:path";

/** Resolves to its path when the folder holds a file of this name. */
export async function appeared(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await new Promise<void>((resolve) => {
    const watcher = watch(folder);
    const look = () => {
      if (!existsSync(path)) return;
      watcher.close();
      resolve();
    };
    watcher.on("change", look);
    look();
  });
  return path;
}
