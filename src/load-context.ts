import { hash } from "node:crypto";
import { causeOf } from "./cause.ts";
import type { Command, ComponentCommand } from "./core/command.ts";
import {
  type ComponentState,
  emptyComponent,
  emptyGlobal,
  type GlobalState,
} from "./core/component.ts";
import type { Context } from "./core/decision.ts";
import type { Instant } from "./core/json.ts";
import { relatedTo } from "./core/need.ts";
import type { Policy } from "./core/policy.ts";
import type { Release } from "./core/release.ts";
import type { ReleaseId } from "./core/release-id.ts";
import {
  type Commit,
  componentStream,
  GLOBAL_STREAM,
  type Ledger,
  type StreamId,
} from "./ledger/ledger.ts";

/** What a decision needs of the ledger. */
export type Readable = Pick<Ledger, "load" | "archivedRelease">;

/** All that a decision about one component reads, and the versions it was read at. */
export interface LoadedContext {
  readonly state: ComponentState;
  readonly context: Context;
  readonly expect: Commit["expect"];
}

export async function loadContext(
  ports: { readonly ledger: Readable; readonly policy: Policy; readonly now: Instant },
  command: ComponentCommand,
  /** Releases that are known to be archived, besides those that a person names. */
  archivedIds: readonly ReleaseId[],
): Promise<LoadedContext> {
  const { ledger, policy, now } = ports;
  const { component } = command;
  const stream = componentStream(component);
  const own = await ledger.load(stream);
  const global = await ledger.load(GLOBAL_STREAM);
  const related = await loadRelated(ledger, policy, component);
  const state = (own.state as ComponentState | null) ?? emptyComponent(component);
  const ids = [...namedBy(command), ...archivedIds].filter(
    (id) => state.releases[id] === undefined,
  );
  return {
    state,
    context: {
      now,
      by: causeOf(command),
      policy,
      global: (global.state as GlobalState | null) ?? emptyGlobal(),
      others: related.states,
      archived: await loadArchived(ledger, stream, ids),
      sha256,
    },
    expect: [
      { stream, version: own.version },
      { stream: GLOBAL_STREAM, version: global.version },
      ...related.expect,
    ],
  };
}

export async function loadGlobalContext(
  ports: { readonly ledger: Readable; readonly policy: Policy; readonly now: Instant },
  command: Command,
): Promise<{ readonly context: Context; readonly expect: Commit["expect"] }> {
  const { ledger, policy, now } = ports;
  const { state, version } = await ledger.load(GLOBAL_STREAM);
  return {
    context: {
      now,
      by: causeOf(command),
      policy,
      global: (state as GlobalState | null) ?? emptyGlobal(),
      others: {},
      archived: {},
      sha256,
    },
    expect: [{ stream: GLOBAL_STREAM, version }],
  };
}

/** The components that this one needs, and those that need it. */
async function loadRelated(ledger: Readable, policy: Policy, component: string) {
  const states: Record<string, ComponentState> = {};
  const expect: { readonly stream: StreamId; readonly version: number }[] = [];
  for (const name of relatedIn(policy, component)) {
    const stream = componentStream(name);
    const { state, version } = await ledger.load(stream);
    expect.push({ stream, version });
    if (state !== null) states[name] = state as ComponentState;
  }
  return { states, expect };
}

const known = new WeakMap<Policy, Map<string, readonly string[]>>();

/** A policy never changes, and every decision asks. */
function relatedIn(policy: Policy, component: string): readonly string[] {
  const byComponent = known.get(policy) ?? new Map<string, readonly string[]>();
  known.set(policy, byComponent);
  const found = byComponent.get(component) ?? relatedTo(policy, component);
  byComponent.set(component, found);
  return found;
}

async function loadArchived(
  ledger: Readable,
  stream: StreamId,
  ids: readonly ReleaseId[],
): Promise<Context["archived"]> {
  const archived: Record<ReleaseId, Release> = {};
  for (const id of ids) {
    const release = await ledger.archivedRelease(stream, id);
    if (release !== null) archived[id] = release;
  }
  return archived;
}

/** Releases that a person names, and that may be in the archive. */
function namedBy(command: ComponentCommand): readonly ReleaseId[] {
  switch (command.type) {
    case "Promote":
      return [command.release];
    case "RollBack":
      return command.to === null ? [] : [command.to];
    default:
      return [];
  }
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
