import { describe, expect, it } from "vitest";
import { emptyComponent } from "../../../src/core/component.ts";
import type { ComponentEvent } from "../../../src/core/event.ts";
import { evolve } from "../../../src/core/evolve.ts";
import { aBuild } from "../../support/builders.ts";
import { acknowledgedAndLost } from "./acknowledged.ts";
import { checkRule } from "./check-rule.ts";
import { foldDiffers } from "./fold.ts";
import { olderOverNewer } from "./newer-stays.ts";
import { say, told } from "./told.ts";

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
  checkRule(olderOverNewer, [
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
