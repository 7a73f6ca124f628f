import { describe, expect, it } from "vitest";
import { drawReleaseCard } from "../../../src/cards/release-card.ts";
import type { ReleaseView } from "../../../src/cards/view.ts";
import type { ApprovalRule } from "../../../src/core/policy.ts";
import {
  ANA,
  aBuild,
  aComponentPolicy,
  aFreeze,
  anApproval,
  anApprovalRule,
  anEnvironmentPolicy,
  aPromotion,
  HOUR,
  NOW,
  RAJ,
  SYSTEM,
} from "../../support/builders.ts";
import { at, essence } from "../expected.ts";
import { aView } from "../views.ts";

function withRules(
  approval: readonly ApprovalRule[],
  overrides: Parameters<typeof aView>[0] = {},
  selfApproval = false,
): ReleaseView {
  return aView({
    policy: aComponentPolicy({
      environments: [anEnvironmentPolicy("production", { approval, selfApproval })],
    }),
    ...overrides,
  });
}

const WAITING = `Waiting since ${at("13:30")}.`;
const NO_AUTHOR = `${WAITING} The author does not count.`;

describe("who may still approve", () => {
  const rules: readonly {
    readonly name: string;
    readonly rule: ApprovalRule;
    readonly line: string;
  }[] = [
    {
      name: "a group",
      rule: anApprovalRule(["@ml-leads"]),
      line: "⏳ Open: *0 of 1* from @ml-leads (2 people may approve)",
    },
    {
      name: "a group or a person",
      rule: anApprovalRule(["@sre", "U0LEA0002"]),
      line: "⏳ Open: *0 of 1* from @sre or <@U0LEA0002> (1 person may approve)",
    },
    {
      name: "more principals than are shown",
      rule: anApprovalRule(["@sre", "@a", "@b", "@c", "@d", "@e"]),
      line: "⏳ Open: *0 of 1* from @sre or @a or @b or @c or 2 more (1 person may approve)",
    },
  ];

  it.each(rules)("$name", ({ rule, line }) => {
    expect(essence(drawReleaseCard(withRules([rule])))).toMatchObject({
      title: "⏳ model-pymk 2026.11.22-3: approval needed for production",
      status: [line, NO_AUTHOR],
    });
  });
});

describe("a rule that nobody can meet", () => {
  it.each([
    {
      name: "names no one",
      rule: anApprovalRule([]),
      line: "⛔ Nobody can approve: the rule names no one",
      why: "A rule asks for people who are not there.",
    },
    {
      name: "names an empty group",
      rule: anApprovalRule(["@nobody"]),
      line: "⛔ Nobody can approve: there is nobody in @nobody",
      why: "A rule asks for people who are not there.",
    },
    {
      name: "names only the author",
      rule: anApprovalRule(["dana@acme.test"]),
      line: "⛔ Nobody can approve: there is nobody in dana@acme.test",
      why: "A rule asks for people who are not there.",
    },
    {
      name: "asks for more people than there are",
      rule: anApprovalRule(["@ml-leads"], 3),
      line: "⛔ 0 of 3 from @ml-leads; it can never be met: only 2 can approve",
      why: "A rule asks for people who are not there.",
    },
    {
      name: "names a group that Slack cannot resolve now",
      rule: anApprovalRule(["@unknown"]),
      line: "⛔ Nobody can approve now: Slack could not say who @unknown is",
      why: "Slack could not say who may.",
    },
  ])("says so when it $name", ({ rule, line, why }) => {
    const view = withRules([rule]);
    const directory = { ...view.directory, "@nobody": [], "@unknown": null };
    const card = drawReleaseCard({ ...view, directory });
    expect(essence(card)).toMatchObject({
      title: "⛔ model-pymk 2026.11.22-3: nobody can approve it for production",
      status: [line, NO_AUTHOR],
    });
    expect(card.text).toBe(`model-pymk 2026.11.22-3: nobody can approve it for production. ${why}`);
  });

  it("cannot be met either where the environment is no longer configured", () => {
    for (const policy of [null, aComponentPolicy({ environments: [anEnvironmentPolicy("qa")] })]) {
      expect(essence(drawReleaseCard(aView({ policy }))).status).toEqual([
        "⛔ Blocked: *production* is no longer configured.",
        WAITING,
      ]);
    }
  });
});

describe("approvals that were given", () => {
  it("are named with their time, and who does not count is named too", () => {
    const approvals = [anApproval(), anApproval({ by: RAJ, at: NOW }), anApproval({ by: SYSTEM })];
    const view = withRules([anApprovalRule(["@ml-leads"], 2)], {
      promotions: [aPromotion({ approvals })],
    });
    expect(essence(drawReleaseCard(view)).status).toEqual([
      `⏳ Open: *1 of 2* from @ml-leads: <@U024BE7LH> ${at("13:50")} (2 people may approve)`,
      `Not counted: <@U0RAJ4X2P> ${at("14:00")}`,
      NO_AUTHOR,
    ]);
  });

  it("of the author count where that is allowed", () => {
    const view = withRules([anApprovalRule(["dana@acme.test"])], {}, true);
    expect(essence(drawReleaseCard(view)).status).toEqual([
      "⏳ Open: *0 of 1* from dana@acme.test (1 person may approve)",
      WAITING,
    ]);
  });

  it("of whoever started the run do not count either", () => {
    const view = withRules([anApprovalRule(["@sre"])], {
      drawn: { build: aBuild({ startedBy: "raj@acme.test" }) },
    });
    expect(essence(drawReleaseCard(view)).status.at(-1)).toBe(
      `${WAITING} The author and whoever started the run do not count.`,
    );
  });

  it("that became void are said to be", () => {
    const voided = { at: NOW, why: "what is live there changed", people: [ANA, RAJ] };
    const view = withRules([anApprovalRule(["@sre"])], { promotions: [aPromotion({ voided })] });
    expect(essence(drawReleaseCard(view)).status).toEqual([
      "⏳ Open: *0 of 1* from @sre (1 person may approve)",
      `⚠️ Void: the approval of <@U024BE7LH> and <@U0RAJ4X2P> was taken away ${at("14:00")}, because what is live there changed.`,
      NO_AUTHOR,
    ]);
  });
});

describe("more rules than are shown", () => {
  it("are counted", () => {
    const rules = Array.from({ length: 8 }, () => anApprovalRule(["@sre"]));
    const { status } = essence(drawReleaseCard(withRules(rules)));
    expect(status.slice(-2)).toEqual(["and 2 more rules", NO_AUTHOR]);
  });
});

it("a routine release that was sampled says why people look at it", () => {
  const waiting = { kind: "awaiting-approval", since: NOW, expiresAt: null } as const;
  const view = withRules([anApprovalRule(["@sre"])], {
    promotions: [aPromotion({ state: waiting, sampled: true })],
  });
  expect(essence(drawReleaseCard(view)).status[0]).toBe(
    "🎲 Sampled for review: it is routine, and a share of those is for people to look at.",
  );
});

describe("the time that people have", () => {
  it("is shown, and so is what will keep an approved release waiting", () => {
    const view = withRules([anApprovalRule(["@sre"])], {
      freeze: aFreeze(),
      promotions: [
        aPromotion({ state: { kind: "awaiting-approval", since: NOW, expiresAt: NOW + HOUR } }),
      ],
    });
    expect(essence(drawReleaseCard(view)).status).toEqual([
      "⏳ Open: *0 of 1* from @sre (1 person may approve)",
      `Waiting since ${at("14:00")}, expires ${at("15:00")}. The author does not count.`,
      `❄️ Frozen until ${at("16:00")} by <@U0RAJ4X2P>: data centre maintenance`,
      "It can be approved now; it is deployed later.",
    ]);
  });
});
