import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Readiness } from "./intake/answer-route.ts";
import type { Telemetry } from "./shared/telemetry.ts";

const packageSchema = z.object({ version: z.string() });

/** Looks, at each scrape, at what nobody tells the metrics: whether it is ready, and the room on its disk. */
export async function measureProcess(
  telemetry: Telemetry,
  parts: {
    readonly readiness: () => Readiness;
    readonly intakeReadiness: () => Readiness;
    /** Folder of the embedded ledger; null: it is in a database. */
    readonly dataPath: string | null;
  },
): Promise<void> {
  const { ready, warnings } = parts.readiness();
  telemetry.info.set({ version: VERSION }, 1);
  telemetry.ready.set({ of: "all" }, ready ? 1 : 0);
  telemetry.ready.set({ of: "intake" }, parts.intakeReadiness().ready ? 1 : 0);
  telemetry.readinessWarnings.set(warnings.length);
  const disk = parts.dataPath === null ? null : await diskOf(parts.dataPath);
  if (disk === null) {
    // Of no disk there is nothing to say, and what was said earlier would be taken for now.
    telemetry.dataFreeBytes.remove();
    telemetry.dataSizeBytes.remove();
    return;
  }
  telemetry.dataFreeBytes.set(disk.free);
  telemetry.dataSizeBytes.set(disk.size);
}

/** Bytes; null where the folder cannot be looked at: readiness says what is wrong with it. */
async function diskOf(
  path: string,
): Promise<{ readonly free: number; readonly size: number } | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return null;
  }
}

const VERSION = packageSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")),
).version;
