import { describe, expect, it } from "vitest";
import { MOST_ALERTS } from "../../src/core/heard-alerts.ts";
import type { GuardPolicy, WatchPolicy } from "../../src/core/watch-policy.ts";
import {
  ALERT_LABELS,
  AN_ALERT_RULE,
  anAlert,
  reportAlert,
  resolved,
  THE_VERSION,
} from "../support/alerts.ts";
import { deployNext, storyGuardedBy } from "../support/guarded-story.ts";
import {
  aComponent,
  aConfirmation,
  aGuard,
  aLongWatch,
  aPolicy,
  aWatch,
  MINUTE,
  PRODUCTION,
  STAGING,
} from "../support/policies.ts";
import {
  anAssessment,
  LEA,
  type Story,
  storyAwaitingApproval,
  storyLive,
  storyTwoLive,
  storyWatching,
} from "../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;
const HOUR = 60 * MINUTE;
const ID = "model-pymk@2/production/1";

const hearing = (
  guard: Partial<GuardPolicy> = {},
  more: Partial<Pick<WatchPolicy, "confirm" | "alerts">> = {},
) => aLongWatch({ guard: aGuard(guard), alerts: [AN_ALERT_RULE], ...more });

const withAction = (failure: GuardPolicy["on"]["failure"]) =>
  hearing({ on: { failure, inconclusive: "ask", error: "ask" } });

const storyGuarded = (policy = hearing()) => storyGuardedBy(policy);

const override = (told: Story) =>
  told.ask("Override", LEA, {
    release: told.id("2"),
    environment: "production",
    reason: "known noise",
  });

const guardOf = (told: Story) => told.promotion("2", "production").guard;
const incidentOf = (told: Story) => told.promotion("2", "production").incident;

describe("an alert that begins to fire after the watch", () => {
  it("rolls back what is guarded, once, to the one before it, and holds", () => {
    const told = storyGuarded();
    const alert = anAlert(told);
    const { events, types } = reportAlert(told, alert);
    expect(types).toEqual([
      "VerdictChanged",
      "WatchBreached",
      "RollbackStarted",
      "HoldPlaced",
      "GuardEnded",
    ]);
    expect(events[0]).toMatchObject({ phase: "guard", assessment: { verdict: "failure" } });
    expect(events[1]).toMatchObject({
      incident: {
        kind: "breach",
        action: "rollback",
        sentence: "alert HighErrorRate: 5xx ratio 7.3%",
        phase: "guard",
        number: 1,
      },
    });
    expect(events[2]).toMatchObject({
      from: "model-pymk@2",
      to: "model-pymk@1",
      trigger: "automatic",
    });
    expect(reportAlert(told, alert)).toMatchObject({ events: [], refusal: null });
    const other = anAlert(told, { fingerprint: "58b2a1146b6246c8" });
    expect(reportAlert(told, other)).toMatchObject({ events: [], refusal: "alert_not_watched" });
  });

  it("counts as well when it began in the last moment of the watch, and is heard of after it", () => {
    const told = storyWatching({ policy: hearing() });
    told.wait(30 * MINUTE - 1);
    const alert = anAlert(told);
    told.wait(1);
    told.watch("2", "production", "success");
    expect(reportAlert(told, alert).types).toContain("RollbackStarted");
  });

  it.each(["ask", "announce"] as const)("is told once where the policy says %s", (action) => {
    const told = storyGuarded(withAction(action));
    expect(reportAlert(told, anAlert(told)).types).toEqual(["VerdictChanged", "WatchBreached"]);
    expect(incidentOf(told)).toMatchObject({ action });
    told.wait(5 * MINUTE);
    expect(told.guard("2", "production", "success").types).toEqual(["VerdictChanged"]);
    expect(told.guard("2", "production", "success").events).toEqual([]);
    const other = anAlert(told, { fingerprint: "58b2a1146b6246c8" });
    expect(reportAlert(told, other).types).toEqual(["VerdictChanged"]);
    expect(incidentOf(told)).toMatchObject({ number: 1 });
  });

  it("never rolls back a rollback: people are asked", () => {
    const told = storyGuarded();
    deployNext(told, "3");
    told.deployer("production", OK);
    told.watch("3", "production", "failure");
    told.deployer("production", OK);
    told.wait(HOUR);
    expect(reportAlert(told, anAlert(told)).types).toEqual(["VerdictChanged", "WatchBreached"]);
    expect(incidentOf(told)).toMatchObject({
      action: "ask",
      sentence:
        "alert HighErrorRate: 5xx ratio 7.3%; it was not rolled back: production is at model-pymk@2 because of a rollback",
    });
  });

  it("asks where another release is on its way there", () => {
    const told = storyGuarded();
    deployNext(told, "3");
    expect(reportAlert(told, anAlert(told)).types).toEqual(["VerdictChanged", "WatchBreached"]);
    expect(incidentOf(told)).toMatchObject({ action: "ask" });
    expect(told.promotion("3", "production").state.kind).toBe("deploying");
  });

  it("with nothing to return to is told to people", () => {
    const told = storyLive({ policy: hearing() });
    told.wait(HOUR);
    expect(reportAlert(told, anAlert(told)).types).toEqual([
      "VerdictChanged",
      "WatchBreached",
      "RollbackImpossible",
    ]);
  });

  it("takes the doubt from what people were asked about", () => {
    const told = storyGuarded();
    told.guard("2", "production", { ...anAssessment("failure"), isDoubtful: true });
    expect(incidentOf(told)).toMatchObject({ action: "ask", isDoubtful: true });
    expect(reportAlert(told, anAlert(told)).types).toContain("RollbackStarted");
    expect(incidentOf(told)).toMatchObject({ number: 1 });
  });

  it("is acted on while people are asked because nobody can measure", () => {
    const told = storyGuarded();
    told.guard("2", "production", "error");
    told.wait(15 * MINUTE);
    told.guard("2", "production", "error");
    expect(incidentOf(told)).toMatchObject({ kind: "undecided" });
    expect(reportAlert(told, anAlert(told)).types).toContain("RollbackStarted");
  });

  it("is acted on in a freeze and a hold", () => {
    const told = storyGuarded();
    told.ask("Freeze", LEA, { reason: "launch", until: told.now() + HOUR });
    told.ask("Hold", LEA, { environment: null, reason: "incident" });
    expect(reportAlert(told, anAlert(told)).types).toContain("RollbackStarted");
  });

  it("fails a score by itself, as in a watch", () => {
    const told = storyGuarded(
      hearing({
        score: { pass: 90, warn: 50 },
        on: { failure: "ask", inconclusive: "ask", error: "ask" },
      }),
    );
    reportAlert(told, anAlert(told));
    override(told);
    expect(told.guard("2", "production", "success").types).toEqual(["VerdictChanged"]);
    expect(incidentOf(told)?.closed).toBe("kept");
  });
});

describe("an alert that a person has kept the release for", () => {
  it("asks nobody again until it fires anew, which is another incident", () => {
    const told = storyGuarded(withAction("ask"));
    const alert = anAlert(told);
    reportAlert(told, alert);
    override(told);
    expect(told.guard("2", "production", "success").types).toEqual(["VerdictChanged"]);
    expect(reportAlert(told, alert).events).toEqual([]);
    told.wait(MINUTE);
    expect(reportAlert(told, resolved(told, alert)).types).toEqual(["VerdictChanged"]);
    told.wait(MINUTE);
    expect(reportAlert(told, anAlert(told)).types).toEqual(["VerdictChanged", "WatchBreached"]);
    expect(incidentOf(told)).toMatchObject({ number: 2 });
  });

  it("in the watch asks nobody again in the guard, which is told when it is over", () => {
    const on = { failure: "ask", inconclusive: "ask", error: "ask" } as const;
    const watch = aWatch({ on, guard: aGuard(), alerts: [AN_ALERT_RULE] });
    const environments = [STAGING, { ...PRODUCTION, watch }];
    const told = storyWatching({ policy: aPolicy(aComponent({ environments })) });
    told.wait(MINUTE);
    const alert = anAlert(told);
    reportAlert(told, alert);
    override(told);
    expect(reportAlert(told, alert).events).toEqual([]);
    expect(told.guard("2", "production", "success").types).toEqual(["VerdictChanged"]);
    told.wait(MINUTE);
    expect(reportAlert(told, resolved(told, alert)).events).toMatchObject([
      { type: "VerdictChanged", phase: "guard", assessment: { verdict: "success" } },
    ]);
  });
});

describe("an alert of a guard that is resolved", () => {
  it("leaves the question a question, and closes what was only announced at the next look", () => {
    for (const action of ["ask", "announce"] as const) {
      const told = storyGuarded(withAction(action));
      const alert = anAlert(told);
      reportAlert(told, alert);
      told.guard("2", "production", "success");
      told.wait(4 * MINUTE);
      const { types, jobs } = reportAlert(told, resolved(told, alert));
      expect(types).toEqual(["VerdictChanged"]);
      expect(jobs.map(({ body }) => body.kind)).toContain("thread");
      expect(guardOf(told)?.checks.at(-1)).toMatchObject({
        verdict: "success",
        sentence: "5xx ratio 7.3%; resolved after 4 min",
      });
      expect(told.guard("2", "production", "success").types).toEqual(
        action === "ask" ? [] : ["IncidentClosed"],
      );
      expect(incidentOf(told)?.closed).toBe(action === "ask" ? undefined : "recovered");
    }
  });

  it("is said once", () => {
    const told = storyGuarded(withAction("ask"));
    const alert = anAlert(told);
    reportAlert(told, alert);
    told.wait(MINUTE);
    const over = resolved(told, alert);
    reportAlert(told, over);
    expect(reportAlert(told, over)).toMatchObject({ events: [], refusal: null });
    expect(reportAlert(told, alert)).toMatchObject({ events: [], refusal: null });
  });

  it("and had led to a rollback is nothing to the release that is watched next", () => {
    const told = storyGuarded();
    const alert = anAlert(told);
    reportAlert(told, alert);
    told.deployer("production", OK);
    told.ask("Unhold", LEA, { environment: "production" });
    deployNext(told, "3");
    told.deployer("production", OK);
    expect(told.promotion("3", "production").state.kind).toBe("watching");
    told.wait(MINUTE);
    expect(reportAlert(told, resolved(told, alert))).toMatchObject({
      events: [],
      refusal: "alert_before_deploy",
    });
    expect(told.promotion("3", "production").incident).toBeNull();
  });
});

describe("an alert of a guard that fires because its system could not measure", () => {
  const because = "no-data";

  it("is no breach: people are asked when it has lasted, and it is over by itself", () => {
    const told = storyGuarded();
    const alert = anAlert(told, { because });
    expect(reportAlert(told, alert).types).toEqual(["VerdictChanged"]);
    expect(told.guard("2", "production", "success").types).toEqual(["VerdictChanged"]);
    told.wait(15 * MINUTE);
    expect(told.guard("2", "production", "success").types).toEqual(["WatchUndecided"]);
    expect(incidentOf(told)).toMatchObject({ kind: "undecided", action: "ask" });
    reportAlert(told, resolved(told, alert));
    expect(told.guard("2", "production", "success").types).toEqual(["IncidentClosed"]);
  });

  it("and is resolved soon is nobody's business", () => {
    const told = storyGuarded();
    const alert = anAlert(told, { because });
    reportAlert(told, alert);
    told.wait(10 * MINUTE);
    reportAlert(told, resolved(told, alert));
    told.wait(10 * MINUTE);
    expect(told.guard("2", "production", "success").types).toEqual(["VerdictChanged"]);
    expect(incidentOf(told)).toBeNull();
  });
});

describe("an alert that is nothing to the guard", () => {
  it("began to fire before the release took traffic", () => {
    const told = storyGuarded();
    const { deployedAt } = guardOf(told) ?? { deployedAt: 0 };
    expect(reportAlert(told, anAlert(told, { startsAt: deployedAt }))).toMatchObject({
      events: [],
      refusal: "alert_before_deploy",
    });
  });

  it("began to fire before a rollback gave the release its traffic back", () => {
    const told = storyGuarded();
    deployNext(told, "3");
    told.deployer("production", OK);
    told.wait(MINUTE);
    const alert = anAlert(told, { labels: { ...ALERT_LABELS, service: "other" } });
    told.watch("3", "production", "failure");
    told.wait(MINUTE);
    told.deployer("production", OK);
    expect(reportAlert(told, { ...alert, labels: ALERT_LABELS })).toMatchObject({
      events: [],
      refusal: "alert_before_deploy",
    });
  });

  it("is about another version, or another service, or comes from a source that it does not hear", () => {
    const rule = { ...AN_ALERT_RULE, match: { ...AN_ALERT_RULE.match, version: THE_VERSION } };
    const told = storyGuarded(hearing({}, { alerts: [rule] }));
    const labelled = (labels: Readonly<Record<string, string>>) =>
      anAlert(told, { labels: { ...ALERT_LABELS, ...labels } });
    for (const labels of [{ version: "1" }, { version: "2", service: "feed" }, {}]) {
      expect(reportAlert(told, labelled(labels)).refusal).toBe("alert_not_matched");
    }
    expect(reportAlert(told, labelled({ version: "2" }), "other").refusal).toBe(
      "alert_not_matched",
    );
    expect(incidentOf(told)).toBeNull();
    expect(reportAlert(told, labelled({ version: "2" })).types).toContain("RollbackStarted");
  });

  it("is resolved, and the guard was never told that it fires", () => {
    const told = storyGuarded();
    expect(reportAlert(told, resolved(told, anAlert(told))).decision.refusal?.sentence).toBe(
      "alert HighErrorRate is resolved, and the guard of model-pymk@2 in production was never told that it fires",
    );
  });

  it("comes where nothing is guarded, or no longer", () => {
    const unguarded = storyTwoLive({ policy: aLongWatch({ alerts: [AN_ALERT_RULE] }) });
    expect(reportAlert(unguarded, anAlert(unguarded)).refusal).toBe("alert_not_watched");
    const told = storyGuarded();
    const unwatched = aComponent({ environments: [STAGING, { ...PRODUCTION, watch: null }] });
    for (const policy of [aLongWatch({ alerts: [AN_ALERT_RULE] }), aPolicy(unwatched)]) {
      told.setPolicy(policy);
      expect(reportAlert(told, anAlert(told)).refusal).toBe("alert_not_watched");
    }
  });

  it("comes where nothing is live yet", () => {
    const told = storyAwaitingApproval({ policy: hearing() });
    expect(reportAlert(told, anAlert(told)).refusal).toBe("alert_not_watched");
  });

  it("comes while the release is being rolled back", () => {
    const told = storyGuarded();
    const roll = { from: null, environment: null, to: null, trigger: "button" } as const;
    told.ask("RollBack", LEA, { ...roll, reason: "slow" });
    expect(reportAlert(told, anAlert(told)).refusal).toBe("alert_not_watched");
  });

  it("comes beside so many that fire that it says no more than they do", () => {
    const told = storyGuarded(withAction("ask"));
    for (let number = 0; number < MOST_ALERTS; number += 1) {
      reportAlert(told, anAlert(told, { fingerprint: `a${number}` }));
    }
    expect(reportAlert(told, anAlert(told)).refusal).toBe("alerts_enough");
  });
});

describe("what a guard keeps of alerts", () => {
  it("is what fires, and the last of those that are over", () => {
    const told = storyGuarded(withAction("ask"));
    const lasting = anAlert(told, { fingerprint: "lasting" });
    reportAlert(told, lasting);
    for (let number = 0; number < MOST_ALERTS + 5; number += 1) {
      const alert = anAlert(told, { fingerprint: `a${number}` });
      reportAlert(told, alert);
      told.wait(MINUTE);
      reportAlert(told, resolved(told, alert));
    }
    const kept = guardOf(told)?.checks.flatMap(({ alert }) => alert?.fingerprint ?? []) ?? [];
    expect(kept).toHaveLength(MOST_ALERTS);
    expect(kept).toContain("lasting");
    expect(kept).toContain(`a${MOST_ALERTS + 4}`);
    expect(kept).not.toContain("a0");
  });

  it("counts no longer when nobody asks for it any more", () => {
    const told = storyGuarded();
    reportAlert(told, anAlert(told, { because: "no-data" }));
    told.guard("2", "production", "success");
    told.setPolicy(hearing({}, { alerts: [] }));
    told.wait(HOUR);
    const { events } = told.guard("2", "production", "success");
    expect(events).toMatchObject([
      {
        type: "VerdictChanged",
        phase: "guard",
        assessment: { verdict: "pending", sentence: "it is no longer configured" },
      },
    ]);
    expect(guardOf(told)?.unsureSince).toBeNull();
    expect(told.guard("2", "production", "success").events).toEqual([]);
  });
});

describe("a check that is taken out of a guard", () => {
  it("while nobody could measure it leaves no doubt behind", () => {
    const told = storyGuarded();
    told.guard("2", "production", "success", "error");
    told.wait(MINUTE);
    expect(told.guard("2", "production", "success").types).toEqual(["VerdictChanged"]);
    expect(guardOf(told)?.unsureSince).toBeNull();
    told.wait(HOUR);
    expect(told.guard("2", "production", "error").types).toEqual(["VerdictChanged"]);
    expect(incidentOf(told)).toBeNull();
  });
});

describe("an alert while a confirmation is awaited", () => {
  const confirm = aConfirmation();

  it("is the guard's where there is one, and a rollback ends the waiting", () => {
    const told = storyGuarded(hearing({}, { confirm }));
    expect(reportAlert(told, anAlert(told)).types).toEqual([
      "VerdictChanged",
      "WatchBreached",
      "RollbackStarted",
      "HoldPlaced",
      "GuardEnded",
      "ConfirmationDropped",
    ]);
  });

  it("and nothing guards the release revokes it, asks people, and never rolls back by itself", () => {
    const told = storyGuarded(aLongWatch({ confirm, alerts: [AN_ALERT_RULE] }));
    const alert = anAlert(told);
    expect(reportAlert(told, alert).types).toEqual(["VerdictChanged", "PromotionRevoked"]);
    expect(told.promotion("2", "production")).toMatchObject({
      incident: { kind: "breach", action: "ask", phase: "confirmation" },
      confirmation: { outcome: { kind: "revoked", why: "alert HighErrorRate: 5xx ratio 7.3%" } },
    });
    expect(reportAlert(told, alert)).toMatchObject({ events: [], refusal: null });
    const later = anAlert(told, { fingerprint: "58b2a1146b6246c8" });
    expect(reportAlert(told, later).refusal).toBe("alert_not_watched");
  });

  it("is nothing to it when it began before the traffic, by its own deployment or by a rollback", () => {
    const told = storyGuarded(aLongWatch({ confirm, alerts: [AN_ALERT_RULE] }));
    const from = (told.promotion("2", "production").confirmation?.from ?? 0) - confirm.after;
    expect(reportAlert(told, anAlert(told, { startsAt: from })).refusal).toBe(
      "alert_before_deploy",
    );
    deployNext(told, "3");
    told.deployer("production", OK);
    const alert = anAlert(told, { because: "no-data" });
    told.watch("3", "production", "failure");
    told.wait(MINUTE);
    told.deployer("production", OK);
    expect(reportAlert(told, alert).refusal).toBe("alert_before_deploy");
    told.wait(MINUTE);
    expect(reportAlert(told, anAlert(told, { because: "no-data" })).types).toEqual([
      "VerdictChanged",
    ]);
  });

  it("is nothing to it once another release is live", () => {
    const told = storyGuarded(aLongWatch({ confirm, alerts: [AN_ALERT_RULE] }));
    deployNext(told, "3");
    told.deployer("production", OK);
    told.wait(30 * MINUTE);
    told.watch("3", "production", "success");
    told.wait(MINUTE);
    reportAlert(told, anAlert(told));
    expect(told.promotion("2", "production").confirmation?.outcome).toBeNull();
    expect(told.promotion("3", "production").confirmation?.outcome).toMatchObject({
      kind: "revoked",
    });
  });

  it("whose system could not measure keeps it from being confirmed until it is over", () => {
    const told = storyGuarded(aLongWatch({ confirm, alerts: [AN_ALERT_RULE] }));
    const alert = anAlert(told, { because: "no-data" });
    reportAlert(told, alert);
    const { until = 0 } = told.promotion("2", "production").confirmation ?? {};
    told.wait(until - told.now());
    expect(told.confirm("2", "production", "success").types).toEqual([
      "VerdictChanged",
      "WatchUndecided",
    ]);
    expect(reportAlert(told, resolved(told, alert)).types).toEqual(["VerdictChanged"]);
    expect(told.confirm("2", "production", "success").types).toEqual(["PromotionConfirmed"]);
  });

  it("brings nothing back that was decided: one that is confirmed is not revoked", () => {
    const told = storyGuarded(aLongWatch({ confirm, alerts: [AN_ALERT_RULE] }));
    const { until = 0 } = told.promotion("2", "production").confirmation ?? {};
    told.wait(until - told.now());
    told.confirm("2", "production", "success");
    expect(reportAlert(told, anAlert(told)).refusal).toBe("alert_not_watched");
  });
});

it("an alert about a release that replaced a guarded one is its watch's", () => {
  const told = storyGuarded();
  deployNext(told, "3");
  told.deployer("production", OK);
  told.wait(MINUTE);
  const { events } = reportAlert(told, anAlert(told));
  expect(events[0]).toMatchObject({ promotion: "model-pymk@3/production/1" });
  expect(events[0]).not.toHaveProperty("phase");
  expect(told.promotion("2", "production").id).toBe(ID);
});
