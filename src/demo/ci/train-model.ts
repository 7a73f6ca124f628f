import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { runJob } from "./run-job.ts";
import type { Build } from "./sample-build.ts";
import { commitOfSources } from "./source-commit.ts";

const SOURCES = resolve(import.meta.dirname, "../training");
const datasetsSchema = z.array(z.object({ name: z.string(), version: z.string() }));

export interface TrainingBuildRequest {
  readonly version: string;
  readonly folder: string;
  readonly artifacts: ArtifactStore;
  /** The day to train on, and where its snapshot is. */
  readonly snapshot: string;
  readonly data: string;
  /** The country whose labels are shuffled first; null: none. */
  readonly corrupt: string | null;
  /** Ends the job when it fires. */
  readonly signal: AbortSignal;
}

/** Runs the training job as a process of its own and publishes the model it fitted. */
export async function trainModel(request: TrainingBuildRequest): Promise<Build> {
  const { version, folder, artifacts, snapshot, data, corrupt, signal } = request;
  const { succeeded, summary } = await runJob({
    argv: [
      ...[join(SOURCES, "main.ts"), "--snapshot", snapshot, "--data", data, "--out", folder],
      ...(corrupt === null ? [] : ["--corrupt", corrupt]),
    ],
    cwd: folder,
    folder,
    signal,
  });
  const run = { trigger: "data", commit: await commitOfSources(SOURCES), summary } as const;
  if (!succeeded) return { ...run, outcome: "error", files: [], datasets: [], artifact: null };
  const datasets = JSON.parse(await readFile(join(folder, "datasets.json"), "utf8"));
  return {
    ...run,
    outcome: "success",
    files: [{ kind: "metrics", path: join(folder, "metrics.json") }],
    datasets: datasetsSchema.parse(datasets),
    artifact: await artifacts.put(
      { component: "model-pymk", version, file: "model.json" },
      await readFile(join(folder, "model.json"), "utf8"),
    ),
  };
}
