import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the data of a benchmark lies: on the file system whose fsync is to be measured. */
export function dataRoot(): string {
  return process.env["SLIPWAY_BENCH_DATA"] ?? tmpdir();
}

/** Runs with an empty folder, which is gone afterwards. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(dataRoot(), "slipway-bench-"));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
