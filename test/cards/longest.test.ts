import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawAlert } from "../../src/cards/alert-card.ts";
import { MOST_PAGES } from "../../src/cards/blocks/pages.ts";
import { drawDetails, drawPendingDetails } from "../../src/cards/details-modal.ts";
import { drawDigest } from "../../src/cards/digest.ts";
import { drawHistory } from "../../src/cards/history.ts";
import { drawOverview } from "../../src/cards/overview.ts";
import { drawReasonModal } from "../../src/cards/reason-modal.ts";
import { drawRefusal } from "../../src/cards/refusal-message.ts";
import { drawReleaseCard } from "../../src/cards/release-card.ts";
import { drawStats } from "../../src/cards/stats.ts";
import { drawThread } from "../../src/cards/thread-lines.ts";
import type { ReleaseView } from "../../src/cards/view.ts";
import { NO_RELATIONS } from "../../src/core/need.ts";
import type { Offer } from "../../src/core/offer.ts";
import type { PromotionState } from "../../src/core/promotion.ts";
import { checkMessage, checkModal } from "../../src/demo/block-kit.ts";
import {
  aBuild,
  aCommit,
  aComponentPolicy,
  aComponentState,
  aDataset,
  aFact,
  aFreeze,
  aGateJudgement,
  aGateNumber,
  aGateResult,
  aHold,
  aNotes,
  anApproval,
  anApprovalRule,
  anAssessment,
  anEnvironmentPolicy,
  anEnvironmentState,
  anIncident,
  anOperation,
  aPromotion,
  aRelease,
  aRollback,
  HOUR,
  NOW,
} from "../support/builders.ts";
import { hostileText } from "../support/hostile-text.ts";

/**
 * The worst that intake could let through, and worse: names of 500 characters in every alphabet that
 * grows when it is escaped, thousands of everything. Whatever is drawn of it, Slack takes.
 */

const THOUSAND = 1000;

function many<T>(count: number, item: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

const ALPHABETS: Readonly<Record<string, string>> = {
  letters: "W",
  entities: "&<>",
  emoji: "👩‍👩‍👧‍👦",
  "right-to-left letters": "שלום ",
  "formatting characters": "*_`~",
  "quotation marks": '"',
  "control characters": "\u0001",
  "combining marks": "a\u0301",
};

function longView(text: string, promotionState: PromotionState | null): ReleaseView {
  const name = (index: number) => `${index}${text}`;
  const environments = many(100, (index) => `${index} ${text}`);
  const [first = ""] = environments;
  const version = name(0);
  const id = `${text}@${version}`;
  const reason = text.repeat(20);
  const by = { kind: "person", id: text, name: text } as const;
  const assessments = many(100, (index) =>
    anAssessment({
      check: name(index),
      sentence: reason,
      query: reason,
      condition: reason,
      samples: many(10, (sample) => ({ at: NOW + sample, value: Math.PI * 10 ** (sample * 9) })),
    }),
  );
  const incident = anIncident({ sentence: reason, checks: assessments });
  const revoked = { kind: "revoked", at: NOW, why: reason } as const;
  const falseAlarm = { by, at: NOW, reason, check: text };
  const later = {
    incident: promotionState?.kind === "live" ? ({ phase: "guard", falseAlarm } as const) : {},
    guard: { since: NOW, deployedAt: NOW, checks: assessments, unsureSince: NOW },
    confirmation: { from: NOW, until: NOW, checks: assessments, outcome: revoked },
  };
  const numbers = many(THOUSAND, (index) =>
    aGateNumber({ subject: name(index), actual: 1 / (index + 3), limit: 0.1, live: 1e-300 }),
  );
  const results = many(THOUSAND, (index) =>
    aGateResult({
      name: name(index),
      verdict: (["pass", "warn", "fail", "missing"] as const)[index % 4] ?? "pass",
      blocks: index % 4 > 1,
      sentence: reason,
      numbers: index % 3 === 0 ? [] : numbers.slice(0, index < 10 ? THOUSAND : 6),
    }),
  );
  const approvals = many(50, (index) => anApproval({ by: { ...by, id: `U0APPROVER${index}` } }));
  const decided = { by, at: NOW, reason };
  const promotions =
    promotionState === null
      ? []
      : environments.slice(0, 20).map((environment) =>
          aPromotion({
            id: `${id}/${environment}/1`,
            release: id,
            environment,
            requestedBy: by,
            approvals,
            state: promotionState,
            incident: { ...incident, ...later.incident },
            guard: later.guard,
            confirmation: later.confirmation,
            overridden: decided,
            voided: { at: NOW, why: reason, people: many(50, () => by) },
            plan: {
              deploy: { deployer: text, params: {} },
              verify: [{ name: text, deployer: text, params: {} }],
              watched: true,
            },
          }),
        );
  const release = aRelease({
    id,
    version,
    promotions,
    gates: Object.fromEntries(
      environments.map((environment) => [
        environment,
        aGateJudgement({ environment, results, live: `${text}@${name(1)}` }),
      ]),
    ),
    notes: aNotes({
      since: text,
      commits: many(20, (index) => ({ sha: name(index), subject: reason, author: text })),
      totalCommits: 10_000,
      behindBy: 10_000,
      url: `https://ci.example/${encodeURIComponent(text.slice(0, 200))}`,
      problem: reason,
    }),
    build: aBuild({
      version,
      source: text,
      run: { id: text, attempt: 99, url: "https://ci.example/" },
      artifact: { uri: text, digest: text },
      commit: aCommit({ repository: text, branch: text, author: text, subject: reason, tag: text }),
      metrics: Object.fromEntries(many(THOUSAND, (index) => [name(index), index / 7])),
      slices: Object.fromEntries(many(THOUSAND, (index) => [name(index), { [text]: 1, b: 2 }])),
      tests: { passed: 1e9, failed: 1e9, skipped: 1e9 },
      checks: many(THOUSAND, (index) => ({
        name: name(index),
        status: "fail" as const,
        expected: text,
        actual: text,
      })),
      datasets: many(THOUSAND, (index) => aDataset({ name: name(index), version: text })),
      notes: `${text}\n`.repeat(1000),
    }),
  });
  const champion = aRelease({
    id: `${text}@${name(1)}`,
    version: name(1),
    build: aBuild({
      datasets: many(THOUSAND, (index) => aDataset({ name: name(index), version: `${text}.` })),
    }),
  });
  return {
    release,
    state: aComponentState({
      component: text,
      releases: [release, champion],
      environments: environments.map((environment) =>
        anEnvironmentState(environment, {
          live: champion.id,
          serving: champion.id,
          rollback: aRollback({
            promotion: `${id}/${environment}/1`,
            to: champion.id,
            reason,
            by,
            trigger: "button",
            state: {
              kind: "running",
              operation: anOperation({ deployer: text, handle: text, detail: reason }),
            },
          }),
        }),
      ),
      holds: many(12, (index) =>
        aHold({ environment: index % 2 === 0 ? null : first, reason, by }),
      ),
      freeze: aFreeze({ reason, by }),
    }),
    policy: aComponentPolicy({
      name: text,
      environments: environments.map((environment) =>
        anEnvironmentPolicy(environment, {
          approval: many(10, (index) =>
            anApprovalRule(
              many(20, (principal) => name(principal)),
              index % 2 === 0 ? 1 : 100,
            ),
          ),
        }),
      ),
      freezes: many(30, () => ({ reason, activeUntil: (at) => at + HOUR })),
    }),
    directory: Object.fromEntries(
      many(20, (index) => [name(index), many(60, (one) => `U0APPROVER${one}`)]),
    ),
    excluded: ["U0DANA77Q"],
    offers: environments.flatMap((environment): readonly Offer[] => [
      { kind: "approve", environment, digest: text },
      ...(
        ["reject", "promote", "rollback", "retry", "stop", "override", "falseAlarm"] as const
      ).map((kind) => ({
        kind,
        environment,
      })),
    ]),
    freeze: aFreeze({ reason, by }),
    relations: {
      needs: many(200, (index) => ({
        component: name(index),
        range: text,
        places: environments.map((environment) => ({ environment, found: text, met: false })),
      })),
      neededBy: many(200, (index) => ({
        component: name(index),
        range: text,
        satisfied: false,
        places: environments.map((environment) => ({ environment, version: text })),
      })),
    },
    now: NOW,
  };
}

function statesFor(text: string): readonly (PromotionState | null)[] {
  const reason = text.repeat(20);
  const by = { kind: "person", id: text, name: text } as const;
  const operation = anOperation({
    deployer: text,
    handle: text,
    detail: reason,
    url: "https://ci.example/",
  });
  const checks = many(100, (index) => anAssessment({ check: `${index}${text}`, sentence: reason }));
  const other = `${text}@${text}`;
  return [
    null,
    { kind: "requested" },
    { kind: "awaiting-approval", since: NOW, expiresAt: NOW },
    {
      kind: "queued",
      since: NOW,
      blockers: many(50, () => ({ kind: "frozen" as const, reason, by, until: NOW })),
    },
    {
      kind: "queued",
      since: NOW,
      blockers: many(50, () => ({
        kind: "needs" as const,
        component: text,
        range: text,
        found: text,
      })),
    },
    { kind: "deploying", operation },
    { kind: "verifying", step: 0, operation },
    { kind: "watching", from: NOW, until: NOW, checks },
    { kind: "live", since: NOW },
    { kind: "rolling-back", since: NOW, to: other },
    { kind: "rejected", by, at: NOW, reason },
    { kind: "expired", at: NOW },
    { kind: "superseded", by: other, at: NOW },
    { kind: "cancelled", by, at: NOW, reason },
    { kind: "failed", at: NOW, why: reason, known: false },
    { kind: "rolled-back", at: NOW, to: other, trigger: "button" },
  ];
}

const told = many(300, (index) => ({ kind: "person" as const, id: `U0TOLD${index}` }));

/** What grows most is drawn in every state, the rest in those that show most. */
const IN_EVERY_STATE = ["entities", "right-to-left letters"];
const SHOW_MOST = ["awaiting-approval", "watching", "live", "rolled-back"];

describe.each(Object.entries(ALPHABETS))("the longest input of %s", (name, alphabet) => {
  const text = alphabet.repeat(500).slice(0, 500);
  const states = statesFor(text).filter(
    (state) => IN_EVERY_STATE.includes(name) || SHOW_MOST.includes(state?.kind ?? ""),
  );
  const views = states.map((state) => longView(text, state));
  const view = longView(text, { kind: "live", since: NOW });

  it("makes a modal of details that Slack takes", () => {
    for (const page of IN_EVERY_STATE.includes(name) ? [1, MOST_PAGES] : [2]) {
      expect(checkModal(drawDetails(view, { page, seen: "other" }))).toEqual([]);
    }
  });

  it("makes a card and an announcement that Slack takes, whatever the state", () => {
    for (const one of views) {
      expect(checkMessage(drawReleaseCard(one))).toEqual([]);
      const [promotion] = one.release.promotions;
      if (promotion === undefined) continue;
      expect(checkMessage(drawAlert({ ...one, promotion, told }))).toEqual([]);
    }
  });

  it("makes an overview, a digest and a history that Slack takes", () => {
    const { policy, state, release } = view;
    const components = many(60, () => ({ state, policy: policy ?? aComponentPolicy() }));
    const overview = { components, freeze: aFreeze({ reason: text }), now: NOW };
    expect(checkMessage(drawOverview(overview))).toEqual([]);
    expect(checkMessage(drawDigest({ ...overview, since: 0 }))).toEqual([]);
    const releases = many(200, () => release);
    const history = { state, policy, releases, older: text.repeat(9), charts: [], now: NOW };
    expect(checkMessage(drawHistory(history))).toEqual([]);
  });

  it("makes statistics that Slack takes", () => {
    const long = { count: 1e9, median: 1e15, nineInTen: 1e15 };
    const figures = {
      deployments: 1e9,
      changes: 2e9,
      failures: 1e9,
      leadTime: long,
      unknownLeadTimes: 1e9,
      restore: long,
      approval: long,
    };
    const since = NOW - HOUR;
    const one = { component: text, environment: text, figures, since: NOW };
    const asked = { components: many(1000, () => one), total: one, since, now: NOW };
    expect(checkMessage(drawStats({ ...asked, component: null }))).toEqual([]);
    expect(checkMessage(drawStats({ ...asked, component: text }))).toEqual([]);
  });

  it("makes thread messages, refusals and modals that Slack takes", () => {
    const { state, release, policy } = view;
    const reason = text.repeat(20);
    const lines = many(300, () => ({
      fact: aFact({ type: "ReleaseRejected" as const, release: release.id, reason }),
    }));
    const message = drawThread({ state, release, policy, lines, broadcast: true, mentions: told });
    expect(message === null ? ["nothing"] : checkMessage(message)).toEqual([]);
    expect(checkMessage(drawRefusal({ code: "held", sentence: reason }))).toEqual([]);
    const short = text.slice(0, 100);
    const value = { component: short, version: short, environment: short, digest: short };
    expect(checkModal(drawReasonModal("override", value))).toEqual([]);
    expect(checkModal(drawPendingDetails(value))).toEqual([]);
  });
});

describe("any text at all", () => {
  it("makes a card that Slack takes", () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const promotion = aPromotion({
          state: { kind: "failed", at: NOW, why: text, known: true },
          environment: text,
        });
        const release = aRelease({
          version: text,
          promotions: [promotion],
          gates: {
            [text]: aGateJudgement({ environment: text, results: [aGateResult({ name: text })] }),
          },
          notes: aNotes({ commits: [{ sha: text, subject: text, author: text }], url: text }),
          build: aBuild({
            notes: text,
            commit: aCommit({ subject: text, author: text }),
            run: { id: text, attempt: 1, url: text },
          }),
        });
        const view: ReleaseView = {
          release,
          state: aComponentState({ component: text, releases: [release] }),
          policy: null,
          directory: {},
          excluded: [],
          offers: [{ kind: "retry", environment: text }],
          freeze: null,
          relations: NO_RELATIONS,
          now: NOW,
        };
        expect(checkMessage(drawReleaseCard(view))).toEqual([]);
        expect(checkModal(drawDetails(view))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
