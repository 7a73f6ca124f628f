import { describe, expect, it } from "vitest";
import type { GlobalCommand } from "../../src/core/command.ts";
import { emptyGlobal, type GlobalState } from "../../src/core/component.ts";
import { decideGlobal } from "../../src/core/decide-global.ts";
import { evolveGlobal } from "../../src/core/evolve.ts";
import { reactGlobal } from "../../src/core/react.ts";
import { aPolicy, MINUTE } from "../support/policies.ts";
import {
  ADA,
  aPerson,
  DIRECTORY,
  LEA,
  NOON,
  OLGA,
  OTTO,
  SAM,
  type Story,
  story,
  storyAwaitingApproval,
  storyWatching,
} from "../support/story.ts";

const GUEST = aPerson("Gus", { fullMember: false });
const ZOE = aPerson("Zoe");
const hold = (told: Story, person = ZOE, environment: string | null = null, reason = "incident") =>
  told.ask("Hold", person, { environment, reason });
const unhold = (told: Story, person = ZOE, environment: string | null = null) =>
  told.ask("Unhold", person, { environment });

describe("a hold", () => {
  it("may be placed by any full member, with a reason", () => {
    const told = storyAwaitingApproval();
    expect(hold(told, GUEST).refusal).toBe("not_permitted");
    expect(hold(told, ZOE, null, " ").refusal).toBe("reason_required");
    expect(hold(told, ZOE, "moon").refusal).toBe("unknown_environment");
    expect(hold(told).decision.sentence).toBe("model-pymk is held; a rollback is still possible");
    expect(hold(story({ component: "svc-none" })).refusal).toBe("unknown_component");
  });

  it("of one environment leaves the others alone, and replaces an earlier one there", () => {
    const told = story();
    hold(told, ZOE, "production", "first");
    expect(hold(told, ZOE, "production", "second").decision.sentence).toBe(
      "model-pymk is held in production; a rollback is still possible",
    );
    expect(told.state().holds).toMatchObject([{ environment: "production", reason: "second" }]);
    expect(told.build("1").types).toContain("DeployStarted");
  });

  it("lets nothing in until it is lifted, and then goes on by itself", () => {
    const told = story();
    hold(told);
    expect(told.build("1").types).not.toContain("PromotionRequested");
    expect(unhold(told).types).toEqual(["HoldLifted", "PromotionRequested", "DeployStarted"]);
  });

  it("is lifted by whoever placed it, by owners and by admins", () => {
    for (const person of [ZOE, OLGA, ADA]) {
      const told = story();
      hold(told, ZOE, "production");
      expect(unhold(told, person, "production").refusal).toBeNull();
    }
    const told = story();
    hold(told);
    expect(unhold(told, SAM).decision.refusal).toEqual({
      code: "not_permitted",
      sentence: "Zoe set it (incident); lifting it is for them and for @pymk-owners, @admins",
    });
  });

  it("that is not there cannot be lifted", () => {
    expect(unhold(story()).refusal).toBe("not_held");
    expect(unhold(story(), ZOE, "production").decision.refusal?.sentence).toBe(
      "model-pymk is not held in production",
    );
  });

  it("of an automatic rollback is lifted by whoever may roll back", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    expect(unhold(told, ZOE).refusal).toBe("not_permitted");
    expect(unhold(told, OTTO).refusal).toBeNull();
  });
});

describe("a freeze of one component", () => {
  const freeze = (told: Story, person = ZOE, minutes = 60, reason = "launch") =>
    told.ask("Freeze", person, { reason, until: told.now() + minutes * MINUTE });

  it("may be set by any full member, for some time and with a reason", () => {
    const told = story();
    expect(freeze(told, GUEST).refusal).toBe("not_permitted");
    expect(freeze(told, ZOE, 0).refusal).toBe("reason_required");
    expect(freeze(told, ZOE, 60, " ").refusal).toBe("reason_required");
    expect(freeze(story({ component: "svc-none" })).refusal).toBe("unknown_component");
    const { decision, jobs } = freeze(told);
    expect(decision.sentence).toBe(
      "model-pymk is frozen until 2026-11-22 13:00 UTC: launch (test); a rollback is still possible".replace(
        "(test)",
        "(Zoe)",
      ),
    );
    expect(jobs).toMatchObject([{ key: "review:model-pymk", runAt: NOON + 60 * MINUTE }]);
  });

  it("keeps releases waiting and is lifted by the same people as a hold", () => {
    const told = story();
    freeze(told);
    told.build("1");
    expect(told.promotion("1", "staging").state.kind).toBe("queued");
    expect(told.ask("Unfreeze", SAM, {}).refusal).toBe("not_permitted");
    expect(told.ask("Unfreeze", ZOE, {}).types).toEqual(["FreezeLifted", "DeployStarted"]);
    expect(told.ask("Unfreeze", ZOE, {}).refusal).toBe("not_frozen");
  });

  it("that is over cannot be lifted", () => {
    const told = story();
    freeze(told);
    told.wait(61 * MINUTE);
    expect(told.ask("Unfreeze", ZOE, {}).refusal).toBe("not_frozen");
  });
});

describe("a freeze over everything", () => {
  const context = (now = NOON, person = ZOE) => ({
    now,
    by: { kind: "person" as const, id: person.id, name: person.name },
    policy: aPolicy(),
    global: emptyGlobal(),
    others: {},
    archived: {},
    sha256: () => "",
  });
  const freeze = (person = ZOE): GlobalCommand => ({
    type: "FreezeEverything",
    person,
    directory: DIRECTORY,
    reason: " launch ",
    until: NOON + MINUTE,
  });
  const unfreeze = (person = ZOE): GlobalCommand => ({
    type: "UnfreezeEverything",
    person,
    directory: DIRECTORY,
  });
  const frozen: GlobalState = {
    ...emptyGlobal(),
    freeze: { reason: "launch", by: context().by, at: NOON, until: NOON + MINUTE },
  };

  it("is set by any full member and ends by itself", () => {
    const { events, sentence } = decideGlobal(emptyGlobal(), freeze(), context());
    expect(events).toEqual([{ type: "FreezePlaced", reason: "launch", until: NOON + MINUTE }]);
    expect(sentence).toContain("everything is frozen until 2026-11-22 12:01 UTC: launch (Zoe)");
    const facts = events.map((event) => ({ at: NOON, by: context().by, event }));
    expect(facts.reduce(evolveGlobal, emptyGlobal())).toEqual(frozen);
    expect(reactGlobal(facts)).toMatchObject([
      { runAt: NOON + MINUTE, body: { kind: "review-all" } },
    ]);
  });

  it("is refused to guests", () => {
    expect(decideGlobal(emptyGlobal(), freeze(GUEST), context()).refusal?.code).toBe(
      "not_permitted",
    );
  });

  it("is lifted by whoever set it and by admins", () => {
    expect(decideGlobal(frozen, unfreeze(LEA), context()).refusal?.code).toBe("not_permitted");
    for (const person of [ZOE, ADA]) {
      const { events } = decideGlobal(frozen, unfreeze(person), context());
      expect(events).toEqual([{ type: "FreezeLifted" }]);
      const facts = events.map((event) => ({ at: NOON, by: context().by, event }));
      expect(facts.reduce(evolveGlobal, frozen)).toEqual(emptyGlobal());
      expect(reactGlobal(facts)).toMatchObject([{ runAt: NOON }]);
    }
  });

  it("that is not there cannot be lifted", () => {
    expect(decideGlobal(emptyGlobal(), unfreeze(), context()).refusal?.code).toBe("not_frozen");
    expect(decideGlobal(frozen, unfreeze(), context(NOON + MINUTE)).refusal?.code).toBe(
      "not_frozen",
    );
  });

  it("keeps releases waiting, whatever the component's own freeze says", () => {
    const told = story({ global: frozen });
    told.ask("Freeze", LEA, { reason: "short", until: NOON + 1000 });
    told.build("1");
    expect(told.promotion("1", "staging").state).toMatchObject({
      blockers: [{ reason: "launch", until: NOON + MINUTE }],
    });
  });

  it("leaves the digest alone", () => {
    const { events } = decideGlobal(frozen, { type: "RequestDigest", time: NOON }, context());
    const since = NOON - 24 * 60 * MINUTE;
    expect(events).toEqual([{ type: "DigestRequested", channel: "releases", since, time: NOON }]);
    const facts = events.map((event) => ({ at: NOON, by: context().by, event }));
    const after = facts.reduce(evolveGlobal, frozen);
    expect(after).toEqual({ ...frozen, digest: NOON });
    const next: GlobalCommand = { type: "RequestDigest", time: NOON + MINUTE };
    expect(decideGlobal(after, next, context()).events).toMatchObject([{ since: NOON }]);
    expect(reactGlobal(facts)).toEqual([
      {
        key: `digest:releases:${NOON}`,
        lane: null,
        runAt: NOON,
        body: { kind: "digest", channel: "releases", since, time: NOON },
      },
    ]);
  });

  it("names nobody else where there is no admin", () => {
    const policy = { ...aPolicy(), admins: [] };
    const decision = decideGlobal(frozen, unfreeze(LEA), { ...context(), policy });
    expect(decision.refusal?.sentence).toBe("Zoe set it (launch); lifting it is for them");
  });
});
