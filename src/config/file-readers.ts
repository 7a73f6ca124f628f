import { readdirSync, readFileSync, statSync } from "node:fs";
import type { ConfigReaders } from "./policy-file.ts";

/** Reads from the file system. */
export const fileReaders: ConfigReaders = {
  readFile: (path) => readFileSync(path, "utf8"),
  listFolder: (path) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(path) : null,
};
