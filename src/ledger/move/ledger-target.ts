import type { AuditVerdict } from "../audit.ts";
import type { RecordedEvent } from "../ledger.ts";
import type { ContentCounts, KeptRelease, KeptStream, LedgerContents } from "../ledger-contents.ts";

/** What is moved, in this order; `jobs` ends it, so that nobody claims one before all is there. */
export const STAGES = ["events", "archived releases", "command ids", "streams", "jobs"] as const;
export type Stage = (typeof STAGES)[number];

/** How far a ledger has been moved. */
export interface Progress {
  readonly stage: Stage;
  /** Items of that stage that are there; of events, the position of the last one. */
  readonly done: number;
}

/** Some of one kind, as many as fit into memory. */
export type Batch =
  | { readonly stage: "events"; readonly items: readonly RecordedEvent[] }
  | { readonly stage: "archived releases"; readonly items: readonly KeptRelease[] }
  | { readonly stage: "command ids"; readonly items: readonly string[] }
  | { readonly stage: "streams"; readonly items: readonly KeptStream[] };

/** From where to where a batch takes it. */
export interface Step {
  readonly from: Progress;
  readonly to: Progress;
}

export type Beginning =
  | { readonly kind: "new" }
  | { readonly kind: "resumed"; readonly from: Progress }
  /** All of it came there before. */
  | { readonly kind: "finished"; readonly at: Date };

/** An empty store that takes in all of another one. Nobody can start on it before `finish`. */
export interface LedgerTarget {
  /** How many items of a stage it takes at once. */
  readonly batchSizes: Readonly<Record<Batch["stage"], number>>;

  /**
   * Marks the store as one that this ledger is being moved into, or says how far it was. `name` is of the
   * source, for people.
   * @throws ConfigError where it holds, or takes in, something else; nothing was changed then
   */
  begin(contents: LedgerContents, name: string): Promise<Beginning>;

  /** Writes a batch, and how far that is: both or neither. Durable when it resolves. @throws ConfigError */
  put(batch: Batch, step: Step): Promise<void>;

  /** Reads everything back from where it is stored now, after the last batch, and checks the chains. */
  verify(): Promise<AuditVerdict>;

  /**
   * Writes what is left, the jobs, compares all with the source, and takes the mark away: all or nothing.
   * @throws ConfigError where something differs
   */
  finish(at: Progress): Promise<ContentCounts>;
}
