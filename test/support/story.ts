import { createHash } from "node:crypto";
import type { Actor, Directory, Person } from "../../src/core/actor.ts";
import type { Build } from "../../src/core/build.ts";
import type { Change } from "../../src/core/change.ts";
import type { ComponentCommand, OperationReport, PersonCommand } from "../../src/core/command.ts";
import {
  type ComponentState,
  emptyComponent,
  emptyGlobal,
  environmentState,
  findPromotion,
  type GlobalState,
} from "../../src/core/component.ts";
import { decide } from "../../src/core/decide.ts";
import type { Context, Decision } from "../../src/core/decision.ts";
import type { ComponentEvent, Fact } from "../../src/core/event.ts";
import { evolve } from "../../src/core/evolve.ts";
import type { NewJob } from "../../src/core/job.ts";
import type { Instant } from "../../src/core/json.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Promotion } from "../../src/core/promotion.ts";
import { react } from "../../src/core/react.ts";
import { promotionInto, type Release } from "../../src/core/release.ts";
import type { ReleaseId } from "../../src/core/release-id.ts";
import type { CheckAssessment, CheckVerdict } from "../../src/core/verdict.ts";
import { aPolicy } from "./policies.ts";

export const NOON: Instant = Date.UTC(2026, 10, 22, 12, 0, 0);

export function aBuild(overrides: Partial<Build> = {}): Build {
  return {
    version: "1",
    outcome: "success",
    source: "ci",
    run: { id: "train/1", attempt: 1, url: "https://ci.example/1" },
    trigger: "data",
    startedBy: null,
    startedAt: null,
    finishedAt: null,
    artifact: { uri: "registry.example/pymk:1", digest: null },
    commit: {
      repository: "acme/pymk",
      sha: "a".repeat(40),
      tag: null,
      branch: "main",
      author: "dana@acme.test",
      subject: "Retrain",
    },
    metrics: { auc: 0.81 },
    slices: {},
    tests: { passed: 10, failed: 0, skipped: 0 },
    checks: [],
    datasets: [],
    notes: null,
    ...overrides,
  };
}

export function aPerson(name: string, overrides: Partial<Person> = {}): Person {
  return {
    kind: "person",
    id: `U${name.toUpperCase()}`,
    name,
    identities: [`${name.toLowerCase()}@acme.test`],
    fullMember: true,
    ...overrides,
  };
}

export const LEA = aPerson("Lea");
export const SAM = aPerson("Sam");
export const DANA = aPerson("Dana");
export const OTTO = aPerson("Otto");
export const ADA = aPerson("Ada");
export const OLGA = aPerson("Olga");

/** Lea leads, Sam and Otto are on call, Dana is the author, Olga owns the component, Ada is an admin. */
export const DIRECTORY: Directory = {
  "@ml-leads": [LEA.id, DANA.id],
  "@sre": [SAM.id, OTTO.id],
  "@pymk-owners": [OLGA.id],
  "@admins": [ADA.id],
  "dana@acme.test": [DANA.id],
};

const SYSTEM: Actor = { kind: "system", name: "test" };

export interface Told {
  readonly decision: Decision;
  readonly events: readonly ComponentEvent[];
  /** Types of the events, in order: what most tests look at. */
  readonly types: readonly ComponentEvent["type"][];
  readonly refusal: string | null;
  readonly jobs: readonly NewJob[];
}

export type Story = ReturnType<typeof story>;

/** The life of one component, command by command, with a clock that only the test moves. */
export function story(
  options: {
    readonly policy?: Policy;
    readonly component?: string;
    readonly directory?: Directory;
    readonly global?: GlobalState;
    readonly others?: Context["others"];
    readonly archived?: Context["archived"];
  } = {},
) {
  let policy = options.policy ?? aPolicy();
  const component = options.component ?? Object.keys(policy.components)[0] ?? "model-pymk";
  let directory = options.directory ?? DIRECTORY;
  let global = options.global ?? emptyGlobal();
  const others = options.others ?? {};
  const archived: Record<ReleaseId, Release> = { ...options.archived };
  let now = NOON;
  let state: ComponentState = emptyComponent(component);
  const facts: Fact<ComponentEvent>[] = [];
  const changes: Change[] = [];

  function context(by: Actor): Context {
    return {
      now,
      by,
      policy,
      global,
      others,
      archived,
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
    };
  }

  function tell(command: ComponentCommand): Told {
    const by: Actor =
      "person" in command
        ? { kind: "person", id: command.person.id, name: command.person.name }
        : SYSTEM;
    const before = state;
    const decision = decide(before, command, context(by));
    const news = decision.events.map((event) => ({ at: now, by, event }));
    for (const fact of news) {
      if (fact.event.type === "ReleaseRetired") {
        const gone = state.releases[fact.event.release];
        if (gone !== undefined) archived[gone.id] = gone;
      }
      state = evolve(state, fact);
      facts.push(fact);
    }
    const change: Change = {
      at: now,
      by,
      events: decision.events,
      before,
      after: state,
      others,
      policy: policy.components[component],
      sinks: policy.sinks,
    };
    changes.push(change);
    return {
      decision,
      events: decision.events,
      types: decision.events.map(({ type }) => type),
      refusal: decision.refusal?.code ?? null,
      jobs: react(change),
    };
  }

  type Ask<T extends PersonCommand["type"]> = Omit<
    Extract<PersonCommand, { type: T }>,
    "type" | "component" | "person" | "directory"
  >;
  function ask<T extends PersonCommand["type"]>(type: T, person: Person, rest: Ask<T>): Told {
    return tell({ type, component, person, directory, ...rest } as unknown as ComponentCommand);
  }

  function id(version: string): ReleaseId {
    return `${component}@${version}`;
  }

  function release(version: string): Release {
    const found = state.releases[id(version)];
    if (found === undefined) throw new Error(`no open release ${version}`);
    return found;
  }

  function promotion(version: string, environment: string): Promotion {
    const found = promotionInto(release(version), environment);
    if (found === undefined) throw new Error(`${version} was never promoted into ${environment}`);
    return found;
  }

  return {
    tell,
    ask,
    id,
    release,
    promotion,
    state: () => state,
    facts: () => facts,
    /** What each command came to, as the dispatcher hands it on. */
    changes: (): readonly Change[] => changes,
    environment: (name: string) => environmentState(state, name),
    now: () => now,
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
    policy: () => policy,
    setPolicy: (next: Policy) => {
      policy = next;
    },
    setDirectory: (next: Directory) => {
      directory = next;
    },
    setGlobal: (next: GlobalState) => {
      global = next;
    },
    build: (version: string, overrides: Partial<Build> = {}) =>
      tell({
        type: "RegisterBuild",
        component,
        build: aBuild({
          version,
          run: { id: `train/${version}`, attempt: 1, url: null },
          artifact: { uri: `registry.example/pymk:${version}`, digest: null },
          ...overrides,
        }),
      }),
    approve: (person: Person, version: string, environment = "production", digest?: string) =>
      ask("Approve", person, {
        release: id(version),
        environment,
        digest: digest ?? promotion(version, environment).digest,
      }),
    /** The deployer's answer to what runs in an environment. */
    deployer: (environment: string, report: OperationReport) => {
      const { active, rollback } = environmentState(state, environment);
      const running = findPromotion(state, active)?.promotion.state;
      const key =
        rollback?.state.kind === "running"
          ? rollback.state.operation.key
          : running !== undefined && "operation" in running
            ? running.operation.key
            : "nothing-runs";
      return tell({ type: "ReportOperation", component, key, report });
    },
    watch: (version: string, environment: string, ...verdicts: Verdicts) =>
      tell({
        type: "ReportWatch",
        component,
        promotion: promotion(version, environment).id,
        assessments: assessmentsOf(verdicts),
      }),
    /** One look of the guard at a release that is live. */
    guard: (version: string, environment: string, ...verdicts: Verdicts) =>
      tell({
        type: "ReportGuard",
        component,
        promotion: promotion(version, environment).id,
        since: promotion(version, environment).guard?.since ?? 0,
        assessments: assessmentsOf(verdicts),
      }),
    /** One tick of the second watch. */
    confirm: (version: string, environment: string, ...verdicts: Verdicts) =>
      tell({
        type: "ReportConfirmation",
        component,
        promotion: promotion(version, environment).id,
        assessments: assessmentsOf(verdicts),
      }),
  };
}

type Verdicts = readonly (CheckVerdict | CheckAssessment)[];

function assessmentsOf(verdicts: Verdicts): readonly CheckAssessment[] {
  return verdicts.map((verdict, index) =>
    typeof verdict === "string" ? anAssessment(verdict, `check ${index + 1}`) : verdict,
  );
}

export function anAssessment(verdict: CheckVerdict, check = "check 1"): CheckAssessment {
  return {
    check,
    verdict,
    sentence: `it is ${verdict}`,
    query: "success_rate",
    condition: "value >= 0.97",
    samples: [{ at: NOON, value: 0.5 }],
    counts: { passed: 0, failed: 3, noData: 0 },
  };
}

/** A release that is live in staging and waits for its approvals in production. */
export function storyAwaitingApproval(options: Parameters<typeof story>[0] = {}): Story {
  const told = story(options);
  told.build("1");
  told.deployer("staging", { kind: "succeeded", detail: null });
  return told;
}

/** Release 1 is live in production. */
export function storyLive(options: Parameters<typeof story>[0] = {}): Story {
  const told = storyAwaitingApproval(options);
  bringLive(told, "1");
  return told;
}

/** Takes a release that waits in production through its approvals, its deployment and its watch. */
export function bringLive(told: Story, version: string): void {
  told.approve(LEA, version);
  told.approve(SAM, version);
  told.deployer("production", { kind: "succeeded", detail: null });
  told.wait(30 * 60_000);
  told.watch(version, "production", "success");
}

/** Releases 1 and 2 have been live one after the other, and 2 is. */
export function storyTwoLive(options: Parameters<typeof story>[0] = {}): Story {
  const told = storyWatching(options);
  told.wait(30 * 60_000);
  told.watch("2", "production", "success");
  return told;
}

/** Release 1 is live, release 2 is deployed in production and under watch. */
export function storyWatching(options: Parameters<typeof story>[0] = {}): Story {
  const told = storyLive(options);
  told.wait(60_000);
  told.build("2");
  told.deployer("staging", { kind: "succeeded", detail: null });
  told.approve(LEA, "2");
  told.approve(SAM, "2");
  told.deployer("production", { kind: "succeeded", detail: null });
  return told;
}
