import { errorText } from "../shared/errors.ts";
import type { FinishedBuild, SampleCi } from "./sample-ci.ts";

/** The buttons of the sample CI, in the order in which the page shows them. */
export const CI_JOBS = {
  retrain: { label: "Retrain on new data", component: "model-pymk" },
  retrainOnCorruptedData: { label: "Retrain on corrupted data", component: "model-pymk" },
  buildService: { label: "Build svc-feed", component: "svc-feed" },
  buildBrokenService: { label: "Build svc-feed with a failing test", component: "svc-feed" },
} as const satisfies Record<Exclude<keyof SampleCi, "close">, { label: string; component: string }>;

export type CiJob = keyof typeof CI_JOBS;

export function isCiJob(name: string): name is CiJob {
  return Object.hasOwn(CI_JOBS, name);
}

type JobState =
  /** It runs, or waits for the one before it. */
  | { readonly kind: "begun" }
  | { readonly kind: "finished"; readonly build: FinishedBuild }
  /** The CI itself broke. */
  | { readonly kind: "broken"; readonly why: string };

export interface JobRun {
  readonly id: number;
  readonly job: CiJob;
  readonly state: JobState;
}

/** What runs in the sample CI, and what came of it. */
export interface CiDesk {
  start(job: CiJob): void;
  /** The newest first; only the last few. */
  runs(): readonly JobRun[];
  subscribe(listener: () => void): () => void;
}

const KEPT = 3;

export function createCiDesk(ci: SampleCi): CiDesk {
  let runs: readonly JobRun[] = [];
  let begun = 0;
  const listeners = new Set<() => void>();

  function tell(): void {
    for (const listener of listeners) listener();
  }

  function end(id: number, state: JobState): void {
    runs = runs.map((run) => (run.id === id ? { ...run, state } : run));
    tell();
  }

  return {
    start(job) {
      begun += 1;
      const id = begun;
      runs = [{ id, job, state: { kind: "begun" as const } }, ...runs].slice(0, KEPT);
      tell();
      ci[job]().then(
        (build) => end(id, { kind: "finished", build }),
        (error: unknown) => end(id, { kind: "broken", why: errorText(error) }),
      );
    },
    runs: () => runs,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
