import { describe } from "vitest";
import { checkRule } from "./check-rule.ts";
import { wrongGuardIncidents } from "./guard-incidents.ts";
import { misplacedGuards } from "./guards.ts";
import { and, byPerson, LEA, life, lifeUntilWatched, say, told } from "./told.ts";
import { badAndUntold } from "./untold.ts";

/** A release that went all the way, and is guarded from then on. */
const guarded = (version: string) => [...life(version), and(say.guarded(version))];
const everywhere = () => true;

describe("what takes the traffic is guarded, and nothing else", () => {
  const replaced = [
    ...guarded("1"),
    say.requested("2"),
    say.deployed("2"),
    say.serves("2"),
    and(say.unguarded("1")),
    say.watched("2"),
  ];
  const back = [
    ...replaced,
    say.breached("2"),
    and(say.rollback("2", "1")),
    and(say.held()),
    say.rolledBack("2"),
  ];
  checkRule(
    (events) => misplacedGuards(events, everywhere),
    [
      { name: "from when it is live", history: told(...guarded("1")), wrong: null },
      {
        name: "not from when it is live",
        history: told(...life("1")),
        wrong: "in production nothing guards svc@1",
      },
      { name: "until another serves", history: told(...replaced), wrong: null },
      {
        name: "also when another serves",
        history: told(...guarded("1"), ...lifeUntilWatched("2")).slice(0, -1),
        wrong: "svc@1/production/1 is guarded, and svc@2 serves",
      },
      {
        name: "again when it was given the traffic back",
        history: told(...back, and(say.guarded("1"))),
        wrong: null,
      },
      {
        name: "not again when it was given the traffic back",
        history: told(...back),
        wrong: "nothing guards svc@1",
      },
      {
        name: "also while it is rolled back",
        history: told(...guarded("1"), byPerson(LEA, say.rollback("1", "0", "button"))),
        wrong: "is guarded while it is rolled back",
      },
      {
        name: "twice at once",
        history: told(...guarded("1"), {
          type: "GuardStarted",
          promotion: "svc@1/production/2",
          deployedAt: 0,
        }),
        wrong: "svc@1/production/1 and svc@1/production/2 are guarded at once",
      },
      {
        name: "what never was live",
        history: told(...lifeUntilWatched("1"), say.guarded("1")),
        wrong: "svc@1/production/1 is guarded, and null is live",
      },
    ],
  );
  checkRule(
    (events) => misplacedGuards(events, () => false),
    [{ name: "not where no guard is configured", history: told(...life("1")), wrong: null }],
  );
});

describe("an incident of a guard", () => {
  const failing = [...guarded("1"), say.measured("1", "failure")];
  const kept = [...failing, say.fails("1", 1), byPerson(LEA, say.kept("1"))];
  checkRule(wrongGuardIncidents, [
    { name: "is the first", history: told(...failing, say.fails("1", 1)), wrong: null },
    {
      name: "is of what is not guarded",
      history: told(...life("1"), say.fails("1", 1)),
      wrong: "has an incident of a guard, and is not guarded",
    },
    {
      name: "is worse news of one that is open",
      history: told(...guarded("1"), say.unsure("1", 1), say.fails("1", 1)),
      wrong: null,
    },
    {
      name: "is told again while it is open",
      history: told(...guarded("1"), say.unsure("1", 1), say.unsure("1", 2)),
      wrong: "has the incident 2 after 1, which is open",
    },
    {
      name: "has a number of its own after one that is over",
      history: told(...guarded("1"), say.unsure("1", 1), say.recovered("1"), say.fails("1", 2)),
      wrong: null,
    },
    {
      name: "has the number of one that is over",
      history: told(...guarded("1"), say.unsure("1", 1), say.recovered("1"), say.fails("1", 1)),
      wrong: "has the incident 1 after 1, which is over",
    },
    {
      name: "comes again after it was good in between, although a person had kept it",
      history: told(
        ...kept,
        say.measured("1", "success"),
        say.measured("1", "failure"),
        say.fails("1", 2),
      ),
      wrong: null,
    },
    {
      name: "comes again for what a person had kept it for",
      history: told(...kept, say.fails("1", 2)),
      wrong: "for which a person kept it",
    },
    {
      name: "comes for what a person had kept it for in its watch",
      history: told(
        ...lifeUntilWatched("1"),
        say.measured("1", "failure"),
        say.breached("1", "failure", "ask"),
        byPerson(LEA, say.kept("1")),
        and(say.completed("1"), LEA),
        and(say.guarded("1"), LEA),
        say.fails("1", 1, "rollback"),
      ),
      wrong: "for which a person kept it",
    },
  ]);
});

describe("at the end nothing bad is live of which nobody was told", () => {
  checkRule(
    (events) => badAndUntold(events, everywhere, (release) => release === "svc@bad"),
    [
      { name: "what is good", history: told(...guarded("1")), wrong: null },
      {
        name: "what is bad, and was told",
        history: told(...guarded("bad"), say.fails("bad", 1)),
        wrong: null,
      },
      {
        name: "what is bad, and a person kept",
        history: told(
          ...lifeUntilWatched("bad"),
          byPerson(LEA, say.kept("bad")),
          say.completed("bad"),
        ),
        wrong: null,
      },
      {
        name: "what is bad, and is not told",
        history: told(...guarded("bad"), say.unsure("bad", 1)),
        wrong: "svc@bad is live in production, bad, and nobody was told",
      },
      {
        name: "what was told before, and has come back since",
        history: told(
          ...guarded("bad"),
          say.fails("bad", 1),
          ...lifeUntilWatched("2"),
          say.breached("2"),
          and(say.rollback("2", "bad")),
          say.rolledBack("2"),
          and(say.guarded("bad")),
        ),
        wrong: "nobody was told",
      },
    ],
  );
});
