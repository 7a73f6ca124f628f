import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a program can be started by its name. */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Name and version of a package, e.g. `bullmq 6.7.0`. */
export function packageName(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { readonly version: string };
  return `${name} ${version}`;
}
