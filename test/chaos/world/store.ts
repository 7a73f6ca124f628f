import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createLoopDisk, whyNoLoopDisk } from "../../live/support/loop-disk.ts";
import { type BadLine, openBadLine } from "./bad-line.ts";
import type { ChaosDatabase } from "./database.ts";

/** Where a run keeps its ledger, and how that can be broken. */
export interface ChaosStore {
  readonly replicas: number;
  /** In words, for the report: above all how power is cut. */
  readonly described: string;
  readonly lines: readonly BadLine[];
  /** What a replica needs to reach it. */
  environment(replica: number): Readonly<Record<string, string>>;
  /** What a reader needs who is not in the way of anything. */
  readonly direct: Readonly<Record<string, string>>;
  readonly killDatabase: (() => Promise<void>) | null;
  /** Called while every process is dead, or about to be: in two parts, around their death. */
  readonly power: { cut(): void; restore(): void } | null;
  close(): void;
}

const REPLICAS = 3;
const DISK_BYTES = 512 * 1024 * 1024;

/** A database of its own on a server that several rounds share. */
export async function postgresStore(
  database: ChaosDatabase,
  name: string,
  downFor: () => number,
): Promise<ChaosStore> {
  await database.createDatabase(name);
  const lines = await Promise.all(
    Array.from({ length: REPLICAS }, () => openBadLine(database.port)),
  );
  return {
    replicas: REPLICAS,
    described: `PostgreSQL, ${REPLICAS} replicas`,
    lines,
    environment: (replica) => ({ DATABASE_URL: database.url(name, lines[replica]?.port) }),
    direct: { DATABASE_URL: database.url(name) },
    killDatabase: () => database.killAndRestart(downFor()),
    power: null,
    close: () => {
      for (const line of lines) line.close();
    },
  };
}

/** A folder: on a file system of its own that is shut down under it, or, where that cannot be had, on files that forget. */
export function embeddedStore(folder: string, power: "disk" | "files" | null): ChaosStore {
  const none = { replicas: 1, lines: [], killDatabase: null };
  const why = power === "files" ? "as it was told" : whyNoLoopDisk();
  if (why !== null && power === "disk") throw new Error(why);
  if (why !== null) {
    const environment = { SLIPWAY_DATA: join(folder, "data"), CHAOS_FORGETFUL: "1" };
    mkdirSync(environment.SLIPWAY_DATA, { recursive: true });
    return {
      ...none,
      described: `embedded, 1 process; its files forget what was not synced (${why})`,
      environment: () => environment,
      direct: { SLIPWAY_DATA: environment.SLIPWAY_DATA },
      // What was not synced is in the memory of the process, and dies with it.
      power: { cut: () => {}, restore: () => {} },
      close: () => {},
    };
  }
  const disk = createLoopDisk(DISK_BYTES);
  const environment = { SLIPWAY_DATA: join(disk.mountPoint, "data") };
  return {
    ...none,
    described: "embedded, 1 process, on an ext4 of its own that is shut down under it",
    environment: () => environment,
    direct: environment,
    power: { cut: disk.cutPower, restore: disk.restart },
    close: disk.remove,
  };
}
