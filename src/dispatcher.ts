import type { Change } from "./core/change.ts";
import type { Command, ComponentCommand, GlobalCommand, SystemCommand } from "./core/command.ts";
import type { ComponentState } from "./core/component.ts";
import { decide } from "./core/decide.ts";
import { decideGlobal } from "./core/decide-global.ts";
import type { Context, Decision } from "./core/decision.ts";
import type { ComponentEvent } from "./core/event.ts";
import { evolve, evolveGlobal } from "./core/evolve.ts";
import type { Claim, Settlement } from "./core/job.ts";
import type { Outcome } from "./core/outcome.ts";
import type { Policy } from "./core/policy.ts";
import { react, reactGlobal } from "./core/react.ts";
import type { Release } from "./core/release.ts";
import { type ReleaseId, releaseId } from "./core/release-id.ts";
import {
  type Commit,
  Conflict,
  componentStream,
  Duplicate,
  Fenced,
  GLOBAL_STREAM,
  type Ledger,
  Unavailable,
} from "./ledger/ledger.ts";
import { loadContext, loadGlobalContext, type Readable } from "./load-context.ts";
import type { Clock } from "./shared/clock.ts";

/** Another writer moved a stream again and again: something is wrong beyond bad luck. */
const MOST_ATTEMPTS = 50;

export interface Dispatcher {
  /** Decides a command on the present state and records what it comes to; see `Dispatch`. */
  dispatch(command: Command, commandIds: readonly string[]): Promise<Outcome>;
  /** Ends a job together with what its result changes. */
  settle(
    claim: Claim,
    settlement: Settlement,
    command: SystemCommand | null,
  ): Promise<"settled" | "fenced">;
}

interface Prepared {
  readonly decision: Pick<Decision, "refusal" | "sentence" | "release" | "isKnown"> & {
    readonly events: readonly unknown[];
  };
  /** null: there is nothing to record. */
  readonly commit: Commit | null;
  /** What the events did to a component; null for the global stream, or when nothing happened. */
  readonly change: Change | null;
}

/**
 * The only writer. Every change of state is a command that passes through here: load, decide, evolve,
 * react, and one atomic commit of events, states and jobs.
 */
export function createDispatcher(ports: {
  readonly ledger: Readable & Pick<Ledger, "commit" | "settle">;
  readonly policy: () => Policy;
  readonly clock: Clock;
  /** Told after a change of a component is durable. */
  readonly onChange: (change: Change) => void;
}): Dispatcher {
  const { ledger, clock, onChange } = ports;

  function prepare(
    command: Command,
    commandIds: readonly string[],
    archivedIds: readonly ReleaseId[],
  ): Promise<Prepared> {
    const now = { ledger, policy: ports.policy(), now: clock.now() };
    return "component" in command
      ? prepareComponent(now, command, commandIds, archivedIds)
      : prepareGlobal(now, command, commandIds);
  }

  /** Decides until no stream moved meanwhile, and records with `record`. */
  async function decideAndRecord(
    command: Command,
    commandIds: readonly string[],
    record: (commit: Commit | null) => Promise<void>,
  ): Promise<Outcome> {
    const archived: ReleaseId[] = [];
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const { decision, commit, change } = await prepare(command, commandIds, archived);
      try {
        await record(commit);
      } catch (error) {
        if (error instanceof Conflict) continue;
        const known = error instanceof Duplicate ? archivedIdOf(error.commandId) : null;
        if (known === null) throw error;
        archived.push(known);
        continue;
      }
      if (change !== null) onChange(change);
      return outcomeOf(command, decision);
    }
    throw new Unavailable(`${command.type}: the state moved ${MOST_ATTEMPTS} times in a row`);
  }

  return {
    dispatch: async (command, commandIds) => {
      try {
        return await decideAndRecord(command, commandIds, async (commit) => {
          if (commit !== null) await ledger.commit(commit);
        });
      } catch (error) {
        if (!(error instanceof Duplicate)) throw error;
        return { kind: "duplicate", release: aboutRelease(command) };
      }
    },
    settle: async (claim, settlement, command) => {
      try {
        if (command === null) await ledger.settle(claim, settlement, null);
        else {
          await decideAndRecord(command, [], (commit) => ledger.settle(claim, settlement, commit));
        }
        return "settled";
      } catch (error) {
        if (error instanceof Fenced) return "fenced";
        throw error;
      }
    },
  };
}

type Now = Parameters<typeof loadContext>[0];

async function prepareComponent(
  now: Now,
  command: ComponentCommand,
  commandIds: readonly string[],
  archivedIds: readonly ReleaseId[],
): Promise<Prepared> {
  const { state: before, context, expect } = await loadContext(now, command, archivedIds);
  const decision = decide(before, command, context);
  const { events, refusal } = decision;
  if (events.length === 0) return { decision, commit: null, change: null };

  const { state: after, archived } = fold(before, context, events);
  const { now: at, by, others } = context;
  const policy = context.policy.components[command.component];
  const { sinks } = context.policy;
  const change: Change = { at, by, events, before, after, policy, sinks, others };
  return {
    decision,
    change,
    commit: {
      expect,
      at,
      by,
      writes: [{ stream: componentStream(command.component), events, state: after, archived }],
      jobs: react(change),
      // What was refused may be tried again: only what was accepted is remembered.
      commandIds: refusal === null ? [...commandIds, ...events.flatMap(releaseKey)] : [],
    },
  };
}

async function prepareGlobal(
  now: Now,
  command: GlobalCommand,
  commandIds: readonly string[],
): Promise<Prepared> {
  const { context, expect } = await loadGlobalContext(now, command);
  const { now: at, by, global } = context;
  const decision = decideGlobal(global, command, context);
  const { events } = decision;
  if (events.length === 0) return { decision, commit: null, change: null };
  const facts = events.map((event) => ({ at, by, event }));
  const state = facts.reduce(evolveGlobal, global);
  return {
    decision,
    change: null,
    commit: {
      expect,
      at,
      by,
      writes: [{ stream: GLOBAL_STREAM, events, state, archived: [] }],
      jobs: reactGlobal(facts),
      commandIds,
    },
  };
}

/** The state after the events, and the releases that left it, as they were when they did. */
function fold(
  before: ComponentState,
  { now: at, by }: Context,
  events: readonly ComponentEvent[],
): { readonly state: ComponentState; readonly archived: readonly Release[] } {
  let state = before;
  const archived: Release[] = [];
  for (const event of events) {
    const retired = event.type === "ReleaseRetired" ? state.releases[event.release] : undefined;
    if (retired !== undefined) archived.push(retired);
    state = evolve(state, { at, by, event });
  }
  return { state, archived };
}

const RELEASE_KEY = "release:";

/** A version is registered once, for ever: a second registration shows itself as a duplicate. */
function releaseKey(event: ComponentEvent): readonly string[] {
  return event.type === "ReleaseRegistered" ? [`${RELEASE_KEY}${event.release}`] : [];
}

function archivedIdOf(commandId: string): ReleaseId | null {
  return commandId.startsWith(RELEASE_KEY) ? commandId.slice(RELEASE_KEY.length) : null;
}

function aboutRelease(command: Command): ReleaseId | null {
  if (command.type === "RegisterBuild") return releaseId(command.component, command.build.version);
  return "release" in command ? command.release : null;
}

function isReport({ type }: Command): boolean {
  return type === "RegisterBuild" || type === "RegisterFragment" || type === "ReportAlert";
}

function outcomeOf(command: Command, decision: Prepared["decision"]): Outcome {
  const { refusal, release, sentence, events, isKnown = events.length === 0 } = decision;
  if (refusal !== null) return { kind: "refused", refusal, release };
  if (isReport(command) && isKnown) return { kind: "duplicate", release };
  return { kind: "accepted", release, sentence };
}
