import type { Instant } from "./json.ts";

export type BuildOutcome = "success" | "failure" | "cancelled" | "error";

/** Why a build ran. The trigger is one of the three things in which a model differs from a service. */
export type Trigger = "code" | "data" | "schedule" | "manual";

export interface Run {
  readonly id: string;
  /** 1 for the first run, rising with each re-run of the same id. */
  readonly attempt: number;
  readonly url: string | null;
}

export interface Artifact {
  readonly uri: string;
  /** `sha256:…`; null when the sender named only a movable tag. */
  readonly digest: string | null;
}

export interface Commit {
  /** `owner/name`. */
  readonly repository: string;
  /** 40 or 64 hexadecimal digits; null until a tag has been resolved. */
  readonly sha: string | null;
  /** The tag that was built, where the sender names one. */
  readonly tag: string | null;
  readonly branch: string | null;
  /** E-mail address or login; compared with the people who approve. */
  readonly author: string | null;
  /** First line of the commit message. Untrusted text. */
  readonly subject: string | null;
}

export type Metrics = Readonly<Record<string, number>>;

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A named assertion of the sender's own, such as a data-quality expectation. */
export interface Check {
  readonly name: string;
  readonly status: "pass" | "warn" | "fail" | "skip" | "error";
  readonly expected: string | null;
  readonly actual: string | null;
}

export interface Dataset {
  readonly name: string;
  readonly version: string;
  readonly digest: string | null;
  readonly rows: number | null;
  /** What tells its columns from another schema's, such as a digest of them. Absent in what was recorded before. */
  readonly schema?: string | null;
}

/** Something that should be known of a build and is not. */
export interface Gap {
  /** E.g. `MLflow run 4f1c…`. */
  readonly what: string;
  /** One sentence for people, which says what to do where something can be done. */
  readonly why: string;
  /** Whether the release must wait for it. */
  readonly blocks: boolean;
  /** Whose report lacks it, and may bring it. Absent: who reported the build first. */
  readonly source?: string;
}

/** One completed build or training run, in the same words whatever system reported it. */
export interface Build {
  readonly version: string;
  readonly outcome: BuildOutcome;
  /** The id of the configured source that reported it. */
  readonly source: string;
  readonly run: Run | null;
  readonly trigger: Trigger | null;
  /** Who started the run by hand: an e-mail address or a login; null where nobody did, or it is not said. */
  readonly startedBy: string | null;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly artifact: Artifact | null;
  readonly commit: Commit | null;
  /** Holdout metrics of a model, or coverage and latency of a service. */
  readonly metrics: Metrics;
  /** Metrics per slice of the holdout data, e.g. `country=BR`. */
  readonly slices: Readonly<Record<string, Metrics>>;
  readonly tests: TestCounts | null;
  readonly checks: readonly Check[];
  /** Data lineage: what it was trained on. */
  readonly datasets: readonly Dataset[];
  /** Free text of the sender. Untrusted. */
  readonly notes: string | null;
  /** Absent in what was recorded before. */
  readonly gaps?: readonly Gap[];
}
