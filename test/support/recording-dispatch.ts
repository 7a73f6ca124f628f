import type { Build } from "../../src/core/build.ts";
import type { ReportAlert, ReportCommand } from "../../src/core/command.ts";
import type { Dispatch, LookUp, Outcome, Queued, Register } from "../../src/core/outcome.ts";
import { releaseId } from "../../src/core/release-id.ts";
import type { Fragment } from "../../src/core/run-record.ts";

export interface Dispatched {
  readonly component: string;
  readonly build: Build;
  /** Only where reports are joined. */
  readonly part?: string;
  readonly commandIds: readonly string[];
  /** Present where the build is to be looked up first. */
  readonly lookup?: Parameters<LookUp>[0]["lookup"];
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
  /** False: it was seen before. */
  const note = (commandIds: readonly string[], release: string | null): boolean => {
    if (commandIds.some((id) => seen.has(id))) return false;
    for (const id of commandIds) seen.set(id, release);
    return true;
  };
  const duplicate = (commandIds: readonly string[]) => {
    const release = commandIds.map((id) => seen.get(id)).find((known) => known !== undefined);
    return { kind: "duplicate", release: release ?? null } as const;
  };
  const dispatch: Register = async (command, commandIds) => {
    const { component } = command;
    const response = respond[component];
    if (response instanceof Error) throw response;
    if (response !== undefined) return response;
    const release = releaseOf(command);
    if (!note(commandIds, release)) return duplicate(commandIds);
    if (command.type === "RegisterFragment") {
      const { type: _type, ...reported } = command;
      fragments.push({ ...reported, commandIds });
    } else {
      const { type: _type, ...reported } = command;
      dispatched.push({ ...reported, commandIds });
    }
    return { kind: "accepted", release, sentence: null };
  };
  const lookUp: LookUp = async (request, commandIds) => {
    const { component, build } = request;
    const response = respond[component];
    if (response instanceof Error) throw response;
    const release = releaseId(component, build.version);
    if (!note(commandIds, release)) return duplicate(commandIds);
    dispatched.push({ ...request, commandIds });
    return { kind: "queued", release };
  };
  /** Whatever else comes: a command id that it has seen is a duplicate. */
  const alerts: ReportAlert[] = [];
  const take: Dispatch = async (command, commandIds) => {
    if (command.type !== "ReportAlert") throw new Error(`intake sent ${command.type}`);
    const response = respond[command.component];
    if (response instanceof Error) throw response;
    if (response !== undefined && response.kind !== "queued") return response;
    if (!note(commandIds, null)) return duplicate(commandIds);
    alerts.push(command);
    return { kind: "accepted", release: null, sentence: null };
  };
  return { dispatch, lookUp, dispatched, take, alerts, fragments };
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
