import type { Command, RegisterBuild, ReportCommand } from "./command.ts";
import type { Json } from "./json.ts";
import type { Refusal } from "./refusal.ts";
import type { ReleaseId } from "./release-id.ts";

/** What became of a command. Accepted means: durable. */
export type Outcome =
  | {
      readonly kind: "accepted";
      readonly release: ReleaseId | null;
      /** For the person who asked; null: the card says enough. */
      readonly sentence: string | null;
    }
  /** This command, or this same fact, is already recorded. */
  | { readonly kind: "duplicate"; readonly release: ReleaseId | null }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly release: ReleaseId | null };

/**
 * The one way to change state. `commandIds` make a repetition recognisable (delivery ids, click ids).
 * Throws `Unavailable` when the ledger cannot take it; nothing was recorded then.
 */
export type Dispatch = (command: Command, commandIds: readonly string[]) => Promise<Outcome>;

/** It is durable that this report is to be decided on, and nobody has decided yet. */
export interface Queued {
  readonly kind: "queued";
  /** What the build will be, or already is; null: it is one event of a run, which may go on. */
  readonly release: ReleaseId | null;
}

/** `Dispatch` for reports, whose senders need not wait for the decision. Throws as it does. */
export type Register = (
  command: ReportCommand,
  commandIds: readonly string[],
) => Promise<Outcome | Queued>;

/**
 * Makes it durable that a build's system is to be asked for the rest, and that the build is decided on
 * afterwards, whatever the system answers. Throws as `Dispatch` does.
 */
export type LookUp = (
  request: Omit<RegisterBuild, "type"> & {
    readonly lookup: Readonly<Record<string, Json>>;
  },
  commandIds: readonly string[],
) => Promise<Extract<Outcome, { readonly kind: "duplicate" }> | Queued>;
