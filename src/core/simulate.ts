import type { Directory, Person } from "./actor.ts";
import { evaluateApproval, type RuleResult } from "./approval.ts";
import { blockersOf, reviewAt } from "./blocker.ts";
import type { Build } from "./build.ts";
import { type ComponentState, environmentState, findRelease } from "./component.ts";
import { decide } from "./decide.ts";
import { type Context, componentPolicy, type Decision } from "./decision.ts";
import { utc } from "./describe.ts";
import { evolve } from "./evolve.ts";
import { judgeGates } from "./gate.ts";
import type { Gathering } from "./gathering.ts";
import type { Instant } from "./json.ts";
import { authorsOf, excludedFor } from "./permission.ts";
import { type EnvironmentPolicy, environmentPolicy } from "./policy.ts";
import type { Blocker, Promotion } from "./promotion.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { type GateResult, isNewer, promotionInto, type Release } from "./release.ts";
import { releaseId } from "./release-id.ts";

/** What a build, or the newest release, would come to in an environment. Nothing of it has happened. */
export interface Simulation {
  readonly component: string;
  readonly environment: string;
  readonly at: Instant;
  /** As it would be once the build were registered. */
  readonly release: Release;
  /** What the build would do; null: none was given, so it is the newest release that is recorded. */
  readonly registers: "new" | "revised" | "known" | null;
  /** The version that is live there. */
  readonly live: string | null;
  readonly gates: readonly GateResult[];
  /** A result for each approval rule; empty: none is asked for. */
  readonly approval: readonly RuleResult[];
  /** E-mail addresses or logins of those who never count. */
  readonly excluded: readonly string[];
  /** What would keep an approved promotion waiting. */
  readonly blockers: readonly Blocker[];
  /** When those blockers end by themselves; null: only when something else happens, or there are none. */
  readonly until: Instant | null;
  readonly next: NextStep;
}

/** What would come next in the environment; by itself, or where somebody asks for the release by name. */
export type NextStep =
  | { readonly kind: "deploys" | "approval" | "waits"; readonly byItself: boolean }
  | { readonly kind: "there"; readonly state: Promotion["state"]["kind"] }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export type SimulationResult =
  | { readonly kind: "simulated"; readonly simulation: Simulation }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export interface SimulationRequest {
  readonly environment: string;
  /** null: the newest release that is recorded. */
  readonly build: Build | null;
  /** Of reports that are joined: which one the build is. Absent: the name of its source. */
  readonly part?: string;
  /** Who is behind the principals of the policy, as far as Slack was asked. */
  readonly directory: Directory;
}

/** Whoever asks by name, in a simulation: anybody in full membership may. */
const ANYBODY: Person = {
  kind: "person",
  id: "somebody",
  name: "somebody",
  identities: [],
  fullMember: true,
};

/** Decides as `decide` would, and records nothing. Pure. */
export function simulate(
  before: ComponentState,
  request: SimulationRequest,
  context: Context,
): SimulationResult {
  const { component } = before;
  const policy = componentPolicy(context, component);
  if (policy === undefined) {
    return refuse("unknown_component", `no component ${component} is configured`);
  }
  const environment = environmentPolicy(policy, request.environment);
  if (environment === undefined) {
    const names = policy.environments.map(({ name }) => name).join(", ");
    return refuse(
      "unknown_environment",
      `${component} has no environment ${request.environment}; it has ${names}`,
    );
  }
  const registered = register(before, request, context);
  if (registered.kind === "refused") return registered;
  const { after, release, registers } = registered;
  const { name } = environment;
  const { live } = environmentState(before, name);
  const champion = findRelease(before, live) ?? null;
  const target = { environment: name, version: release.version };
  const itself = promotionInto(release, name)?.id;
  const blockers = blockersOf(policy, before, target, context).filter(
    (one) => one.kind !== "busy" || one.promotion === null || one.promotion !== itself,
  );
  return {
    kind: "simulated",
    simulation: {
      component,
      environment: name,
      at: context.now,
      release,
      registers,
      live: champion?.version ?? live,
      gates: judgeGates(policy.gates, release, champion),
      approval: rulesOf(release, environment, request.directory),
      excluded: environment.selfApproval ? [] : authorsOf(release),
      blockers,
      until: reviewAt(blockers),
      next: nextIn(after, release, name, context, registers === "new"),
    },
  };
}

type Registered =
  | {
      readonly kind: "registered";
      readonly after: ComponentState;
      readonly release: Release;
      readonly registers: Simulation["registers"];
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

function register(
  before: ComponentState,
  { build, part }: SimulationRequest,
  context: Context,
): Registered {
  const { component } = before;
  if (build === null) {
    const release = newestOf(before);
    return release === undefined
      ? refuse("unknown_release", `nothing of ${component} is recorded: give an event of a build`)
      : { kind: "registered", after: before, release, registers: null };
  }
  const about = { component, build, ...(part === undefined ? {} : { part }) };
  const decision = decide(before, { type: "RegisterBuild", ...about }, context);
  if (decision.refusal !== null) return { kind: "refused", refusal: decision.refusal };
  const after = fold(before, decision, context);
  const id = decision.release ?? releaseId(component, build.version);
  const gathered = decision.events.findLast((event) => event.type === "PartReported");
  if (gathered !== undefined && decision.release === null) {
    // It is there: a part of it has just been reported.
    const { until } = { ...after.gatherings }[gathered.gathering] as Gathering;
    return refuse(
      "unknown_release",
      `it is one of several reports that build one release, and the others are waited for until ${utc(until)}`,
    );
  }
  const release = after.releases[id] ?? context.archived[id];
  if (release === undefined) {
    return refuse(
      "superseded",
      `${id} would be recorded and archived at once: newer ones are closed`,
    );
  }
  const types = new Set(decision.events.map(({ type }) => type));
  const registers = types.has("ReleaseRegistered")
    ? "new"
    : types.has("EvidenceRevised")
      ? "revised"
      : "known";
  return { kind: "registered", after, release, registers };
}

function fold(before: ComponentState, { events }: Decision, { now: at, by }: Context) {
  return events.reduce((state, event) => evolve(state, { at, by, event }), before);
}

function newestOf({ releases }: ComponentState): Release | undefined {
  return Object.values(releases).reduce<Release | undefined>(
    (best, one) => (best === undefined || isNewer(one, best) ? one : best),
    undefined,
  );
}

function rulesOf(
  release: Release,
  environment: EnvironmentPolicy,
  directory: Directory,
): readonly RuleResult[] {
  const given = promotionInto(release, environment.name)?.approvals ?? [];
  const excluded = excludedFor(release, environment, directory);
  return evaluateApproval(environment.approval, given, directory, excluded).rules;
}

/** What happens by itself; where nothing does, what asking for it by name would come to. */
function nextIn(
  after: ComponentState,
  release: Release,
  environment: string,
  context: Context,
  isNew: boolean,
): NextStep {
  const kind = promotionInto(release, environment)?.state.kind;
  switch (kind) {
    case "awaiting-approval":
      return { kind: "approval", byItself: true };
    case "queued":
      return { kind: "waits", byItself: true };
    case "deploying":
      return isNew ? { kind: "deploys", byItself: true } : { kind: "there", state: kind };
    case "verifying":
    case "watching":
    case "live":
    case "rolling-back":
      return { kind: "there", state: kind };
    default:
      return nextByName(after, release, environment, context);
  }
}

function nextByName(
  after: ComponentState,
  release: Release,
  environment: string,
  context: Context,
): NextStep {
  const { component } = after;
  const decision = decide(
    after,
    {
      type: "Promote",
      component,
      release: release.id,
      environment,
      person: ANYBODY,
      directory: {},
    },
    context,
  );
  if (decision.refusal !== null) return { kind: "refused", refusal: decision.refusal };
  const types = new Set(decision.events.map(({ type }) => type));
  if (types.has("ApprovalRequested")) return { kind: "approval", byItself: false };
  return { kind: types.has("PromotionQueued") ? "waits" : "deploys", byItself: false };
}

function refuse(code: Refusal["code"], sentence: string) {
  return { kind: "refused" as const, refusal: refusal(code, sentence) };
}
