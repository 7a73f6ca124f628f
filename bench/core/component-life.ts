import { createHash } from "node:crypto";
import type { Directory, Person } from "../../src/core/actor.ts";
import type { Build } from "../../src/core/build.ts";
import type { ComponentCommand } from "../../src/core/command.ts";
import {
  type ComponentState,
  emptyComponent,
  emptyGlobal,
  environmentState,
  findPromotion,
} from "../../src/core/component.ts";
import { decide } from "../../src/core/decide.ts";
import type { Context } from "../../src/core/decision.ts";
import { evolve } from "../../src/core/evolve.ts";
import type { Policy } from "../../src/core/policy.ts";
import { react } from "../../src/core/react.ts";
import { promotionInto } from "../../src/core/release.ts";
import { releaseId } from "../../src/core/release-id.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
const SYSTEM = { kind: "system", name: "bench" } as const;
const LEA = aPerson("lea");
const SAM = aPerson("sam");
const DIRECTORY: Directory = {
  "@ml-leads": [LEA.id],
  "@sre": [SAM.id],
  "dana@acme.test": ["UDANA"],
};

/** A state, and a command that is about to be decided on it. */
export interface Situation {
  readonly before: ComponentState;
  readonly command: ComponentCommand;
}

/** Decides, and works out the state and the jobs that come of it: all that core does for one command. */
export function carryOut({ before, command }: Situation, policy: Policy): ComponentState {
  const by = "person" in command ? personActor(command.person) : SYSTEM;
  const decision = decide(before, command, contextOf(policy, by));
  if (decision.refusal !== null) throw new Error(decision.refusal.sentence);
  const facts = decision.events.map((event) => ({ at: NOON, by, event }));
  const after = facts.reduce(evolve, before);
  const { component } = before;
  react({
    at: NOON,
    by,
    events: decision.events,
    before,
    after,
    policy: policy.components[component],
    sinks: [],
    others: {},
  });
  return after;
}

/** A new build of a component is reported. */
export function aNewBuild(_policy: Policy, before: ComponentState, n: number): Situation {
  return { before, command: register(before.component, `2.${n}`) };
}

/** The last approval that a new build needs is given. */
export function aLastApproval(policy: Policy, live: ComponentState, n: number): Situation {
  const version = `2.${n}`;
  const registered = carryOut(aNewBuild(policy, live, n), policy);
  const staged = deployed(policy, registered, "staging");
  const before = carryOut({ before: staged, command: approve(staged, version, LEA) }, policy);
  return { before, command: approve(before, version, SAM) };
}

/** A component of which one release is live everywhere. */
export function aLiveComponent(policy: Policy, component: string): ComponentState {
  const before = emptyComponent(component);
  const built = carryOut({ before, command: register(component, "1.0") }, policy);
  const waiting = deployed(policy, built, "staging");
  const decided = [LEA, SAM].reduce(
    (state, person) => carryOut({ before: state, command: approve(state, "1.0", person) }, policy),
    waiting,
  );
  return deployed(policy, decided, "production");
}

/** What is being deployed there has been deployed. */
function deployed(policy: Policy, before: ComponentState, environment: string): ComponentState {
  const { component } = before;
  const { active } = environmentState(before, environment);
  const state = findPromotion(before, active)?.promotion.state;
  if (state?.kind !== "deploying") throw new Error(`nothing is being deployed to ${environment}`);
  const { key } = state.operation;
  const report = { kind: "succeeded", detail: null } as const;
  return carryOut({ before, command: { type: "ReportOperation", component, key, report } }, policy);
}

function register(component: string, version: string): ComponentCommand {
  return { type: "RegisterBuild", component, build: aBuild(component, version) };
}

function approve(
  { component, releases }: ComponentState,
  version: string,
  person: Person,
): ComponentCommand {
  const release = releaseId(component, version);
  const found = releases[release];
  const digest = found === undefined ? undefined : promotionInto(found, "production")?.digest;
  if (digest === undefined) throw new Error(`${release} does not wait for approval`);
  return {
    type: "Approve",
    component,
    release,
    environment: "production",
    digest,
    person,
    directory: DIRECTORY,
  };
}

function contextOf(policy: Policy, by: Context["by"]): Context {
  return { now: NOON, by, policy, global: emptyGlobal(), others: {}, archived: {}, sha256 };
}

function personActor({ id, name }: Person): Context["by"] {
  return { kind: "person", id, name };
}

function aPerson(name: string): Person {
  return {
    kind: "person",
    id: `U${name.toUpperCase()}`,
    name,
    identities: [`${name}@acme.test`],
    fullMember: true,
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The build that the requests of the intake benchmark report, as core gets it. */
export function aBuild(component: string, version: string): Build {
  return {
    version,
    outcome: "success",
    source: "ci",
    run: { id: `train/${version}`, attempt: 1, url: `https://ci.example/${component}/${version}` },
    trigger: "data",
    startedBy: null,
    startedAt: NOON - 7_200_000,
    finishedAt: NOON - 60_000,
    artifact: { uri: `registry.example/${component}:${version}`, digest: null },
    commit: {
      repository: `acme/${component}`,
      sha: "a".repeat(40),
      tag: null,
      branch: "main",
      author: "dana@acme.test",
      subject: null,
    },
    metrics: { auc: 0.81, p95_latency_ms: 21.4, calibration: 0.012 },
    slices: { "country=BR": { auc: 0.79 }, "country=IN": { auc: 0.8 }, "age<25": { auc: 0.78 } },
    tests: { passed: 812, failed: 0, skipped: 3 },
    checks: [{ name: "feature null rate", status: "pass", expected: "< 1%", actual: "0.2%" }],
    datasets: [{ name: "hive.edges", version: "2026-11-21", digest: null, rows: 81_233_411 }],
    notes: null,
  };
}
