import { describe, expect, it } from "vitest";
import { unapprovedDeployments } from "./approved-deployments.ts";
import { checkRule } from "./check-rule.ts";
import { decisionsTwice } from "./first-decision-wins.ts";
import { deploymentsAtOnce } from "./one-at-a-time.ts";
import { and, byPerson, DANA, LEA, life, lifeUntilWatched, SAM, say, told } from "./told.ts";

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
  checkRule(
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
  checkRule(decisionsTwice, [
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
  checkRule(deploymentsAtOnce, [
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
