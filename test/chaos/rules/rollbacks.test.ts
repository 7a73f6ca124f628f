import { describe, expect, it } from "vitest";
import { checkRule } from "./check-rule.ts";
import { delayedRollbacks } from "./rollback-at-once.ts";
import { wrongRollbacks } from "./rollback-target.ts";
import { and, byPerson, LEA, life, lifeUntilWatched, say, told } from "./told.ts";
import { guesses } from "./unknown-is-no-success.ts";
import { runsOther } from "./what-runs.ts";

describe("no rollback is delayed", () => {
  const before = [...life("1"), ...lifeUntilWatched("2")];
  checkRule(delayedRollbacks, [
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
  checkRule(wrongRollbacks, [
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
      name: "of what is live and guarded, to the one before it",
      history: told(...life("1"), ...life("2"), say.guarded("2"), ...automatic("2", "1")),
      wrong: null,
    },
    {
      name: "of what is guarded, and there because of a rollback",
      history: told(
        ...life("0"),
        ...before,
        ...automatic("2", "1"),
        say.rolledBack("2"),
        say.guarded("1"),
        ...automatic("1", "0"),
      ),
      wrong: "undoes what is there because of a rollback",
    },
    {
      name: "past what was revoked, to the one before it",
      history: told(...life("0"), ...before, say.revoked("1"), ...automatic("2", "0")),
      wrong: null,
    },
    {
      name: "to what was revoked",
      history: told(
        ...life("0"),
        ...before,
        say.revoked("1"),
        byPerson(LEA, say.rollback("2", "1", "button")),
      ),
      wrong: "goes to svc@1, which was revoked",
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

  it("of what is live, and not guarded", () => {
    const history = told(...life("1"), ...life("2"), ...automatic("2", "1"));
    expect(wrongRollbacks(history)).toContainEqual(
      expect.stringContaining("undoes what was not being watched"),
    );
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
  checkRule(
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

describe("what runs is what the ledger says was deployed last", () => {
  const done = (key: string) => ({ key, component: "svc", environment: "production" });
  const first = done("deploy:svc@1:production:1");
  const second = done("deploy:svc@2:production:1");
  const back = done("rollback:svc@2:production:1");
  const history = [...life("1"), ...lifeUntilWatched("2")];
  const rolledBack = told(...history, say.rollback("2", "1"), say.rolledBack("2"));

  it.each([
    { name: "one after the other", events: told(...history), deployed: [first, second] },
    { name: "after a rollback", events: rolledBack, deployed: [first, second, back] },
    {
      name: "where the last one failed, nobody can say",
      events: told(...life("1"), say.requested("2"), say.deployed("2"), say.failed("2")),
      deployed: [first, second],
    },
  ])("holds $name", ({ events, deployed }) => {
    expect(runsOther(events, deployed)).toEqual([]);
  });

  it.each([
    {
      name: "the start of what is undone comes after the rollback",
      events: rolledBack,
      deployed: [first, back, second],
    },
    { name: "the last one never began", events: told(...history), deployed: [first] },
    {
      name: "an earlier one began again",
      events: told(...history),
      deployed: [first, second, first],
    },
  ])("does not when $name", ({ events, deployed }) => {
    expect(runsOther(events, deployed)).toHaveLength(1);
  });
});
