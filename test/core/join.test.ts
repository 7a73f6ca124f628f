import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Build } from "../../src/core/build.ts";
import type { ComponentState } from "../../src/core/component.ts";
import { evolve } from "../../src/core/evolve.ts";
import { buildOfParts, type Gathering } from "../../src/core/gathering.ts";
import type { JoinPolicy } from "../../src/core/policy.ts";
import { aCommitOf, aFragment } from "../support/fragments.ts";
import { aComponent, aPolicy, MINUTE } from "../support/policies.ts";
import { aBuild, LEA, NOON, SAM, type Story, story } from "../support/story.ts";

const JOIN: JoinPolicy = { by: "commit", wait: 30 * MINUTE, parts: ["registry", "ci", "mlflow"] };
const DAY = 24 * 60 * MINUTE;
const SHA = "a".repeat(40);
const DIGEST_A = `sha256:${"a".repeat(64)}`;
const DIGEST_B = `sha256:${"b".repeat(64)}`;

const joining = (join: Partial<JoinPolicy> = {}) =>
  aPolicy(aComponent({ join: { ...JOIN, ...join } }));

const joined = (join: Partial<JoinPolicy> = {}) => story({ policy: joining(join) });

/** What a part says that says nothing but of which commit it is. */
function bare(overrides: Partial<Build> = {}): Build {
  return aBuild({
    commit: aCommitOf(SHA),
    artifact: null,
    metrics: {},
    tests: null,
    trigger: null,
    run: null,
    ...overrides,
  });
}

function report(told: Story, part: string, overrides: Partial<Build> = {}) {
  const build = bare({ source: part, version: `${part}-1`, ...overrides });
  return told.tell({ type: "RegisterBuild", component: "model-pymk", part, build });
}

const registry = { artifact: { uri: "registry.example/pymk:4", digest: DIGEST_A } };
const ci = {
  tests: { passed: 3, failed: 0, skipped: 0 },
  commit: aCommitOf(SHA, { author: "dana" }),
};
const mlflow = {
  metrics: { auc: 0.9 },
  datasets: [{ name: "e", version: "1", digest: null, rows: 1 }],
};

function reportAll(told: Story): void {
  report(told, "mlflow", mlflow);
  report(told, "ci", ci);
  report(told, "registry", registry);
}

const onTime = (told: Story, gathering = `commit:${SHA}`) =>
  told.tell({ type: "CloseGathering", component: "model-pymk", gathering });

const only = (told: Story) => {
  const releases = Object.values(told.state().releases);
  if (releases.length !== 1 || releases[0] === undefined) throw new Error("not one release");
  return releases[0];
};

describe("reports that are joined", () => {
  it("open a gathering with the first, which waits for its time", () => {
    const told = joined();
    const { events, jobs, decision } = report(told, "ci", ci);
    expect(events.map(({ type }) => type)).toEqual(["GatheringOpened", "PartReported"]);
    expect(decision.release).toBeNull();
    expect(told.state().releases).toEqual({});
    expect(jobs).toEqual([
      {
        key: `close-gathering:model-pymk:commit:${SHA}`,
        lane: null,
        runAt: NOON + 30 * MINUTE,
        body: { kind: "close-gathering", component: "model-pymk", gathering: `commit:${SHA}` },
      },
    ]);
  });

  it("make one release when all have come, in whatever order", () => {
    const told = joined();
    reportAll(told);
    expect(told.facts().map(({ event }) => event.type)).toContain("DeployStarted");
    expect(only(told)).toMatchObject({ version: "registry-1", revision: 1 });
    expect(only(told).build).toEqual(
      bare({
        source: "registry",
        version: "registry-1",
        ...registry,
        ...ci,
        ...mlflow,
      }),
    );
  });

  it("go by the name of the source where no part is given", () => {
    const told = joined({ parts: ["ci", "mlflow"] });
    for (const source of ["ci", "mlflow"]) {
      const build = bare({ source, version: source, metrics: { auc: 0.9 } });
      told.tell({ type: "RegisterBuild", component: "model-pymk", build });
    }
    expect(only(told).version).toBe("ci");
  });

  it.each([
    ["digest", registry, `digest:${DIGEST_A}`],
    ["version", { version: "7" }, "version:7"],
  ] as const)("may have their %s in common", (by, part, gathering) => {
    const told = joined({ by, parts: ["ci", "mlflow"] });
    report(told, "ci", part);
    expect(Object.keys(told.state().gatherings ?? {})).toEqual([gathering]);
    report(told, "mlflow", { ...part, ...mlflow });
    expect(only(told).build.metrics).toEqual({ auc: 0.9 });
  });

  it("of another commit are of another release", () => {
    const told = joined();
    report(told, "ci");
    const commit = aCommitOf("b".repeat(40));
    report(told, "mlflow", { commit });
    report(told, "registry");
    expect(told.state().releases).toEqual({});
    expect(Object.keys(told.state().gatherings ?? {})).toHaveLength(2);
  });

  it("are as they were without join: each is a release of its own", () => {
    const told = story();
    report(told, "ci");
    expect(told.state().gatherings).toBeUndefined();
    expect(only(told).version).toBe("ci-1");
  });

  it.each([
    [
      "commit",
      "a commit",
      { commit: null },
      "commit.sha: is missing, and the reports on model-pymk are joined by commit: let ci send it, or leave ci out of join.parts",
    ],
    [
      "commit",
      "more than a tag",
      { commit: aCommitOf(null, { tag: "v1" }) },
      "commit.sha: is missing, and the reports on model-pymk are joined by commit: let ci send it, or leave ci out of join.parts",
    ],
    [
      "digest",
      "a digest",
      { artifact: { uri: "a", digest: null } },
      "artifact.digest: is missing, and the reports on model-pymk are joined by digest: let ci send it, or leave ci out of join.parts",
    ],
    [
      "digest",
      "an artifact",
      { artifact: null },
      "artifact.digest: is missing, and the reports on model-pymk are joined by digest: let ci send it, or leave ci out of join.parts",
    ],
  ] as const)(
    "by %s are refused without %s: never joined by accident",
    (by, _what, part, sentence) => {
      const told = joined({ by });
      const { decision, events } = report(told, "ci", part);
      expect(decision.refusal).toEqual({ code: "join_key_missing", sentence });
      expect(events).toEqual([]);
    },
  );

  it("that lack their key because of a gap stand alone, and are blocked by it", () => {
    const told = joined();
    const gaps = [{ what: "the commit", why: "MLflow does not answer", blocks: true }];
    const { types } = report(told, "mlflow", { commit: null, gaps, metrics: { auc: 0.9 } });
    expect(types).toEqual(["ReleaseRegistered", "GatesJudged", "GatesJudged"]);
    expect(report(told, "mlflow", { commit: null, gaps, metrics: { auc: 0.9 } }).events).toEqual(
      [],
    );
    const shown = [{ what: "a page", why: "no access", blocks: false }];
    expect(report(told, "ci", { commit: null, gaps: shown }).refusal).toBe("join_key_missing");
  });

  it("of a run in parts are one part, which its events revise", () => {
    const told = joined({ parts: ["ci", "mlflow"] });
    report(told, "ci");
    const event = (overrides: Parameters<typeof aFragment>[0]) =>
      told.tell({
        type: "RegisterFragment",
        component: "model-pymk",
        part: "mlflow",
        fragment: aFragment({ commit: aCommitOf(SHA), ...overrides }),
      });
    const end = { outcome: "success", trigger: "data", finishedAt: 5 } as const;
    expect(event(end).types).toContain("ReleaseRegistered");
    expect(event({ trigger: "schedule", metrics: { auc: 0.9 }, finishedAt: 6 }).types).toContain(
      "EvidenceRevised",
    );
    expect(only(told).build).toMatchObject({ trigger: "schedule", metrics: { auc: 0.9 } });
    expect(event(end)).toMatchObject({ events: [], decision: { release: null } });
  });
});

describe("when the time is over", () => {
  it("the release is made of what has come, and what has not blocks it", () => {
    const told = joined();
    report(told, "ci", { ...ci, metrics: { auc: 0.9 } });
    told.wait(30 * MINUTE);
    const { types } = onTime(told);
    expect(types.slice(0, 2)).toEqual(["GatheringClosed", "ReleaseRegistered"]);
    expect(types).not.toContain("PromotionRequested");
    expect(only(told).version).toBe("ci-1");
    expect(only(told).build.gaps).toEqual([
      { what: "registry", why: "nothing from registry within 30 min", blocks: true },
      { what: "mlflow", why: "nothing from mlflow within 30 min", blocks: true },
    ]);
    expect(only(told).gates.staging?.results).toMatchObject([
      { name: "AUC at least 0.80", verdict: "pass" },
      {
        name: "registry",
        verdict: "missing",
        blocks: true,
        sentence: "nothing from registry within 30 min",
        numbers: [],
      },
      { name: "mlflow", verdict: "missing", blocks: true },
    ]);
    const promote = { release: told.id("ci-1"), environment: "staging" };
    expect(told.ask("Promote", LEA, promote).decision.refusal).toEqual({
      code: "gates_failed",
      sentence:
        "registry: nothing from registry within 30 min; mlflow: nothing from mlflow within 30 min",
    });
  });

  it("and not before: a timer that is early changes nothing", () => {
    const told = joined();
    report(told, "ci");
    told.wait(29 * MINUTE);
    expect(onTime(told).events).toEqual([]);
  });

  it("nothing changes where all had come, or where nothing is known of it", () => {
    const told = joined();
    reportAll(told);
    told.wait(30 * MINUTE);
    expect(onTime(told).events).toEqual([]);
    expect(onTime(told, "commit:none").events).toEqual([]);
  });

  it("a part that comes late closes its gap, and with the last one the release goes on", () => {
    const told = joined();
    report(told, "ci", ci);
    told.wait(30 * MINUTE);
    onTime(told);
    report(told, "mlflow", mlflow);
    expect(only(told).build.gaps).toHaveLength(1);
    const { types } = report(told, "registry", registry);
    expect(types).toContain("DeployStarted");
    // The version of a release never changes; its artifact was not known.
    expect(only(told)).toMatchObject({
      version: "ci-1",
      revision: 3,
      build: { artifact: registry.artifact, metrics: { auc: 0.9 } },
    });
    expect(only(told).build).not.toHaveProperty("gaps");
  });

  it("which artifact it is may still turn out, as long as something blocks it", () => {
    const told = joined({ parts: ["registry", "ci"] });
    report(told, "ci", { artifact: { uri: "files.example/pymk.zip", digest: DIGEST_B } });
    told.wait(30 * MINUTE);
    onTime(told);
    report(told, "registry", { ...registry, metrics: { auc: 0.9 } });
    expect(only(told).build.artifact).toEqual(registry.artifact);
  });

  it("it is made of what has come although joining was configured away", () => {
    const told = joined();
    report(told, "ci", { metrics: { auc: 0.9 } });
    told.setPolicy(aPolicy());
    told.wait(30 * MINUTE);
    expect(onTime(told).types).toContain("DeployStarted");
  });

  it("it is forgotten with a reason where its version is another release's", () => {
    const told = joined();
    report(told, "ci", { version: "7" });
    told.wait(30 * MINUTE);
    onTime(told);
    report(told, "ci", { version: "7", commit: aCommitOf("b".repeat(40)) });
    told.wait(30 * MINUTE);
    const late = onTime(told, `commit:${"b".repeat(40)}`);
    expect(late.refusal).toBeNull();
    expect(late.events.at(-1)).toEqual({
      type: "GatheringForgotten",
      gathering: `commit:${"b".repeat(40)}`,
      why: `version: 7 of model-pymk was already built from commit ${SHA}; give the new build a version of its own`,
    });
  });
});

describe("late evidence", () => {
  it("voids the approvals that were given on the old", () => {
    const told = joined({ parts: ["ci", "mlflow"] });
    report(told, "ci");
    report(told, "mlflow", mlflow);
    told.deployer("staging", { kind: "succeeded", detail: null });
    told.approve(LEA, "ci-1");
    const tests = { passed: 9, failed: 0, skipped: 0 };
    const { types } = report(told, "ci", { tests });
    expect(types).toContain("ApprovalsVoided");
    expect(told.promotion("ci-1", "production").approvals).toEqual([]);
    expect(told.approve(SAM, "ci-1").refusal).toBeNull();
  });
});

describe("a part that failed", () => {
  it("makes a failed release at once, and what comes later is added to it", () => {
    const told = joined();
    report(told, "mlflow", mlflow);
    const { types } = report(told, "ci", { outcome: "failure" });
    expect(types).toContain("ReleaseRegistered");
    expect(only(told)).toMatchObject({
      version: "ci-1",
      status: { kind: "failed", outcome: "failure" },
      build: { gaps: [{ what: "registry", why: "nothing from registry yet", blocks: true }] },
    });
    report(told, "registry", registry);
    expect(only(told)).toMatchObject({ status: { kind: "failed" }, build: registry });
  });

  it("may be built again: with its success, and all the others, the release goes on", () => {
    const told = joined({ parts: ["ci", "mlflow"] });
    const run = (attempt: number) => ({ run: { id: "train/1", attempt, url: null } });
    report(told, "ci", { outcome: "failure", ...run(1) });
    expect(report(told, "ci", { version: "ci-2", ...run(2) }).types).not.toContain("DeployStarted");
    expect(report(told, "mlflow", mlflow).types).toContain("DeployStarted");
    expect(only(told).version).toBe("ci-1");
  });
});

describe("the same part twice", () => {
  it("changes nothing where it says the same, before the release and after it", () => {
    const told = joined();
    report(told, "ci", ci);
    expect(report(told, "ci", ci)).toMatchObject({ events: [], decision: { release: null } });
    report(told, "mlflow", mlflow);
    report(told, "registry", registry);
    expect(report(told, "registry", registry)).toMatchObject({
      events: [],
      decision: { release: "model-pymk@registry-1" },
    });
  });

  it("with two digests is a conflict, and nothing of it is kept", () => {
    const told = joined();
    report(told, "registry", registry);
    const before = told.state();
    const { decision } = report(told, "registry", { artifact: { uri: "a", digest: DIGEST_B } });
    expect(decision.refusal).toEqual({
      code: "join_conflict",
      sentence: `registry of commit ${SHA} had the digest ${DIGEST_A}, and now has ${DIGEST_B}: two releases cannot be joined by one commit; join them by what tells them apart`,
    });
    expect(told.state()).toBe(before);
  });

  it("with two versions is a conflict where no digest says that they are one thing", () => {
    const told = joined();
    report(told, "ci", { version: "1" });
    expect(report(told, "ci", { version: "2" }).refusal).toBe("join_conflict");
    report(told, "registry", { ...registry, version: "4" });
    expect(report(told, "registry", { ...registry, version: "latest" }).refusal).toBeNull();
    expect(told.state().gatherings?.[`commit:${SHA}`]?.parts.registry?.version).toBe("4");
  });

  it("is refused and not kept where the release would be another one's version", () => {
    const told = joined({ parts: ["ci", "mlflow"] });
    report(told, "ci", { version: "7" });
    report(told, "mlflow");
    const commit = aCommitOf("b".repeat(40));
    report(told, "ci", { version: "7", commit });
    const last = report(told, "mlflow", { commit });
    expect(last.refusal).toBe("version_conflict");
    expect(last.events).toEqual([]);
  });
});

describe("what is kept of gatherings", () => {
  const commitOf = (id: number) => aCommitOf(id.toString(16).padStart(40, "0"));
  const idOf = (id: number) => `commit:${commitOf(id).sha}`;

  it("ends seven days after the last report, once the release was made", () => {
    const told = joined({ parts: ["ci", "mlflow"] });
    report(told, "ci");
    report(told, "mlflow");
    told.wait(7 * DAY + 1);
    const { events } = report(told, "ci", { commit: commitOf(2), version: "2" });
    expect(events.at(-1)).toEqual({
      type: "GatheringForgotten",
      gathering: `commit:${SHA}`,
      why: "its release was made long ago",
    });
  });

  it("is at most fifty: those whose release was made go first, and then one makes it with what has come", () => {
    const told = joined({ parts: ["ci", "mlflow"] });
    for (const id of [0, 1]) report(told, "ci", { commit: commitOf(id), version: `c${id}` });
    report(told, "mlflow", { commit: commitOf(1), version: "m1" });
    for (let id = 2; id < 50; id += 1) {
      told.wait(1);
      report(told, "ci", { commit: commitOf(id), version: `c${id}` });
    }
    told.wait(1);
    const why = "more is reported at once than is kept";
    expect(report(told, "ci", { commit: commitOf(50), version: "c50" }).events.at(-1)).toEqual({
      type: "GatheringForgotten",
      gathering: idOf(1),
      why,
    });
    told.wait(1);
    const { events } = report(told, "ci", { commit: commitOf(51), version: "c51" });
    expect(events.find(({ type }) => type === "ReleaseRegistered")).toMatchObject({
      release: "model-pymk@c0",
    });
    expect(events.at(-1)).toEqual({ type: "GatheringForgotten", gathering: idOf(0), why });
    expect(Object.keys(told.state().gatherings ?? {})).toHaveLength(50);
  });

  it("is bounded for all of them together", () => {
    const told = joined();
    const notes = "x".repeat(400_000);
    const kept = [1, 2, 3, 4].map((id) => {
      told.wait(1);
      report(told, "ci", { commit: commitOf(id), version: `c${id}`, notes });
      return Object.keys(told.state().gatherings ?? {}).length;
    });
    expect(kept).toEqual([1, 2, 3, 3]);
  });

  it("is nothing for a gathering that nobody knows", () => {
    const before = joined().state();
    const fact = { at: NOON, by: { kind: "system", name: "test" } } as const;
    const events = [
      { type: "GatheringClosed", gathering: "commit:none", version: "1" },
      { type: "PartReported", gathering: "commit:none", part: "ci", build: aBuild() },
    ] as const;
    for (const event of events) expect(evolve(before, { ...fact, event })).toEqual(before);
    const none = { type: "GatheringForgotten", gathering: "commit:none", why: "" } as const;
    const after: ComponentState = evolve(before, { ...fact, event: none });
    expect(after.gatherings).toEqual({});
  });
});

describe("what the parts come to", () => {
  const gathering = (parts: Gathering["parts"]): Gathering => ({
    by: "version",
    key: "7",
    since: NOON,
    until: NOON + MINUTE,
    heardOf: NOON,
    parts,
    madeVersion: null,
  });
  const built = (parts: Gathering["parts"], order = Object.keys(parts)) =>
    buildOfParts(gathering(parts), order, MINUTE);

  it("is what the first in the list knows, and metrics, checks and data sets of all", () => {
    const check = (name: string, status: "pass" | "fail") => ({
      name,
      status,
      expected: null,
      actual: null,
    });
    const dataset = (name: string, rows: number) => ({ name, version: "1", digest: null, rows });
    const build = built({
      a: bare({
        trigger: "code",
        metrics: { auc: 0.9 },
        slices: { BR: { auc: 0.7 } },
        checks: [check("nulls", "fail")],
        datasets: [dataset("edges", 1)],
      }),
      b: bare({
        trigger: "data",
        notes: "weekly",
        metrics: { auc: 0.1, recall: 0.5 },
        slices: { BR: { auc: 0.1 }, DE: { auc: 0.6 } },
        checks: [check("nulls", "pass"), check("range", "pass")],
        datasets: [dataset("edges", 2), dataset("users", 2)],
      }),
    });
    expect(build).toMatchObject({
      trigger: "code",
      notes: "weekly",
      metrics: { auc: 0.9, recall: 0.5 },
      slices: { BR: { auc: 0.7 }, DE: { auc: 0.6 } },
    });
    expect(build.checks).toEqual([check("range", "pass"), check("nulls", "fail")]);
    expect(build.datasets).toEqual([dataset("users", 2), dataset("edges", 1)]);
  });

  it("has the artifact of the first that names one, with the digest that another knows of the same", () => {
    const artifact = (uri: string, digest: string | null) => bare({ artifact: { uri, digest } });
    expect(
      built({ a: artifact("x", null), b: artifact("y", DIGEST_B), c: artifact("x", DIGEST_A) })
        .artifact,
    ).toEqual({ uri: "x", digest: DIGEST_A });
    expect(built({ a: artifact("x", null), b: artifact("y", DIGEST_B) }).artifact).toEqual({
      uri: "x",
      digest: null,
    });
  });

  it("prefers a commit to a tag, and adds what others know of the same commit", () => {
    const commit = (sha: string | null, overrides = {}) =>
      bare({ commit: aCommitOf(sha, overrides) });
    expect(
      built({
        a: commit(null, { tag: "v1" }),
        b: commit(SHA, { repository: "acme/other" }),
        c: commit(SHA, { repository: "acme/other", subject: "Retrain" }),
      }).commit,
    ).toEqual(aCommitOf(SHA, { repository: "acme/other", subject: "Retrain" }));
    expect(built({ a: commit(null, { tag: "v1" }) }).commit).toEqual(
      aCommitOf(null, { tag: "v1" }),
    );
    expect(built({ a: bare({ commit: null }) }).commit).toBeNull();
  });

  it("says so and blocks where two parts are of two commits of one repository", () => {
    const of = (letter: string, repository = "acme/pymk") =>
      bare({ commit: aCommitOf(letter.repeat(40), { repository }) });
    const none = bare({ commit: null });
    const tagged = bare({ commit: aCommitOf(null) });
    expect(
      built({ a: of("a"), b: of("b"), c: of("c", "acme/serving"), d: none, e: tagged }).gaps,
    ).toEqual([
      {
        what: "the commit of b",
        why: `a is of commit ${"a".repeat(40)}, and b of ${"b".repeat(40)}`,
        blocks: true,
      },
    ]);
  });

  it("keeps what its parts say is missing, and takes parts that nobody asked for last", () => {
    const gap = { what: "rows", why: "no access", blocks: false };
    const build = built({ z: bare({ version: "z", gaps: [gap] }), y: bare({ version: "y" }) }, [
      "z",
    ]);
    expect(build.version).toBe("z");
    expect(build.gaps).toEqual([gap]);
  });

  it("is nothing without a part", () => {
    expect(() => built({})).toThrow("a gathering begins with its first part");
  });

  it("does not depend on the order in which they came", () => {
    const parts = [
      ["registry", registry],
      ["ci", ci],
      ["mlflow", mlflow],
    ] as const;
    fc.assert(
      fc.property(fc.shuffledSubarray([...parts], { minLength: 3 }), (order) => {
        const told = joined();
        for (const [part, said] of order) report(told, part, said);
        const expected = joined();
        reportAll(expected);
        expect(only(told).build).toEqual(only(expected).build);
      }),
    );
  });
});

describe("a gap that another report of the same version leaves", () => {
  const gap = (what: string) => ({ what, why: "no access", blocks: true });
  const sent = (told: Story, source: string, gaps?: Build["gaps"]) =>
    told.build("7", { source, ...(gaps === undefined ? {} : { gaps }) });

  it("is closed by who found it, and by nobody else", () => {
    const told = story();
    const gaps = () => told.release("7").build.gaps;
    sent(told, "mlflow", [gap("metrics"), gap("params")]);
    sent(told, "ci", [gap("params"), gap("tests")]);
    const ofCi = [gap("params"), gap("tests")].map((one) => ({ ...one, source: "ci" }));
    expect(gaps()).toEqual([gap("metrics"), ...ofCi]);
    sent(told, "mlflow");
    expect(gaps()).toEqual(ofCi);
    expect(sent(told, "ci").types).toContain("DeployStarted");
    expect(gaps()).toEqual([]);
  });
});
