import { createHash } from "node:crypto";
import { causeOf } from "./cause.ts";
import type { Command, ComponentCommand, GlobalCommand, SystemCommand } from "./core/command.ts";
import {
  type ComponentState,
  emptyComponent,
  emptyGlobal,
  type GlobalState,
} from "./core/component.ts";
import { decideGlobal } from "./core/decide/brake.ts";
import { decide } from "./core/decide.ts";
import type { Context, Decision } from "./core/decision.ts";
import type { ComponentEvent, Fact } from "./core/event.ts";
import { evolve, evolveGlobal } from "./core/evolve.ts";
import type { Claim, Settlement } from "./core/job.ts";
import type { Outcome } from "./core/outcome.ts";
import type { Policy } from "./core/policy.ts";
import { type Change, react, reactGlobal } from "./core/react.ts";
import { type Release, type ReleaseId, releaseId } from "./core/release.ts";
import {
  type Commit,
  Conflict,
  componentStream,
  Duplicate,
  Fenced,
  GLOBAL_STREAM,
  type Ledger,
  type StreamId,
  Unavailable,
} from "./ledger/ledger.ts";
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
  readonly decision: Decision<never> | Decision;
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
  readonly ledger: Ledger;
  readonly policy: () => Policy;
  readonly clock: Clock;
  /** Told after a change of a component is durable. */
  readonly onChange: (change: Change) => void;
}): Dispatcher {
  const { ledger, policy, clock, onChange } = ports;

  async function prepare(
    command: Command,
    commandIds: readonly string[],
    archivedIds: readonly ReleaseId[],
  ): Promise<Prepared> {
    return command.type === "FreezeEverything" || command.type === "UnfreezeEverything"
      ? prepareGlobal(command, commandIds)
      : prepareComponent(command, commandIds, archivedIds);
  }

  async function prepareComponent(
    command: ComponentCommand,
    commandIds: readonly string[],
    archivedIds: readonly ReleaseId[],
  ): Promise<Prepared> {
    const { component } = command;
    const present = policy();
    const stream = componentStream(component);
    const own = await ledger.load(stream);
    const global = await ledger.load(GLOBAL_STREAM);
    const related = await loadRelated(present, component);
    const before = (own.state as ComponentState | null) ?? emptyComponent(component);
    const context: Context = {
      now: clock.now(),
      by: causeOf(command),
      policy: present,
      global: (global.state as GlobalState | null) ?? emptyGlobal(),
      others: related.states,
      archived: await loadArchived(stream, before, [...namedBy(command), ...archivedIds]),
      sha256,
    };
    const decision = decide(before, command, context);
    if (decision.events.length === 0) return { decision, commit: null, change: null };

    const { state, archived } = fold(before, context, decision.events);
    const { now: at, by } = context;
    const change: Change = {
      at,
      by,
      events: decision.events,
      before,
      after: state,
      policy: present.components[component],
    };
    return {
      decision,
      change,
      commit: {
        expect: [
          { stream, version: own.version },
          { stream: GLOBAL_STREAM, version: global.version },
          ...related.versions,
        ],
        at,
        by,
        writes: [{ stream, events: decision.events, state, archived }],
        jobs: react(change),
        // A refused click may be tried again: only what was accepted is remembered.
        commandIds: decision.refusal === null ? [...commandIds, ...registered(decision)] : [],
      },
    };
  }

  async function prepareGlobal(
    command: GlobalCommand,
    commandIds: readonly string[],
  ): Promise<Prepared> {
    const global = await ledger.load(GLOBAL_STREAM);
    const before = (global.state as GlobalState | null) ?? emptyGlobal();
    const by = causeOf(command);
    const at = clock.now();
    const context: Context = {
      now: at,
      by,
      policy: policy(),
      global: before,
      others: {},
      archived: {},
      sha256,
    };
    const decision = decideGlobal(before, command, context);
    if (decision.events.length === 0) return { decision, commit: null, change: null };
    const facts = decision.events.map((event) => ({ at, by, event }));
    return {
      decision,
      change: null,
      commit: {
        expect: [{ stream: GLOBAL_STREAM, version: global.version }],
        at,
        by,
        writes: [
          {
            stream: GLOBAL_STREAM,
            events: decision.events,
            state: facts.reduce(evolveGlobal, before),
            archived: [],
          },
        ],
        jobs: reactGlobal(facts),
        commandIds,
      },
    };
  }

  /** The components that this one needs, and those that need it. */
  async function loadRelated(present: Policy, component: string) {
    const needs = present.components[component]?.needs.map((need) => need.component) ?? [];
    const dependents = Object.values(present.components)
      .filter((other) => other.needs.some((need) => need.component === component))
      .map(({ name }) => name);
    const states: Record<string, ComponentState> = {};
    const versions: { stream: StreamId; version: number }[] = [];
    for (const name of new Set([...needs, ...dependents])) {
      const stream = componentStream(name);
      const loaded = await ledger.load(stream);
      versions.push({ stream, version: loaded.version });
      if (loaded.state !== null) states[name] = loaded.state as ComponentState;
    }
    return { states, versions };
  }

  async function loadArchived(
    stream: StreamId,
    state: ComponentState,
    ids: readonly ReleaseId[],
  ): Promise<Context["archived"]> {
    const archived: Record<ReleaseId, Release> = {};
    for (const id of ids) {
      if (state.releases[id] !== undefined) continue;
      const release = await ledger.archivedRelease(stream, id);
      if (release !== null) archived[id] = release;
    }
    return archived;
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
    const fact: Fact<ComponentEvent> = { at, by, event };
    state = evolve(state, fact);
  }
  return { state, archived };
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

const RELEASE_KEY = "release:";

/** A version is registered once, for ever: a second registration shows itself as a duplicate. */
function registered({ events }: Decision): readonly string[] {
  return events.flatMap((event) =>
    event.type === "ReleaseRegistered" ? [`${RELEASE_KEY}${event.release}`] : [],
  );
}

function archivedIdOf(commandId: string): ReleaseId | null {
  return commandId.startsWith(RELEASE_KEY) ? commandId.slice(RELEASE_KEY.length) : null;
}

function aboutRelease(command: Command): ReleaseId | null {
  if (command.type === "RegisterBuild") return releaseId(command.component, command.build.version);
  return "release" in command ? command.release : null;
}

function outcomeOf(command: Command, decision: Decision<never> | Decision): Outcome {
  const { refusal, release, sentence, events } = decision;
  if (refusal !== null) return { kind: "refused", refusal, release };
  if (command.type === "RegisterBuild" && events.length === 0)
    return { kind: "duplicate", release };
  return { kind: "accepted", release, sentence };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
