import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Build } from "../../src/core/build.ts";
import { emptyEnvironment, emptyGlobal } from "../../src/core/component.ts";
import { openDraft } from "../../src/core/draft.ts";
import type { Expression } from "../../src/core/expression.ts";
import { judgeAnew } from "../../src/core/judge.ts";
import type { ComponentPolicy, EnvironmentPolicy } from "../../src/core/policy.ts";
import type { GateJudgement } from "../../src/core/release.ts";
import { aComponentState, aRelease } from "../support/builders.ts";
import { atLeast, noWorseThanLive } from "../support/expressions.ts";
import { aComponent, aGate, anEnvironment, aPolicy } from "../support/policies.ts";
import { aBuild, NOON } from "../support/story.ts";

/** Objects that are the same ones in many judgements, as those of a state that nothing happened to. */
const BUILDS = [{ auc: 0.79 }, { auc: 0.81 }, { auc: 0.9, recall: 0.7 }].map((metrics) =>
  aBuild({ metrics }),
);
/** Its verdict says which version it saw. */
const READS_VERSION: Expression = {
  source: "release.version",
  readsLive: false,
  evaluate: ({ release }) => ({ kind: "missing", what: JSON.stringify(release) }),
};
const GATES = [
  [aGate({ check: noWorseThanLive("metrics.auc", 0.005), whenNoLive: "warn" })],
  [aGate({ name: "AUC", check: atLeast("metrics.auc", 0.8) })],
  [aGate({ name: "recall", check: noWorseThanLive("metrics.recall", 0) })],
  [aGate({ name: "version", check: READS_VERSION })],
];
const ENVIRONMENTS = [1, 2].map((revision) => anEnvironment("staging", { source: { revision } }));

const LIVE = "a@0";

const judging = {
  id: fc.constantFrom("a@1", "a@2"),
  version: fc.constantFrom("1", "2"),
  build: fc.constantFrom(...BUILDS),
  /** What is live may have left the state: then nobody knows what it was. */
  live: fc.constantFrom(null, LIVE, "gone", "gone too"),
  liveVersion: fc.constantFrom("8", "9"),
  liveBuild: fc.constantFrom(...BUILDS),
  gates: fc.constantFrom(...GATES),
  environment: fc.constantFrom(...ENVIRONMENTS),
};

interface Judging {
  readonly id: string;
  readonly version: string;
  readonly build: Build;
  readonly live: string | null;
  readonly liveVersion: string;
  readonly liveBuild: Build;
  readonly gates: ComponentPolicy["gates"];
  readonly environment: EnvironmentPolicy;
}

/** One thing changes at a time: it is that one thing that must not be overlooked. */
const change: fc.Arbitrary<Partial<Judging>> = fc.oneof(
  ...Object.entries(judging).map(([name, value]) =>
    (value as fc.Arbitrary<unknown>).map((changed): Partial<Judging> => ({ [name]: changed })),
  ),
);

function judge(of: Judging): GateJudgement {
  const { id, version, build, live, gates, environment } = of;
  const judged = aRelease({ id, version, build, gates: {} });
  const champion = aRelease({ id: LIVE, version: of.liveVersion, build: of.liveBuild });
  const state = aComponentState({
    releases: [judged, champion],
    environments: [{ ...emptyEnvironment("staging"), live }],
  });
  const policy = aComponent({ name: state.component, gates, environments: [environment] });
  const draft = openDraft(state, {
    now: NOON,
    by: { kind: "system", name: "test" },
    policy: aPolicy(policy),
    global: emptyGlobal(),
    others: {},
    archived: {},
    sha256: (text) => text,
  });
  return judgeAnew(draft, policy, judged, environment);
}

/** The same, of objects that nobody has seen before. */
function judgeAfresh(of: Judging): GateJudgement {
  return judge({
    ...of,
    build: structuredClone(of.build),
    liveBuild: structuredClone(of.liveBuild),
    gates: of.gates.map((gate) => ({ ...gate, check: { ...gate.check } })),
    environment: { ...of.environment },
  });
}

describe("what was judged before", () => {
  it("is judged as if it had never been seen, whatever else was judged meanwhile", () => {
    fc.assert(
      fc.property(fc.record(judging), fc.array(change, { maxLength: 60 }), (first, changes) => {
        let present: Judging = first;
        for (const next of [{}, ...changes]) {
          present = { ...present, ...next };
          expect(judge(present)).toEqual(judgeAfresh(present));
        }
      }),
    );
  });

  it("is not evaluated again", () => {
    let evaluations = 0;
    const check = {
      ...atLeast("metrics.auc", 0.8),
      evaluate: () => {
        evaluations += 1;
        return { kind: "value", value: true, comparisons: [] } as const;
      },
    };
    const of: Judging = {
      id: "a@1",
      version: "1",
      build: aBuild(),
      live: null,
      liveVersion: "0",
      liveBuild: aBuild(),
      gates: [aGate({ check })],
      environment: anEnvironment("staging"),
    };
    judge(of);
    judge(of);
    expect(evaluations).toBe(1);
    judgeAfresh(of);
    expect(evaluations).toBe(2);
  });
});
