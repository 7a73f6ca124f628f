import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Build } from "../../src/core/build.ts";
import { buildOfRun } from "../../src/core/build-of-run.ts";
import { evolve } from "../../src/core/evolve.ts";
import { LARGEST_RUN, mergeFragment, sizeOf } from "../../src/core/merge-fragment.ts";
import type { Fragment, RunRecord } from "../../src/core/run-record.ts";
import { aCommitOf, aDatasetOf, aFragment } from "../support/fragments.ts";
import { MINUTE } from "../support/policies.ts";
import { LEA, NOON, type Story, story } from "../support/story.ts";

const DAY = 24 * 60 * MINUTE;
const DIGEST_A = `sha256:${"a".repeat(64)}`;
const DIGEST_B = `sha256:${"b".repeat(64)}`;
const SHA = "c".repeat(40);

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function report(told: Story, overrides: Partial<Fragment> = {}) {
  return told.tell({
    type: "RegisterFragment",
    component: "model-pymk",
    fragment: aFragment(overrides),
  });
}

/** What a run comes to after these events of it. */
function outcomeOf(...fragments: readonly Partial<Fragment>[]): Build {
  const record = fragments.reduce<RunRecord | undefined>(
    (known, fragment) => mergeFragment(known, aFragment(fragment), NOON),
    undefined,
  );
  const build = record === undefined ? null : buildOfRun(record, sha256);
  if (build === null) throw new Error("the run has not ended");
  return build;
}

const END = { outcome: "success", finishedAt: 9 } as const;

describe("a run that is reported in parts", () => {
  it("makes no release before it has ended", () => {
    const told = story();
    const { types, decision } = report(told, { metrics: { auc: 0.9 } });
    expect(types).toEqual(["RunReported"]);
    expect(decision.release).toBeNull();
    expect(told.state().releases).toEqual({});
  });

  it("makes its release with the event that says how it ended, of all that was said before", () => {
    const told = story();
    report(told, {
      startedAt: 1,
      datasets: [aDatasetOf("edges", { version: "7" })],
      checks: [{ name: "nulls", status: "pass", expected: null, actual: null }],
    });
    report(told, { startedAt: 2, metrics: { auc: 0.9 }, slices: { BR: { auc: 0.8 } } });
    const { types, decision } = report(told, {
      version: "7",
      outcome: "success",
      finishedAt: 9,
      run: { id: "train-7", attempt: 1, url: "https://runs.example/7" },
      tests: { passed: 1, failed: 0, skipped: 0 },
      trigger: "schedule",
      notes: "weekly",
    });
    expect(types.slice(0, 3)).toEqual(["RunReported", "RunEnded", "ReleaseRegistered"]);
    expect(types).toContain("DeployStarted");
    expect(decision.release).toBe("model-pymk@7");
    expect(told.release("7").build).toEqual({
      version: "7",
      outcome: "success",
      source: "lineage",
      run: { id: "train-7", attempt: 1, url: "https://runs.example/7" },
      trigger: "schedule",
      startedBy: null,
      startedAt: 1,
      finishedAt: 9,
      artifact: null,
      commit: null,
      metrics: { auc: 0.9 },
      slices: { BR: { auc: 0.8 } },
      tests: { passed: 1, failed: 0, skipped: 0 },
      checks: [{ name: "nulls", status: "pass", expected: null, actual: null }],
      datasets: [{ name: "edges", version: "7", digest: null, rows: null }],
      notes: "weekly",
    });
  });

  it("that failed is a failed release", () => {
    const told = story();
    report(told, { version: "7", outcome: "failure" });
    expect(told.release("7").status).toEqual({ kind: "failed", outcome: "failure" });
  });

  it("of a component that is not configured is refused", () => {
    const told = story({ component: "svc-none" });
    const fragment = aFragment();
    const { decision } = told.tell({ type: "RegisterFragment", component: "svc-none", fragment });
    expect(decision.refusal?.code).toBe("unknown_component");
  });

  it("is one run of its source: another source may have one of the same id", () => {
    const told = story();
    report(told, { metrics: { auc: 0.9 } });
    report(told, { source: "other", outcome: "success", version: "7" });
    expect(told.release("7").build.metrics).toEqual({});
  });
});

describe("an event that comes twice", () => {
  it("changes nothing, before the end and after it", () => {
    const told = story();
    const middle = { metrics: { auc: 0.9 }, finishedAt: 5 };
    report(told, middle);
    expect(report(told, middle).events).toEqual([]);
    const end = { version: "7", outcome: "success" as const };
    report(told, end);
    told.wait(MINUTE);
    for (const again of [middle, end]) {
      const { events, decision } = report(told, again);
      expect(events).toEqual([]);
      expect(decision.release).toBe("model-pymk@7");
    }
  });
});

describe("an event that is told again at another time", () => {
  const END = {
    version: "7",
    outcome: "success",
    metrics: { auc: 0.81, at: 0.8 },
    finishedAt: 9,
  } as const;

  it("is known, and revises nothing: approvals stay", () => {
    const told = story();
    report(told, END);
    told.deployer("staging", { kind: "succeeded", detail: null });
    told.approve(LEA, "7");
    const before = told.release("7");
    const { types, decision } = report(told, { ...END, finishedAt: 12 });
    expect({ types, isKnown: decision.isKnown }).toEqual({ types: ["RunReported"], isKnown: true });
    expect(decision.release).toBe("model-pymk@7");
    expect(told.release("7")).toEqual(before);
  });

  it("is known before the end of the run too", () => {
    const told = story();
    const part = { metrics: { auc: 0.9 }, finishedAt: 5 };
    report(told, part);
    const { decision } = report(told, { ...part, finishedAt: 6 });
    expect([decision.isKnown, decision.release]).toEqual([true, null]);
  });

  it("outweighs what was said between, whichever comes first", () => {
    const told = story();
    report(told, END);
    report(told, { ...END, finishedAt: 12 });
    report(told, { metrics: { at: 0.7 }, finishedAt: 10 });
    expect(told.release("7").build.metrics).toEqual({ auc: 0.81, at: 0.8 });
    const { decision } = report(told, { metrics: { at: 0.7 }, finishedAt: 13 });
    expect(decision.isKnown).toBeUndefined();
    expect(told.release("7").build.metrics).toEqual({ auc: 0.81, at: 0.7 });
  });

  it("leaves the release to be revised by what is new", () => {
    const told = story();
    report(told, END);
    report(told, { ...END, finishedAt: 12 });
    report(told, { datasets: [aDatasetOf("edges", { version: "8" })], finishedAt: 13 });
    expect(told.release("7")).toMatchObject({
      revision: 2,
      build: { datasets: [{ name: "edges", version: "8" }] },
    });
  });
});

describe("an event that comes after the end", () => {
  it("revises the evidence of the release, and voids the approvals that were given on the old", () => {
    const told = story();
    report(told, { version: "7", outcome: "success", metrics: { auc: 0.81 }, finishedAt: 5 });
    told.deployer("staging", { kind: "succeeded", detail: null });
    told.approve(LEA, "7");
    const { types } = report(told, { metrics: { auc: 0.85 }, finishedAt: 6 });
    expect(types.slice(0, 2)).toEqual(["RunReported", "EvidenceRevised"]);
    expect(types).toContain("ApprovalsVoided");
    expect(told.release("7")).toMatchObject({ revision: 2, build: { metrics: { auc: 0.85 } } });
  });

  it("does not make a release of a run that has not ended", () => {
    const told = story();
    report(told, { metrics: { auc: 0.81 } });
    expect(report(told, { notes: "half" }).types).toEqual(["RunReported"]);
  });

  it("keeps the release's version, whatever it names", () => {
    const told = story();
    report(told, { outcome: "success" });
    report(told, { version: "8", notes: "late" });
    expect(Object.keys(told.state().releases)).toEqual(["model-pymk@train-7"]);
    expect(told.release("train-7").build.notes).toBe("late");
  });

  it("keeps the commit that a tag was found to be", () => {
    const told = story();
    const commit = aCommitOf(null, { tag: "v7" });
    report(told, { version: "7", outcome: "success", commit });
    const notes = {
      since: null,
      commits: [],
      totalCommits: 0,
      behindBy: 0,
      url: null,
      problem: null,
    };
    told.tell({
      type: "WriteNotes",
      component: "model-pymk",
      release: told.id("7"),
      notes,
      resolvedSha: SHA,
    });
    report(told, { notes: "late" });
    expect(told.release("7").build).toMatchObject({
      notes: "late",
      commit: { sha: SHA, tag: "v7" },
    });
    report(told, { commit: aCommitOf(null, { tag: "v8" }), finishedAt: 99 });
    expect(told.release("7").build.commit).toMatchObject({ sha: SHA, tag: "v7" });
  });

  it("joins what another report said of the same version", () => {
    const told = story();
    report(told, { version: "7", outcome: "success", metrics: { auc: 0.9 } });
    told.build("7", { artifact: { uri: "a", digest: null }, metrics: { recall: 0.5 } });
    report(told, { metrics: { f1: 0.6 } });
    expect(told.release("7").build).toMatchObject({
      artifact: { uri: "a" },
      metrics: { auc: 0.9, recall: 0.5, f1: 0.6 },
    });
  });

  it("is refused and not kept where it names another artifact: a version is immutable", () => {
    const told = story();
    const artifact = (digest: string) => ({ artifact: { uri: "registry.example/pymk", digest } });
    report(told, { version: "7", outcome: "success", ...artifact(DIGEST_A) });
    const late = report(told, { ...artifact(DIGEST_B), finishedAt: 9 });
    expect(late.refusal).toBe("version_conflict");
    expect(late.events).toEqual([]);
    expect(report(told, { ...artifact(DIGEST_B), finishedAt: 9 }).refusal).toBe("version_conflict");
  });
});

describe("what a run comes to", () => {
  it("takes the later of two values, and not the one that arrived later", () => {
    const early = { metrics: { auc: 0.7 }, finishedAt: 1 };
    const late = { metrics: { auc: 0.8 }, finishedAt: 2 };
    expect(outcomeOf(early, late, END).metrics).toEqual({ auc: 0.8 });
    expect(outcomeOf(late, early, END).metrics).toEqual({ auc: 0.8 });
  });

  it("takes the worse word for a check that has two at one time", () => {
    const check = (status: "pass" | "fail") => ({
      checks: [{ name: "nulls", status, expected: null, actual: null }],
    });
    for (const order of [
      [check("pass"), check("fail")],
      [check("fail"), check("pass")],
    ]) {
      expect(outcomeOf(...order, END).checks).toMatchObject([{ name: "nulls", status: "fail" }]);
    }
  });

  it("fills in what the last word on a data set or a commit left open, from what is about the same", () => {
    const build = outcomeOf(
      {
        datasets: [aDatasetOf("edges", { rows: 10, schema: "s1" }), aDatasetOf("users")],
        commit: aCommitOf(SHA, { author: "dana@acme.test" }),
        finishedAt: 1,
      },
      {
        datasets: [aDatasetOf("edges", { version: "0", rows: 3 })],
        commit: aCommitOf(null, { subject: "Retrain" }),
        finishedAt: 0,
      },
      { datasets: [aDatasetOf("edges", { digest: "d" })], commit: aCommitOf(SHA), finishedAt: 2 },
      END,
    );
    expect(build.datasets).toEqual([
      { name: "edges", version: "1", digest: "d", rows: 10, schema: "s1" },
      { name: "users", version: "1", digest: null, rows: null },
    ]);
    expect(build.commit).toEqual(aCommitOf(SHA, { author: "dana@acme.test", subject: "Retrain" }));
  });

  it("prefers an artifact with a digest to a later one without", () => {
    const build = outcomeOf(
      { artifact: { uri: "a", digest: DIGEST_A }, finishedAt: 1 },
      { artifact: { uri: "a", digest: null }, finishedAt: 2 },
      END,
    );
    expect(build.artifact).toEqual({ uri: "a", digest: DIGEST_A });
    expect(build).not.toHaveProperty("gaps");
  });

  it("says which of two artifacts is meant by nothing, so it blocks; of two commits it only tells", () => {
    const build = outcomeOf(
      { artifact: { uri: "a", digest: DIGEST_A }, commit: aCommitOf(SHA), finishedAt: 1 },
      {
        artifact: { uri: "b", digest: DIGEST_B },
        commit: aCommitOf("d".repeat(40)),
        finishedAt: 2,
      },
      { gaps: [{ what: "rows", why: "no access", blocks: false }] },
      END,
    );
    expect(build.gaps).toEqual([
      { what: "rows", why: "no access", blocks: false },
      {
        what: "one artifact",
        why: `the events of run train-7 name ${DIGEST_A} and ${DIGEST_B}; report only the one that is released`,
        blocks: true,
      },
      {
        what: "one commit",
        why: `the events of run train-7 name ${SHA} and ${"d".repeat(40)}`,
        blocks: false,
      },
    ]);
  });

  it("forgets an attempt when a later one begins, and does not listen to the earlier one any more", () => {
    const attempt = (number: number) => ({ run: { id: "train-7", attempt: number, url: null } });
    const build = outcomeOf(
      { ...attempt(1), metrics: { auc: 0.7 }, outcome: "failure" },
      { ...attempt(2), metrics: { recall: 0.5 } },
      { ...attempt(1), metrics: { auc: 0.6 } },
      { ...attempt(2), ...END },
    );
    expect(build).toMatchObject({ outcome: "success", metrics: { recall: 0.5 } });
    expect(build.metrics).not.toHaveProperty("auc");
  });

  it.each([
    ["a plain id", "train-7", "train-7"],
    ["an id with spaces", "train 7", `train-7-${sha256("train 7").slice(0, 12)}`],
    ["an empty id", "", `-${sha256("").slice(0, 12)}`],
    [
      "an id that is too long, cut at a whole character",
      `${"x".repeat(114)}😀${"y".repeat(40)}`,
      `${"x".repeat(114)}${"y"}-${sha256(`${"x".repeat(114)}😀${"y".repeat(40)}`).slice(0, 12)}`,
    ],
  ])("is named after the run where no event names a version: %s", (_what, id, version) => {
    const run = { id, attempt: 1, url: null };
    expect(outcomeOf({ ...END, run }).version).toBe(version);
  });

  it("keeps names that are members of every object apart from them", () => {
    const build = outcomeOf({
      ...END,
      metrics: { constructor: 1 },
      slices: JSON.parse('{"__proto__": {"auc": 0.5}}'),
    });
    expect(Object.entries(build.metrics)).toEqual([["constructor", 1]]);
    expect(Object.keys(build.slices)).toEqual(["__proto__"]);
  });
});

describe("what is kept of runs", () => {
  const large = { notes: "x".repeat(LARGEST_RUN) };

  it("is bounded for one run: what is too much is left out, and the release says so and waits", () => {
    const told = story();
    report(told, { ...large, gaps: [{ what: "a", why: "b", blocks: false }] });
    report(told, { version: "7", outcome: "success", metrics: { auc: 0.9 } });
    expect(told.release("7").build.gaps).toEqual([
      {
        what: "the whole evidence",
        why: "run train-7 reported more than is kept of one run; report fewer metrics, checks or data sets",
        blocks: true,
      },
    ]);
    expect(sizeOf(told.state().runs?.["lineage/train-7"] as RunRecord)).toBeLessThan(2_000);
  });

  it("ends after seven days without a word, with an event that says so", () => {
    const told = story();
    report(told);
    told.wait(7 * DAY + 1);
    const { events } = report(told, { run: { id: "train-8", attempt: 1, url: null } });
    expect(events.slice(1)).toEqual([
      {
        type: "RunForgotten",
        run: "lineage/train-7",
        why: "nothing was heard of it since 2026-11-22 12:00 UTC",
      },
    ]);
    expect(Object.keys(told.state().runs ?? {})).toEqual(["lineage/train-8"]);
  });

  it("is at most fifty runs: those that have ended go first, and then the one unheard of for longest", () => {
    const told = story();
    const run = (id: number) => ({ run: { id: String(id), attempt: 1, url: null } });
    report(told, run(0));
    report(told, { ...run(1), outcome: "failure" });
    for (let id = 2; id < 50; id += 1) {
      told.wait(1);
      report(told, run(id));
    }
    told.wait(1);
    expect(report(told, run(50)).events.slice(1)).toEqual([
      {
        type: "RunForgotten",
        run: "lineage/1",
        why: "more than 50 runs are open or have just ended",
      },
    ]);
    told.wait(1);
    expect(report(told, run(51)).events.slice(1)).toMatchObject([{ run: "lineage/0" }]);
    expect(Object.keys(told.state().runs ?? {})).toHaveLength(50);
  });

  it("is bounded for all of them together", () => {
    const told = story();
    const notes = "x".repeat(LARGEST_RUN - 2_000);
    const forgotten = Array.from({ length: 9 }, (_, id) => {
      told.wait(1);
      return report(told, { notes, run: { id: String(id), attempt: 1, url: null } }).events.slice(
        1,
      );
    });
    expect(forgotten.flat()).toEqual([
      {
        type: "RunForgotten",
        run: "lineage/0",
        why: "the runs of this component reported more than is kept",
      },
    ]);
  });

  it("is nothing for a run that nobody knows", () => {
    const told = story();
    const fact = { at: NOON, by: { kind: "system", name: "test" } } as const;
    const before = told.state();
    const event = { type: "RunEnded", run: "lineage/none", version: "1" } as const;
    expect(evolve(before, { ...fact, event })).toEqual(before);
  });
});

describe("the order in which the events of a run come", () => {
  const instant = fc.constantFrom(null, 0, 1, 2);
  const text = fc.constantFrom(null, "a", "b");
  const fragment: fc.Arbitrary<Partial<Fragment>> = fc.record({
    startedAt: instant,
    finishedAt: instant,
    trigger: fc.constantFrom(null, "data" as const, "schedule" as const),
    startedBy: text,
    notes: text,
    run: fc.record({
      id: fc.constant("train-7"),
      attempt: fc.constant(1),
      url: fc.constantFrom(null, "https://a.example", "https://b.example"),
    }),
    metrics: fc.dictionary(fc.constantFrom("auc", "recall"), fc.constantFrom(0.8, 0.9)),
    slices: fc.dictionary(
      fc.constantFrom("BR", "DE"),
      fc.dictionary(fc.constantFrom("auc", "recall"), fc.constantFrom(0.8, 0.9)),
    ),
    tests: fc.constantFrom(null, { passed: 1, failed: 0, skipped: 0 }),
    checks: fc.array(
      fc.record({
        name: fc.constantFrom("nulls", "range"),
        status: fc.constantFrom("pass" as const, "fail" as const),
        expected: fc.constant(null),
        actual: text,
      }),
      { maxLength: 2 },
    ),
    datasets: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom("edges", "users"),
        version: fc.constantFrom("1", "2"),
        digest: text,
        rows: fc.constantFrom(null, 5, 6),
        schema: text,
      }),
      { maxLength: 2, selector: ({ name }) => name },
    ),
    artifact: fc.constantFrom(null, { uri: "a", digest: null }, { uri: "a", digest: DIGEST_A }),
    commit: fc.constantFrom(null, aCommitOf(SHA), aCommitOf(SHA, { author: "dana" })),
  });
  const ended = fc.constantFrom<Partial<Fragment>>(
    { outcome: "success", version: "7", finishedAt: 3 },
    { outcome: "failure", version: "7", finishedAt: 4 },
    { outcome: "success", finishedAt: 3 },
  );

  /** A release keeps the times that it was made with: naming others later is no news of it. */
  const withoutTimes = (build: Build | undefined) =>
    build && {
      ...build,
      startedAt: build.startedAt === null,
      finishedAt: build.finishedAt === null,
    };

  it("does not matter: the release is the same but for its times, and so is what is known of the run", () => {
    const orders = fc
      .tuple(fc.array(fragment, { maxLength: 5 }), ended)
      .map(([fragments, last]) => [...fragments, last])
      .chain((fragments) =>
        fc.tuple(
          fc.constant(fragments),
          fc.shuffledSubarray(fragments, { minLength: fragments.length }),
        ),
      );
    fc.assert(
      fc.property(orders, ([one, other]) => {
        const [a, b] = [one, other].map((fragments) => {
          const told = story();
          for (const each of fragments) {
            told.wait(MINUTE);
            report(told, each);
          }
          const [release] = Object.values(told.state().releases);
          const run = told.state().runs?.["lineage/train-7"];
          return {
            build: withoutTimes(release?.build),
            status: release?.status,
            run: { ...run, since: 0, heardOf: 0 },
          };
        });
        expect(a).toEqual(b);
      }),
      { numRuns: 300 },
    );
  });
});
