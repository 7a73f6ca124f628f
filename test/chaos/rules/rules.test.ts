import { describe, expect, it } from "vitest";
import { emptyComponent } from "../../../src/core/component.ts";
import type { ComponentEvent } from "../../../src/core/event.ts";
import { evolve } from "../../../src/core/evolve.ts";
import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { aBuild } from "../../support/builders.ts";
import { acknowledgedAndLost } from "./acknowledged.ts";
import { unapprovedDeployments } from "./approved-deployments.ts";
import { decisionsTwice } from "./first-decision-wins.ts";
import { foldDiffers } from "./fold.ts";
import { olderOverNewer } from "./newer-stays.ts";
import { deploymentsAtOnce } from "./one-at-a-time.ts";
import { delayedRollbacks } from "./rollback-at-once.ts";
import { wrongRollbacks } from "./rollback-target.ts";
import { and, byPerson, DANA, LEA, life, lifeUntilWatched, SAM, say, told } from "./told.ts";
import { guesses } from "./unknown-is-no-success.ts";

/** Each rule of the chaos suite holds on what may happen, and fails on what must not. */

interface Case {
  readonly name: string;
  readonly history: readonly RecordedEvent[];
  /** null: nothing is wrong. */
  readonly wrong: string | null;
}

function check(
  rule: (events: readonly RecordedEvent[]) => readonly string[],
  cases: readonly Case[],
) {
  it.each(cases)("$name", ({ history, wrong }) => {
    expect(rule(history)).toEqual(wrong === null ? [] : [expect.stringContaining(wrong)]);
  });
}

const approvedByBoth = [
  say.requested("1"),
  byPerson(LEA, say.given("1")),
  byPerson(SAM, say.given("1")),
  and(say.approved("1", [LEA, SAM]), SAM),
];

describe("no deployment without every approval, on the evidence that is deployed", () => {
  const rules = () => [
    ["U0LEA", "U0DANA"],
    ["U0SAM", "U0LEA"],
  ];
  check(
    (events) => unapprovedDeployments(events, rules, "U0DANA"),
    [
      {
        name: "both rules are met",
        history: told(...approvedByBoth, say.deployed("1")),
        wrong: null,
      },
      {
        name: "approvals of a failed attempt are carried over",
        history: told(
          say.carrying("1", LEA),
          byPerson(SAM, say.given("1")),
          say.approved("1", [LEA, SAM]),
          say.deployed("1"),
        ),
        wrong: null,
      },
      {
        name: "nobody had asked for it",
        history: told(say.deployed("1")),
        wrong: "nobody had asked for it",
      },
      {
        name: "it was never approved",
        history: told(say.requested("1"), say.deployed("1")),
        wrong: "it was not approved on this evidence",
      },
      {
        name: "one person was counted for both rules",
        history: told(
          say.requested("1"),
          byPerson(LEA, say.given("1")),
          say.approved("1", [LEA]),
          say.deployed("1"),
        ),
        wrong: "only U0LEA counted",
      },
      {
        name: "the author was counted",
        history: told(
          say.requested("1"),
          byPerson(DANA, say.given("1")),
          byPerson(SAM, say.given("1")),
          say.approved("1", [DANA, SAM]),
          say.deployed("1"),
        ),
        wrong: "only U0SAM counted",
      },
      {
        name: "somebody was counted who had approved nothing",
        history: told(
          say.requested("1"),
          byPerson(LEA, say.given("1")),
          say.approved("1", [LEA, SAM]),
          say.deployed("1"),
        ),
        wrong: "only U0LEA counted",
      },
      {
        name: "the approvals were void",
        history: told(...approvedByBoth, say.voided("1", "d2"), say.deployed("1", "d2")),
        wrong: "it was not approved on this evidence",
      },
      {
        name: "other evidence is deployed than was approved",
        history: told(...approvedByBoth, say.deployed("1", "d2")),
        wrong: "its evidence had changed",
      },
    ],
  );
});

describe("what is decided stays decided, once", () => {
  check(decisionsTwice, [
    { name: "one after the other", history: told(...life("1"), ...life("2")), wrong: null },
    {
      name: "a version is registered twice",
      history: told(say.registered("1", 0), say.registered("1", 0)),
      wrong: "svc@1 registered, for the second time",
    },
    {
      name: "a person approves twice on the same evidence",
      history: told(
        say.requested("1"),
        byPerson(LEA, say.given("1")),
        byPerson(LEA, say.given("1")),
      ),
      wrong: "by U0LEA, for the second time",
    },
    {
      name: "a person approves again, on other evidence",
      history: told(
        say.requested("1"),
        byPerson(LEA, say.given("1")),
        say.voided("1", "d2"),
        byPerson(LEA, say.given("1", "d2")),
      ),
      wrong: null,
    },
    {
      name: "it is approved after it was rejected",
      history: told(say.requested("1"), say.rejected("1"), say.approved("1", [LEA])),
      wrong: "PromotionApproved of svc@1/production/1 after its PromotionRejected",
    },
    {
      name: "a failed promotion goes live",
      history: told(say.requested("1"), say.deployed("1"), say.failed("1"), say.completed("1")),
      wrong: "PromotionCompleted of svc@1/production/1 after its PromotionFailed",
    },
    {
      name: "a rollback begins twice under one key",
      history: told(...life("1"), say.rollback("2", "1"), say.rollback("2", "1")),
      wrong: "the operation rollback:svc@2:production:1 begun, for the second time",
    },
  ]);

  it("the same deployment begins twice: once too often as a decision, and as an operation", () => {
    const history = told(say.requested("1"), say.deployed("1"), say.deployed("1"));
    expect(decisionsTwice(history)).toHaveLength(2);
  });
});

describe("one thing at a time in an environment", () => {
  check(deploymentsAtOnce, [
    { name: "one after the other", history: told(...life("1"), ...life("2")), wrong: null },
    {
      name: "the next one after a failure",
      history: told(say.deployed("1"), say.failed("1"), say.deployed("2")),
      wrong: null,
    },
    {
      name: "the next one while the last is watched",
      history: told(...lifeUntilWatched("1"), say.deployed("2")),
      wrong: "svc@2/production/1 began while svc@1/production/1 was under way",
    },
    {
      name: "the next one while the last is rolled back",
      history: told(
        ...life("1"),
        ...lifeUntilWatched("2"),
        say.rollback("2", "1"),
        say.deployed("3"),
      ),
      wrong: "svc@3/production/1 began while rollback:svc@2:production:1 was under way",
    },
    {
      name: "the next one after a rollback",
      history: told(
        ...life("1"),
        ...lifeUntilWatched("2"),
        say.rollback("2", "1"),
        say.rolledBack("2"),
        say.deployed("3"),
      ),
      wrong: null,
    },
  ]);
});

describe("no rollback is delayed", () => {
  const before = [...life("1"), ...lifeUntilWatched("2")];
  check(delayedRollbacks, [
    {
      name: "in the decision that saw the breach",
      history: told(...before, say.breached("2"), and(say.rollback("2", "1"))),
      wrong: null,
    },
    {
      name: "people are asked",
      history: told(...before, say.breached("2", "failure", "ask")),
      wrong: null,
    },
    {
      name: "later",
      history: told(...before, say.breached("2"), say.rollback("2", "1")),
      wrong: "that did not begin at once",
    },
    {
      name: "of another promotion",
      history: told(...before, say.breached("2"), and(say.rollback("1", "0"))),
      wrong: "that did not begin at once",
    },
    {
      name: "never",
      history: told(...before, say.breached("2")),
      wrong: "svc@2/production/1 was to be rolled back",
    },
  ]);
});

describe("a rollback goes to what finished its watch, and by itself once", () => {
  const before = [...life("1"), ...lifeUntilWatched("2")];
  const automatic = (from: string, to: string) => [
    say.breached(from),
    and(say.rollback(from, to)),
    and(say.held()),
  ];
  check(wrongRollbacks, [
    { name: "to the last one", history: told(...before, ...automatic("2", "1")), wrong: null },
    {
      name: "by hand, to one before the last",
      history: told(...life("0"), ...before, byPerson(LEA, say.rollback("2", "0", "button"))),
      wrong: null,
    },
    {
      name: "to what never finished its watch",
      history: told(...before, byPerson(LEA, say.rollback("2", "9", "button"))),
      wrong: "goes to svc@9, which never finished its watch",
    },
    {
      name: "by itself, to one before the last",
      history: told(...life("0"), ...before, ...automatic("2", "0")),
      wrong: "goes to svc@0, and svc@1 was live",
    },
    {
      name: "without a hold",
      history: told(...before, say.breached("2"), and(say.rollback("2", "1"))),
      wrong: "placed no hold",
    },
    {
      name: "without a breach",
      history: told(...before, say.rollback("2", "1"), and(say.held())),
      wrong: "began without a breach",
    },
  ]);

  it("of a rollback: it undoes what is not watched, and goes to what it takes away", () => {
    const history = told(
      ...before,
      ...automatic("2", "1"),
      say.rolledBack("2"),
      ...automatic("1", "1"),
    );
    expect(wrongRollbacks(history)).toEqual([
      expect.stringContaining("goes to what it takes away"),
      expect.stringContaining("undoes what was not being watched"),
    ]);
  });

  it("twice of one promotion", () => {
    const history = told(
      ...before,
      ...automatic("2", "1"),
      say.rolledBack("2"),
      ...automatic("2", "1"),
    );
    expect(wrongRollbacks(history)).toContainEqual(
      expect.stringContaining("is the second one by itself"),
    );
  });
});

describe("unknown is neither success nor a rollback", () => {
  const fates: Readonly<Record<string, "good" | "bad" | "unknown">> = {
    "svc@good": "good",
    "svc@bad": "bad",
    "svc@dark": "unknown",
  };
  const broken = (version: string, verdict?: "inconclusive") => [
    ...lifeUntilWatched(version),
    say.breached(version, verdict),
    and(say.rollback(version, "1")),
  ];
  check(
    (events) => guesses(events, (release) => fates[release] ?? "good"),
    [
      { name: "a good one passes", history: told(...life("good")), wrong: null },
      { name: "a bad one is rolled back", history: told(...broken("bad")), wrong: null },
      {
        name: "one passes without a verdict",
        history: told(...lifeUntilWatched("good"), say.passed("good")),
        wrong: "passed its watch with no verdict",
      },
      {
        name: "one passes whose last verdict is inconclusive",
        history: told(
          ...lifeUntilWatched("good"),
          say.measured("good", "success"),
          say.measured("good", "inconclusive"),
          say.passed("good"),
        ),
        wrong: "passed its watch with inconclusive",
      },
      {
        name: "one passes that nobody can know anything of",
        history: told(...life("dark")),
        wrong: "passed its watch, and was unknown",
      },
      { name: "a bad one passes", history: told(...life("bad")), wrong: "and was bad" },
      {
        name: "a good one is rolled back",
        history: told(...broken("good")),
        wrong: "was rolled back by itself, and was good",
      },
      {
        name: "one is rolled back without a failure",
        history: told(...broken("bad", "inconclusive")),
        wrong: "and no check had failed",
      },
    ],
  );
});

describe("no older build replaces a newer one", () => {
  const old = say.registered("old", 1, 1);
  const young = say.registered("young", 2, 2);
  const goes = (version: string, byName = false): readonly ComponentEvent[] => [
    say.requested(version, "d1", byName),
    say.deployed(version),
    say.serves(version),
  ];
  const builtAgain: ComponentEvent = {
    type: "EvidenceRevised",
    release: "svc@old",
    revision: 2,
    build: aBuild({ finishedAt: Number.MAX_SAFE_INTEGER }),
  };
  check(olderOverNewer, [
    {
      name: "the newer after the older",
      history: told(old, young, ...goes("old"), ...goes("young")),
      wrong: null,
    },
    {
      name: "the older after the newer",
      history: told(young, old, ...goes("young"), ...goes("old")),
      wrong: "svc@old/production/1 replaces svc@young, which is newer",
    },
    {
      name: "the older after the newer, by name",
      history: told(young, old, ...goes("young"), ...goes("old", true)),
      wrong: null,
    },
    {
      name: "the older, built again, after the newer",
      history: told(young, old, builtAgain, ...goes("young"), ...goes("old")),
      wrong: null,
    },
    {
      name: "the newer after a rollback to the older",
      history: told(
        old,
        young,
        ...goes("old"),
        ...goes("young"),
        say.rollback("young", "old"),
        say.rolledBack("young"),
        say.registered("between", 1.5, 3),
        ...goes("between"),
      ),
      wrong: null,
    },
  ]);
});

describe("the state is the fold of the events", () => {
  const events = told(say.registered("1", 0), say.requested("1"));
  const state = events.reduce(
    (before, { at, by, event }) => evolve(before, { at, by, event: event as ComponentEvent }),
    emptyComponent("svc"),
  );
  const none = new Map();

  it("when it is", () => {
    expect(
      foldDiffers(events, { states: new Map([["component/svc", state]]), archived: none }),
    ).toEqual([]);
  });

  it.each([
    { name: "one number differs", states: new Map([["component/svc", { ...state, sequence: 7 }]]) },
    { name: "it is not there", states: none },
    {
      name: "there is one without events",
      states: new Map([
        ["component/svc", state],
        ["component/other", emptyComponent("other")],
      ]),
    },
  ])("not when $name", ({ states }) => {
    expect(foldDiffers(events, { states, archived: none })).toEqual([
      expect.stringContaining("is not the fold of its events"),
    ]);
  });

  it("and so is what went to the archive", () => {
    const retired = told(say.registered("1", 0), { type: "ReleaseRetired", release: "svc@1" });
    const states = new Map([["component/svc", { ...emptyComponent("svc"), sequence: 1 }]]);
    const [lost] = foldDiffers(retired, { states, archived: none });
    expect(lost).toContain("the archived release svc@1");
  });
});

describe("what was answered 202 is in the ledger", () => {
  const marked = (version: string, mark: string): ComponentEvent => ({
    type: "ReleaseRegistered",
    release: `svc@${version}`,
    sequence: 1,
    build: aBuild({ version, metrics: { auc: 0.81, [mark]: 1 } }),
  });
  const acknowledged = [{ component: "svc", version: "1", mark: "report_1" }];

  it.each([
    { name: "it is", history: told(marked("1", "report_1")), lost: 0 },
    { name: "nothing is", history: told(), lost: 1 },
    { name: "another report of the version is", history: told(marked("1", "report_2")), lost: 1 },
    {
      name: "the same mark of another version is",
      history: told(marked("2", "report_1")),
      lost: 1,
    },
  ])("$name", ({ history, lost }) => {
    expect(acknowledgedAndLost(history, acknowledged)).toHaveLength(lost);
  });
});
