import type { Milliseconds } from "../core/json.ts";

/** What a process says of itself. */
export interface ReplicaReport {
  readonly host: string;
  /** Of the program. */
  readonly version: string;
  /** Digest of the configuration that is in force, without its secrets. */
  readonly configuration: string;
}

/** A process that works on this ledger. Times are by the clock that all of them share. */
export interface Replica extends ReplicaReport {
  readonly id: string;
  /** `SCHEMA` of its program. */
  readonly schema: number;
  /** For how long it has had this configuration. */
  readonly configuredFor: Milliseconds;
}

export interface Beat {
  /** All that live, this one among them, the oldest first. */
  readonly live: readonly Replica[];
  /** Something in the ledger was written by a newer version than this one: it cannot do all the work. */
  readonly outdated: boolean;
}

/** Who works on this ledger. */
export interface Replicas {
  /**
   * Says that this process lives, and learns who else does. Who has said nothing for `LIVES` is dead; who
   * closes the ledger is gone at once.
   * @throws Unavailable
   */
  beat(report: ReplicaReport): Promise<Beat>;
}

/** How often a process is to say that it lives; some beats may fail. */
export const BEAT: Milliseconds = 5_000;
export const LIVES: Milliseconds = 20_000;
