import type { StoredArtifact } from "../artifacts/artifact-store.ts";

/** Evidence that a job left behind. */
export interface BuildFile {
  readonly kind: "metrics" | "junit";
  readonly path: string;
}

/** How a job of the sample CI ended, and what it left behind. */
export interface Build {
  /** `failure`: its tests failed. `error`: the job itself could not do its work. */
  readonly outcome: "success" | "failure" | "error";
  readonly trigger: "code" | "data";
  /** Of the sources it was made from; null: they are committed nowhere. */
  readonly commit: string | null;
  readonly files: readonly BuildFile[];
  readonly datasets: readonly { readonly name: string; readonly version: string }[];
  readonly artifact: StoredArtifact | null;
  /** One sentence for people. */
  readonly summary: string;
}
