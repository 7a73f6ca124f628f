import type { Build } from "../../src/core/build.ts";
import type { ReportAlert } from "../../src/core/command.ts";
import type { Dispatch, LookUp, Outcome, Queued, Register } from "../../src/core/outcome.ts";
import { releaseId } from "../../src/core/release-id.ts";

export interface Dispatched {
  readonly component: string;
  readonly build: Build;
  readonly commandIds: readonly string[];
  /** Present where the build is to be looked up first. */
  readonly lookup?: Parameters<LookUp>[0]["lookup"];
}

/** What the dispatcher should do with one component's builds, where it is not to accept them. */
export type Response = Outcome | Queued | Error;

/**
 * A dispatcher that registers builds in memory: a command id that it has seen is a duplicate, as it is
 * for the real one. `respond` sets what a component's builds come to instead.
 */
export function recordingDispatch(respond: Readonly<Record<string, Response>> = {}) {
  const dispatched: Dispatched[] = [];
  const seen = new Map<string, string>();
  /** null: it was seen before. */
  const note = (entry: Dispatched): string | null => {
    const { component, build, commandIds } = entry;
    if (commandIds.some((id) => seen.has(id))) return null;
    const release = releaseId(component, build.version);
    for (const id of commandIds) seen.set(id, release);
    dispatched.push(entry);
    return release;
  };
  const duplicate = (commandIds: readonly string[]) => {
    const release = commandIds.map((id) => seen.get(id)).find((known) => known !== undefined);
    return { kind: "duplicate", release: release ?? null } as const;
  };
  const dispatch: Register = async ({ component, build }, commandIds) => {
    const response = respond[component];
    if (response instanceof Error) throw response;
    if (response !== undefined) return response;
    const release = note({ component, build, commandIds });
    return release === null ? duplicate(commandIds) : { kind: "accepted", release, sentence: null };
  };
  const lookUp: LookUp = async (request, commandIds) => {
    const response = respond[request.component];
    if (response instanceof Error) throw response;
    const release = note({ ...request, commandIds });
    return release === null ? duplicate(commandIds) : { kind: "queued", release };
  };
  /** Whatever else comes: a command id that it has seen is a duplicate. */
  const alerts: ReportAlert[] = [];
  const take: Dispatch = async (command, commandIds) => {
    if (command.type !== "ReportAlert") throw new Error(`intake sent ${command.type}`);
    const response = respond[command.component];
    if (response instanceof Error) throw response;
    if (response !== undefined && response.kind !== "queued") return response;
    if (commandIds.some((id) => seen.has(id))) return { kind: "duplicate", release: null };
    for (const id of commandIds) seen.set(id, "");
    alerts.push(command);
    return { kind: "accepted", release: null, sentence: null };
  };
  return { dispatch, lookUp, dispatched, take, alerts };
}

/** What the ledger throws when it cannot take anything; intake knows it by its name only. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}
