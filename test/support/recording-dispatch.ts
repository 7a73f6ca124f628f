import type { Build } from "../../src/core/build.ts";
import type { ReportCommand } from "../../src/core/command.ts";
import type { Outcome, Queued, Register } from "../../src/core/outcome.ts";
import { releaseId } from "../../src/core/release-id.ts";
import type { Fragment } from "../../src/core/run-record.ts";

export interface Dispatched {
  readonly component: string;
  readonly build: Build;
  /** Only where reports are joined. */
  readonly part?: string;
  readonly commandIds: readonly string[];
}

export interface DispatchedFragment {
  readonly component: string;
  readonly fragment: Fragment;
  readonly part?: string;
  readonly commandIds: readonly string[];
}

/** What the dispatcher should do with one component's builds, where it is not to accept them. */
export type Response = Outcome | Queued | Error;

/**
 * A dispatcher that registers builds in memory: a command id that it has seen is a duplicate, as it is
 * for the real one. `respond` sets what a component's builds come to instead.
 */
export function recordingDispatch(respond: Readonly<Record<string, Response>> = {}) {
  const dispatched: Dispatched[] = [];
  const fragments: DispatchedFragment[] = [];
  const seen = new Map<string, string | null>();
  const dispatch: Register = async (command, commandIds) => {
    const { component } = command;
    const response = respond[component];
    if (response instanceof Error) throw response;
    if (response !== undefined) return response;
    const known = commandIds.map((id) => seen.get(id)).find((release) => release !== undefined);
    if (known !== undefined) return { kind: "duplicate", release: known };
    const release = releaseOf(command);
    for (const id of commandIds) seen.set(id, release);
    if (command.type === "RegisterFragment") {
      const { type: _type, ...reported } = command;
      fragments.push({ ...reported, commandIds });
    } else {
      const { type: _type, ...reported } = command;
      dispatched.push({ ...reported, commandIds });
    }
    return { kind: "accepted", release, sentence: null };
  };
  return { dispatch, dispatched, fragments };
}

/** An event of a run makes no release here: it is the core that puts them together. */
function releaseOf(command: ReportCommand): string | null {
  return command.type === "RegisterBuild"
    ? releaseId(command.component, command.build.version)
    : null;
}

/** What the ledger throws when it cannot take anything; intake knows it by its name only. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}
