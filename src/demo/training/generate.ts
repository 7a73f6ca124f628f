/**
 * Wrote the snapshots in `data/`, and writes them again byte for byte:
 * `node src/demo/training/generate.ts`. With dates as arguments it writes those days instead.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateSnapshot } from "./generate-snapshot.ts";
import { renderSnapshot } from "./snapshot.ts";
import { SHIPPED_DATES, SHIPPED_FOLDER, snapshotFile } from "./snapshot-files.ts";

const dates = process.argv.length > 2 ? process.argv.slice(2) : SHIPPED_DATES;
for (const date of dates) {
  const path = join(SHIPPED_FOLDER, snapshotFile(date));
  await writeFile(path, renderSnapshot(generateSnapshot(date)));
  process.stdout.write(`${path}\n`);
}
