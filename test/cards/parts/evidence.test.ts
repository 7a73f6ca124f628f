import { describe, expect, it } from "vitest";
import { drawReleaseCard } from "../../../src/cards/release-card.ts";
import type { Release } from "../../../src/core/release.ts";
import {
  ANA,
  aBuild,
  aCommit,
  aComponentPolicy,
  aComponentState,
  aDataset,
  aGateJudgement,
  aGateResult,
  aNotes,
  anApproval,
  anEnvironmentPolicy,
  anEnvironmentState,
  aPromotion,
  inState,
  NOW,
  RAJ,
} from "../../support/builders.ts";
import { at, textOf } from "../expected.ts";
import { aView, CHAMPION, EVIDENCE } from "../views.ts";

function shown(drawn: Partial<Release>, overrides: Parameters<typeof aView>[0] = {}): string {
  return textOf(drawReleaseCard(aView({ drawn, ...overrides })).blocks);
}

describe("the gates on a card", () => {
  it.each([
    { name: "not judged", gates: {}, text: "*Gates for production* · not judged yet" },
    {
      name: "not configured",
      gates: { production: aGateJudgement({ results: [] }) },
      text: "*Gates for production* · none are configured",
    },
    {
      name: "compared with the release itself",
      gates: { production: aGateJudgement({ live: "model-pymk@2026.11.22-3" }) },
      text: "*Gates for production* · 1 passes · this release is live there",
    },
    {
      name: "compared with a release of unknown name",
      gates: { production: aGateJudgement({ live: "legacy" }) },
      text: "*Gates for production* · 1 passes · compared with legacy, live there",
    },
  ])("are $name", ({ gates, text }) => {
    expect(shown({ gates })).toContain(text);
  });

  it("are those that close the next environment, once nothing else goes on", () => {
    const staging = aPromotion({ environment: "staging", state: { kind: "live", since: NOW } });
    const blocked = aGateJudgement({ results: [aGateResult({ verdict: "fail", blocks: true })] });
    const gates = { staging: { ...EVIDENCE, environment: "staging" }, production: blocked };
    expect(shown({ gates }, { promotions: [staging] })).toContain(
      "*Gates for production* · 1 fails",
    );
  });

  it("are those of the environment into which it may be promoted", () => {
    const staging = aPromotion({ environment: "staging", state: { kind: "live", since: NOW } });
    const offers = [{ kind: "promote", environment: "production" } as const];
    expect(shown({}, { promotions: [staging], offers })).toContain(
      "*Gates for production* · 1 warns, 2 pass",
    );
  });

  it("are none where the news is from no environment", () => {
    expect(shown({}, { promotions: [], policy: null })).not.toContain("Gates");
  });
});

describe("the commits on a card", () => {
  it.each([
    {
      name: "none",
      notes: { totalCommits: 0, commits: [] },
      text: "*Code* · no commits since 2026.11.15-1",
    },
    {
      name: "of the first release",
      notes: { since: null },
      text: "*Code* · 1 commit of the first release",
    },
    {
      name: "not to be had",
      notes: { totalCommits: 0, commits: [], problem: "GitHub answered 502" },
      text: "*Code* · commits unknown since 2026.11.15-1\n❓ Incomplete: GitHub answered 502",
    },
    { name: "more, without a page", notes: { totalCommits: 3, url: null }, text: "• and 2 more" },
    {
      name: "behind",
      notes: { behindBy: 1 },
      text: "⚠️ Behind: it lacks 1 live commit. Promoting it takes them away.",
    },
  ])("are $name", ({ notes, text }) => {
    expect(shown({ notes: aNotes(notes) })).toContain(text);
  });

  it("are not shown before they were fetched", () => {
    expect(shown({ notes: null })).not.toContain("*Code*");
  });
});

describe("the data on a card", () => {
  const edges = aDataset({ name: "edges", version: "2", rows: 10 });

  it("is what changed, before what did not", () => {
    const champion = {
      ...CHAMPION,
      build: aBuild({
        datasets: [
          aDataset({ name: "users", version: "1", rows: null }),
          aDataset({ name: "edges", version: "1", rows: 12 }),
          aDataset({ name: "old", version: "1" }),
          aDataset({ name: "clicks", version: "1", rows: null }),
        ],
      }),
    };
    const build = aBuild({
      datasets: [
        aDataset({ name: "users", version: "1", rows: null }),
        aDataset({ name: "new", version: "1", rows: 1 }),
        edges,
        aDataset({ name: "clicks", version: "2", rows: null }),
      ],
    });
    const state = aComponentState({
      releases: [champion],
      environments: [anEnvironmentState("production", { live: champion.id })],
    });
    expect(shown({ build }, { state })).toContain(
      [
        "*Data* · 4 of 5 changed since 2026.11.15-1",
        "• *edges* 2 · 10 rows · was 1 (−2 rows)",
        "• *clicks* 2 · was 1",
        "• *new* 1 · 1 row · new",
        "• *old* 1 · no longer used",
        "• *users* 1 · unchanged",
      ].join("\n"),
    );
  });

  it("is the same version with other contents, and of another schema", () => {
    const live = aDataset({ version: "1", rows: 12, schema: "a" });
    const champion = {
      ...CHAMPION,
      build: aBuild({ datasets: [live, { ...live, name: "unversioned", version: "" }] }),
    };
    const state = aComponentState({
      releases: [champion],
      environments: [anEnvironmentState("production", { live: champion.id })],
    });
    const build = aBuild({
      datasets: [
        { ...live, rows: 10, schema: "b" },
        { ...live, name: "unversioned", version: " ", rows: 13 },
      ],
    });
    expect(shown({ build }, { state })).toContain(
      [
        "*Data* · 2 of 2 changed since 2026.11.15-1",
        "• *hive.pymk_edges* 1 · 10 rows · same version, other contents (−2 rows) · ⚠️ schema changed",
        "• *unversioned* without version · 13 rows · same version, other contents (+1 row)",
      ].join("\n"),
    );
  });

  it("is said to be unchanged", () => {
    const build = CHAMPION.build;
    expect(shown({ build })).toContain("*Data* · unchanged since 2026.11.15-1");
  });

  it.each([
    { name: "nothing is live", view: { state: aComponentState({ releases: [] }) } },
    {
      name: "what is live is not at hand",
      view: {
        state: aComponentState({
          releases: [],
          environments: [anEnvironmentState("production", { live: "model-pymk@0" })],
        }),
      },
    },
    {
      name: "it is live itself",
      view: {
        state: aComponentState({
          environments: [anEnvironmentState("production", { live: "model-pymk@2026.11.22-3" })],
        }),
      },
    },
    { name: "no environment is configured", view: { policy: null } },
  ])("is only listed where $name", ({ view }) => {
    const build = aBuild({ datasets: [edges] });
    expect(shown({ build, gates: {} }, view)).toContain(
      "*Data* · 1 data set\n• *edges* 2 · 10 rows\n",
    );
  });

  it("is counted beyond what is shown", () => {
    const datasets = Array.from({ length: 7 }, (_, index) => aDataset({ name: `set ${index}` }));
    expect(shown({ build: aBuild({ datasets }) })).toContain("• and 3 more, see Details");
  });
});

describe("where a release comes from", () => {
  it("is said as far as it was reported", () => {
    const build = aBuild({
      commit: null,
      artifact: null,
      run: null,
      trigger: null,
      finishedAt: null,
    });
    expect(shown({ build })).toContain(
      "*Commit* not reported\n*Artifact* not reported\n*Run* not reported · reported by ci",
    );
  });

  it.each([
    {
      name: "a tag that was not resolved",
      build: { commit: aCommit({ sha: null, tag: "v1.2", author: null, subject: null }) },
      text: "*Commit* not resolved yet · v1.2 · acme/pymk",
    },
    {
      name: "an author alone, without commit or tag",
      build: { commit: aCommit({ sha: null, tag: null, branch: null, subject: null }) },
      text: "*Commit* not reported · dana@acme.test · acme/pymk",
    },
    {
      name: "an artifact that can move",
      build: { artifact: { uri: "registry.example/pymk:latest", digest: null } },
      text: "*Artifact* registry.example/pymk:latest · no digest: its tag can move",
    },
    {
      name: "a run that was tried again",
      build: { run: { id: "7", attempt: 2, url: null }, trigger: "manual" as const },
      text: "*Run* 7, attempt 2 · reported by ci · started by a person",
    },
    {
      name: "a run that somebody started",
      build: { startedBy: "raj@acme.test", finishedAt: null },
      text: "train_pymk/2026-11-22> · reported by ci · started by raj@acme.test",
    },
    {
      name: "a commit without a branch",
      build: { commit: aCommit({ branch: null, subject: "Fix :bug:" }) },
      text: "*Commit* `4f2a9c1` Fix :\u200bbug: · dana@acme.test · acme/pymk",
    },
  ])("also for $name", ({ build, text }) => {
    expect(shown({ build: aBuild(build) })).toContain(text);
  });
});

describe("a lineage that is incomplete", () => {
  it("says what is missing and why, first what the release waits for", () => {
    const gaps = [
      { what: "Prefect parameters", why: "the API answers 404", blocks: false },
      { what: "MLflow run 4f1c", why: "the server does not answer", blocks: true },
    ];
    const build = aBuild({ datasets: [], artifact: null, gaps, commit: null });
    expect(shown({ build })).toContain(
      [
        "⚠️ *Lineage incomplete* · 5 gaps",
        "• *MLflow run 4f1c*: the server does not answer. The release waits for it.",
        "• *commit*: none is reported",
        "• *artifact*: none is reported",
        "• *data sets*: none is reported, so nobody can say what the model was trained on",
        "and 1 more, see Details",
      ].join("\n"),
    );
  });

  it("is not said of a build that failed, nor of one that is complete", () => {
    const status = { kind: "failed", outcome: "failure" } as const;
    expect(shown({ status, build: aBuild({ commit: null }) })).not.toContain("incomplete");
    expect(shown({})).not.toContain("incomplete");
  });

  it("lacks no data where nobody says that it is a model", () => {
    expect(shown({ build: aBuild({ datasets: [] }) }, { policy: null })).not.toContain(
      "incomplete",
    );
  });
});

describe("the environments on a card", () => {
  it("show what is held, and what another release runs", () => {
    const card = shown(
      {},
      {
        state: aComponentState({
          releases: [CHAMPION],
          environments: [anEnvironmentState("production", { live: CHAMPION.id })],
          holds: [{ environment: "production", reason: "x", by: ANA, at: NOW, automatic: false }],
        }),
      },
    );
    expect(card).toContain(
      "*staging* runs nothing of ours yet\n*production* runs 2026.11.15-1 · this release waits for approval · held",
    );
  });

  it("are those that the state knows where the component is no longer configured", () => {
    expect(shown({}, { policy: null })).toContain("*staging* runs this release\n*production* runs");
  });

  it("are counted beyond what is shown", () => {
    const environments = Array.from({ length: 8 }, (_, index) =>
      anEnvironmentPolicy(`env ${index}`),
    );
    expect(shown({}, { policy: aComponentPolicy({ environments }) })).toContain(
      "*env 5* runs nothing of ours yet\nand 2 more, see Details",
    );
  });
});

describe("the decisions on a card", () => {
  const by = RAJ;

  it("name everybody who decided, the latest promotion first", () => {
    const staging = aPromotion({
      environment: "staging",
      requestedBy: ANA,
      requestedAt: NOW,
      state: { kind: "cancelled", by, at: NOW, reason: "no" },
    });
    const production = inState(
      { kind: "live", since: NOW },
      { approvals: [anApproval()], overridden: { by, at: NOW, reason: "fine" } },
    );
    expect(shown({}, { promotions: [staging, production] })).toContain(
      [
        `*production* approved by <@U024BE7LH> ${at("13:50")}; kept by override by <@U0RAJ4X2P> ${at("14:00")}: fine`,
        `*staging* asked for by <@U024BE7LH> ${at("14:00")}; stopped by <@U0RAJ4X2P> ${at("14:00")}: no`,
      ].join("\n"),
    );
  });

  it("are counted beyond what is shown", () => {
    const promotions = Array.from({ length: 6 }, (_, attempt) =>
      inState({ kind: "expired", at: NOW }, { attempt, requestedBy: ANA }),
    );
    expect(shown({}, { promotions })).toContain("and 2 earlier, see Details");
  });

  it("leave out approvers beyond four", () => {
    const approvals = Array.from({ length: 6 }, (_, index) =>
      anApproval({ by: { kind: "person", id: `U0APPROVER${index}`, name: "x" } }),
    );
    const live = inState({ kind: "live", since: NOW }, { approvals });
    expect(shown({}, { promotions: [live] })).toContain(`<@U0APPROVER3> ${at("13:50")} and 2 more`);
  });
});
