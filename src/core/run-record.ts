import type {
  Artifact,
  Build,
  BuildOutcome,
  Check,
  Commit,
  Dataset,
  Gap,
  Run,
  TestCounts,
  Trigger,
} from "./build.ts";
import type { Instant } from "./json.ts";

/** What one event of a run says of the release that the run may make: the evidence, and what is known so far. */
export interface Fragment extends Omit<Build, "version" | "outcome" | "run"> {
  /** null: this event does not say. */
  readonly version: string | null;
  /** null: the run goes on. */
  readonly outcome: BuildOutcome | null;
  /** The run that all its events name, whichever part of it each is about. */
  readonly run: Run;
}

/** A value, and the time of the event that said so: 0 where the event names none. */
export interface Said<T> {
  readonly at: Instant;
  readonly value: T;
}

/**
 * What is known of one run, put together from its events. It is the same in whatever order they came: of two
 * values for one thing, the one of the later event counts, not of the event that arrived later.
 */
export interface RunRecord {
  /** The id of the configured source. */
  readonly source: string;
  readonly id: string;
  /** Of the attempts of the run the last one: what was said of earlier ones does not count. */
  readonly attempt: number;
  /** When we first and last heard of it. */
  readonly since: Instant;
  readonly heardOf: Instant;
  /** null: it goes on. */
  readonly outcome: Said<BuildOutcome> | null;
  readonly version: Said<string> | null;
  readonly url: Said<string> | null;
  readonly trigger: Said<Trigger> | null;
  readonly startedBy: Said<string> | null;
  /** The first start and the last end that any of its events names. */
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly tests: Said<TestCounts> | null;
  readonly notes: Said<string> | null;
  /** All that were named, each once, in the order of their text. */
  readonly artifacts: readonly Said<Artifact>[];
  readonly commits: readonly Said<Commit>[];
  readonly datasets: readonly Said<Dataset>[];
  readonly gaps: readonly Said<Gap>[];
  readonly metrics: Readonly<Record<string, Said<number>>>;
  readonly slices: Readonly<Record<string, Readonly<Record<string, Said<number>>>>>;
  readonly checks: Readonly<Record<string, Said<Check>>>;
  /** Its events said more than is kept: what they said of the evidence is not whole. */
  readonly cut: boolean;
  /** The version of the release that it made; null: none yet. */
  readonly madeVersion: string | null;
}

/** Of the runs of a component one: sources do not share their ids. */
export function runKey(source: string, id: string): string {
  return `${source}/${id}`;
}

/** A record of which nothing is known. */
export function emptyRun(fragment: Fragment, heardOf: Instant): RunRecord {
  return {
    source: fragment.source,
    id: fragment.run.id,
    attempt: fragment.run.attempt,
    since: heardOf,
    heardOf,
    outcome: null,
    version: null,
    url: null,
    trigger: null,
    startedBy: null,
    startedAt: null,
    finishedAt: null,
    tests: null,
    notes: null,
    artifacts: [],
    commits: [],
    datasets: [],
    gaps: [],
    metrics: {},
    slices: {},
    checks: {},
    cut: false,
    madeVersion: null,
  };
}
