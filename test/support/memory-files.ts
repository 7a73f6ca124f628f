import type { ConfigReaders } from "../../src/config/policy-file.ts";

/** Files that a test may change while they are in use. */
export interface MemoryFiles extends ConfigReaders {
  readonly files: Map<string, string>;
}

/** A file system of these files: a path that only others begin with is a folder. */
export function memoryFiles(content: Readonly<Record<string, string>>): MemoryFiles {
  const files = new Map(Object.entries(content));
  return {
    files,
    readFile: (path) => {
      const text = files.get(path);
      if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
      return text;
    },
    listFolder: (path) => {
      const names = [...files.keys()].flatMap((file) =>
        file.startsWith(`${path}/`) ? [file.slice(path.length + 1)] : [],
      );
      return names.length > 0 ? names : null;
    },
  };
}
