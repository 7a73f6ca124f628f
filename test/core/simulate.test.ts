import { describe, expect, it } from "vitest";
import { emptyGlobal } from "../../src/core/component.ts";
import type { Context } from "../../src/core/decision.ts";
import { describeSimulation } from "../../src/core/describe-simulation.ts";
import { type SimulationRequest, simulate } from "../../src/core/simulate.ts";
import { noWorseThanLive } from "../support/expressions.ts";
import { aComponent, aGate, anEnvironment, aPolicy, MINUTE, STAGING } from "../support/policies.ts";
import {
  ADA,
  aBuild,
  DIRECTORY,
  NOON,
  type Story,
  story,
  storyAwaitingApproval,
  storyLive,
  storyWatching,
} from "../support/story.ts";

function run(told: Story, asked: Partial<SimulationRequest> = {}, around: Partial<Context> = {}) {
  const context: Context = {
    now: told.now() + MINUTE,
    by: { kind: "system", name: "slipway" },
    policy: aPolicy(),
    global: emptyGlobal(),
    others: {},
    archived: {},
    sha256: () => "digest",
    ...around,
  };
  const request = { environment: "production", build: null, directory: DIRECTORY, ...asked };
  return simulate(told.state(), request, context);
}

function simulated(...asked: Parameters<typeof run>) {
  const result = run(...asked);
  if (result.kind === "refused") throw new Error(result.refusal.sentence);
  return result.simulation;
}

const refusalOf = (...asked: Parameters<typeof run>) => {
  const result = run(...asked);
  return result.kind === "refused" ? result.refusal : null;
};

const newBuild = (version = "2") =>
  aBuild({
    version,
    run: { id: `train/${version}`, attempt: 1, url: null },
    artifact: { uri: `registry.example/pymk:${version}`, digest: null },
  });

describe("a simulation", () => {
  it("says what an event would come to: the release, its gates, its approvals, what comes next", () => {
    const told = storyLive();
    const found = simulated(told, { environment: "staging", build: newBuild() });
    expect(found).toMatchObject({
      component: "model-pymk",
      environment: "staging",
      at: told.now() + MINUTE,
      registers: "new",
      live: "1",
      gates: [{ name: "AUC at least 0.80", verdict: "pass" }],
      approval: [],
      excluded: ["dana@acme.test"],
      blockers: [],
      until: null,
      next: { kind: "deploys", byItself: true },
    });
    expect(found.release.version).toBe("2");
    expect(told.state().releases["model-pymk@2"]).toBeUndefined();
  });

  it("tells the newest release that is recorded where no event is given", () => {
    expect(simulated(storyAwaitingApproval())).toMatchObject({
      registers: null,
      release: { version: "1" },
      approval: [
        { rule: { from: ["@ml-leads"] }, eligible: ["ULEA"] },
        { rule: { from: ["@sre"] }, eligible: ["USAM", "UOTTO"] },
      ],
      next: { kind: "approval", byItself: true },
    });
  });

  it("tells an event that adds evidence from one that changes nothing", () => {
    const told = storyLive();
    const more = { ...newBuild("1"), metrics: { auc: 0.81, f1: 0.7 } };
    expect(simulated(told, { build: more }).registers).toBe("revised");
    expect(simulated(told, { build: newBuild("1") }).registers).toBe("known");
  });

  it.each([
    { name: "an unknown component", around: { policy: aPolicy(aComponent({ name: "other" })) } },
    { name: "an unknown environment", asked: { environment: "moon" } },
    {
      name: "a version that is another build already",
      asked: { build: { ...newBuild("1"), artifact: { uri: "x", digest: null } } },
    },
  ])("is refused for $name", ({ asked, around }) => {
    expect(refusalOf(storyLive(), asked, around)?.code).toMatch(/unknown|conflict/);
  });

  it("is refused where nothing is recorded and no event is given", () => {
    expect(refusalOf(story())?.sentence).toBe(
      "nothing of model-pymk is recorded: give an event of a build",
    );
  });

  it("finds a release in the archive", () => {
    const told = storyLive();
    const archived = { "model-pymk@0": { ...told.release("1"), id: "model-pymk@0", version: "0" } };
    const build = { ...told.release("1").build, version: "0" };
    const known = { ...archived["model-pymk@0"], build };
    const found = simulated(told, { build }, { archived: { "model-pymk@0": known } });
    expect(found).toMatchObject({ registers: "known", release: { version: "0" } });
  });

  it("is refused where the release would go straight into the archive", () => {
    const told = story();
    for (let index = 1; index < 60; index += 1) {
      told.build(`${index}`, { outcome: "failure", finishedAt: index * MINUTE });
    }
    const oldest = { ...newBuild("0"), outcome: "failure" as const, finishedAt: 1 };
    expect(refusalOf(told, { build: oldest })?.code).toBe("superseded");
  });

  it("says that a report which is joined with others makes no release yet, and then what it makes", () => {
    const join = { by: "version", wait: MINUTE, parts: ["image", "model"] } as const;
    const policy = aPolicy(aComponent({ join }));
    const told = story({ policy });
    expect(refusalOf(told, { build: newBuild(), part: "image" }, { policy })?.sentence).toBe(
      "it is one of several reports that build one release, and the others are waited for until 2026-11-22 12:02 UTC",
    );
    told.tell({
      type: "RegisterBuild",
      component: "model-pymk",
      build: newBuild(),
      part: "image",
    });
    const last = { environment: "staging", build: newBuild(), part: "model" };
    expect(simulated(told, last, { policy })).toMatchObject({
      registers: "new",
      release: { id: "model-pymk@2" },
    });
  });

  it("compares with what is live, and says which version that is where its release is not at hand", () => {
    const told = storyLive();
    const state = { ...told.state(), releases: {} };
    const lost = { ...told, state: () => state };
    expect(simulated(lost, { build: newBuild() }).live).toBe("model-pymk@1");
  });

  describe("of what would keep it waiting", () => {
    const frozen = aPolicy(
      aComponent({
        freezes: [{ reason: "weekend", activeUntil: (at) => (at < NOON ? null : NOON * 2) }],
      }),
    );

    it("says until when", () => {
      const found = simulated(storyLive(), { build: newBuild() }, { policy: frozen });
      expect(found.blockers).toEqual([
        {
          kind: "frozen",
          reason: "weekend",
          by: { kind: "system", name: "slipway" },
          until: NOON * 2,
        },
      ]);
      expect(found.until).toBe(NOON * 2);
    });

    it("looks at the time that it is asked about", () => {
      const early = { policy: frozen, now: NOON - MINUTE };
      expect(simulated(storyLive(), { build: newBuild() }, early).blockers).toEqual([]);
    });

    it("does not count the release itself, but another one that is on its way", () => {
      const watching = storyWatching();
      expect(simulated(watching).blockers).toEqual([]);
      expect(simulated(watching, { build: newBuild("3") }).blockers).toMatchObject([
        { kind: "busy", promotion: "model-pymk@2/production/1" },
      ]);
    });

    it("counts a rollback that runs", () => {
      const told = storyLive();
      const { production } = told.state().environments;
      const rollback = { state: { kind: "running" } };
      const state = {
        ...told.state(),
        environments: { ...told.state().environments, production: { ...production, rollback } },
      };
      const busy = { ...told, state: () => state as never };
      expect(simulated(busy, { build: newBuild() }).blockers).toEqual([
        { kind: "busy", promotion: null },
      ]);
    });
  });

  describe("of what comes next", () => {
    it("is that it is there already", () => {
      expect(simulated(storyLive()).next).toEqual({ kind: "there", state: "live" });
      expect(simulated(storyWatching()).next).toEqual({ kind: "there", state: "watching" });
      const undone = storyWatching();
      undone.watch("2", "production", "failure");
      expect(simulated(undone).next).toEqual({ kind: "there", state: "rolling-back" });
      const verified = aPolicy(
        aComponent({
          environments: [{ ...STAGING, verify: [{ name: "smoke", use: "gate", with: {} }] }],
        }),
      );
      const verifying = story({ policy: verified });
      verifying.build("1");
      verifying.deployer("staging", { kind: "succeeded", detail: null });
      expect(simulated(verifying, { environment: "staging" }).next).toEqual({
        kind: "there",
        state: "verifying",
      });
      const deploying = story();
      deploying.build("1");
      expect(simulated(deploying, { environment: "staging" }).next).toEqual({
        kind: "there",
        state: "deploying",
      });
    });

    it("is why it is refused, where nothing happens by itself", () => {
      expect(simulated(storyLive(), { build: newBuild() }).next).toMatchObject({
        kind: "refused",
        refusal: { code: "out_of_order" },
      });
    });

    it("is that it waits for its turn", () => {
      const told = story();
      told.build("1");
      const next = { kind: "waits", byItself: true };
      expect(simulated(told, { environment: "staging", build: newBuild() }).next).toEqual(next);
    });

    it("is what asking for it by name would come to", () => {
      const older = { ...newBuild("0"), finishedAt: 1 };
      const staging = { environment: "staging", build: older };
      expect(simulated(storyLive(), staging).next).toEqual({ kind: "deploys", byItself: false });
      const approved = aPolicy(
        aComponent({ environments: [{ ...STAGING, approval: [{ from: ["@sre"], count: 1 }] }] }),
      );
      expect(simulated(storyLive(), staging, { policy: approved }).next).toEqual({
        kind: "approval",
        byItself: false,
      });
      const needing = aPolicy(
        aComponent({ environments: [anEnvironment("staging", { selfApproval: true })] }),
      );
      const busy = storyLive();
      busy.wait(MINUTE);
      busy.build("3");
      expect(simulated(busy, staging, { policy: needing })).toMatchObject({
        next: { kind: "waits", byItself: false },
        excluded: [],
      });
    });

    it("is the newest of all that is recorded", () => {
      const told = storyLive();
      told.build("0", { finishedAt: 1 });
      expect(simulated(told).release.version).toBe("1");
    });
  });
});

describe("a simulation in words", () => {
  const words = (...asked: Parameters<typeof run>) =>
    describeSimulation(simulated(...asked)).flatMap(({ title, lines }) => [title, ...lines]);

  it("is what people would be told of the real thing", () => {
    const policy = aPolicy(
      aComponent({
        gates: [aGate(), aGate({ name: "no worse", check: noWorseThanLive("metrics.auc", 0.01) })],
        freezes: [{ reason: "weekend", activeUntil: () => NOON }],
      }),
    );
    expect(words(storyAwaitingApproval(), {}, { policy })).toEqual([
      "model-pymk 1 into production, as of 2026-11-22 12:01 UTC",
      "The newest release that is recorded; its build ended with success.",
      "Next: people are asked to approve it.",
      "Gates: nothing is live there",
      "pass: AUC at least 0.80: metrics.auc is 0.81 (>= 0.8)",
      "pass: no worse: nothing live to compare with",
      "Who could approve",
      "0 of 1 from @ml-leads; 1 person could",
      "0 of 1 from @sre; 2 people could",
      "never counts: dana@acme.test, who made it",
      "What would keep it waiting",
      "frozen until 2026-11-22 12:00 UTC: weekend (slipway)",
      "it goes on by itself at 2026-11-22 12:00 UTC",
    ]);
  });

  it("says what blocks, and that nobody is asked", () => {
    const policy = aPolicy(aComponent({ environments: [STAGING] }));
    const bad = { ...newBuild(), metrics: { auc: 0.5 } };
    expect(words(storyLive(), { environment: "staging", build: bad }, { policy })).toEqual(
      [
        "model-pymk 2 into staging, as of 2026-11-22 12:31 UTC",
        "The event would make a new release; its build ended with success.",
        "Next: nothing, also when somebody asks for it by name: AUC at least 0.80: metrics.auc is 0.5, and must be >= 0.8.",
        "Gates: compared with 1, live there",
        "fail, blocks: AUC at least 0.80: metrics.auc is 0.5 (>= 0.8, live 0.81)",
        "Who could approve",
        "nobody is asked: it deploys by itself once its gates pass",
        "never counts: dana@acme.test, who made it",
        "What would keep it waiting",
        "nothing",
      ].filter((line) => !line.startsWith("never")),
    );
  });

  it("has only the names of the rules where nobody asked Slack", () => {
    expect(words(storyAwaitingApproval(), { directory: {} })).toContain("1 from @ml-leads");
  });

  it("says of a rule that it can never be met", () => {
    const directory = { ...DIRECTORY, "@ml-leads": [] };
    expect(words(storyAwaitingApproval(), { directory })).toContain(
      "nobody can approve: there is nobody in @ml-leads",
    );
  });

  it.each([
    {
      name: "evidence",
      build: { ...newBuild("1"), metrics: { auc: 0.9 } },
      text: "would add evidence",
    },
    { name: "nothing new", build: newBuild("1"), text: "would change nothing" },
  ])("says that an event has $name", ({ build, text }) => {
    expect(words(storyLive(), { build })[1]).toContain(text);
  });

  it("says that a component has no gates, and how to go on by name", () => {
    const policy = aPolicy(aComponent({ gates: [] }));
    const older = { ...newBuild("0"), finishedAt: 1 };
    const told = words(storyLive(), { environment: "staging", build: older }, { policy });
    expect(told).toContain("none are configured");
    expect(told).toContain(
      "Next: nothing by itself; with “/release model-pymk promote 0 to staging” it would be deployed.",
    );
  });

  it("says that it is there already, and who leaves nobody out", () => {
    const own = aPolicy(
      aComponent({
        environments: [
          STAGING,
          anEnvironment("production", {
            selfApproval: true,
            approval: [{ from: ["@admins"], count: 1 }],
          }),
        ],
      }),
    );
    const told = words(storyLive(), { directory: { "@admins": [ADA.id] } }, { policy: own });
    expect(told).toContain("Next: nothing: it is live there already.");
    expect(told.join()).not.toContain("never counts");
  });

  it("says no end where something else is in the way too", () => {
    const policy = aPolicy(
      aComponent({ freezes: [{ reason: "weekend", activeUntil: () => NOON }] }),
    );
    const told = words(storyWatching(), { build: newBuild("3") }, { policy });
    expect(told.at(-1)).toBe("model-pymk@2 is being deployed or watched there");
  });
});
