import type { Milliseconds } from "../../../core/json.ts";
import type { Template } from "../../template.ts";

/** A program and its arguments, each a template. Never passed to a shell. */
export type CommandLine = readonly Template[];

export interface CommandDeployerSettings {
  readonly name: string;
  readonly every: Milliseconds;
  readonly timeout: Milliseconds;
  readonly start: CommandLine;
  /** null: the exit of `start` is the result. */
  readonly observe: CommandLine | null;
  /** null: start again with the version to return to. */
  readonly rollback: CommandLine | null;
  readonly stop: CommandLine | null;
  /** Added to the few variables that commands see of the process's own environment. */
  readonly env: Readonly<Record<string, Template>>;
  /** null: where the process runs. */
  readonly workingFolder: string | null;
}
