import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * The folders in which a change can change a configuration. A file is replaced by renaming another one
 * onto it, and a Kubernetes ConfigMap by renaming the link `..data` beside it: both are seen in the
 * folder, never on the file. Where the path leads through links, the folder behind them counts too.
 */
export function watchedFolders(path: string): readonly string[] {
  const folders = [dirname(path)];
  try {
    const real = realpathSync(path);
    folders.push(dirname(real));
    if (statSync(real).isDirectory()) folders.push(real);
  } catch {
    // It is gone for the moment: whoever puts it back changes the folder it is in.
  }
  return [...new Set(folders)];
}
