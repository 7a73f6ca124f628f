import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAwaited, isGuarded, isRevoked, openIncident } from "../../src/core/after-watch.ts";
import type { OperationReport } from "../../src/core/command.ts";
import { type ComponentState, emptyComponent, findPromotion } from "../../src/core/component.ts";
import type { ComponentEvent, Fact } from "../../src/core/event.ts";
import { evolve } from "../../src/core/evolve.ts";
import { canonicalJson, type Json } from "../../src/core/json.ts";
import type { Policy } from "../../src/core/policy.ts";
import { isActive } from "../../src/core/promotion.ts";
import { isNewer } from "../../src/core/release.ts";
import type { CheckAssessment, CheckVerdict } from "../../src/core/verdict.ts";
import { AN_ALERT_RULE, anAlert, reportAlert, resolved } from "../support/alerts.ts";
import {
  aComponent,
  aConfirmation,
  aGuard,
  aLongWatch,
  anEnvironment,
  aPolicy,
  aRule,
  aWatch,
  MINUTE,
} from "../support/policies.ts";
import {
  ADA,
  anAssessment,
  aPerson,
  DANA,
  DIRECTORY,
  LEA,
  OLGA,
  OTTO,
  SAM,
  type Story,
  story,
  type Told,
} from "../support/story.ts";

/** The rules of the design that must always hold, on random lives of a component. */

const RULES = [aRule("@ml-leads"), aRule("@sre")];
const BAND = { unit: "value", most: 0.005 } as const;

/** The third has a routine lane, for a service: it needs no data sets. */
const POLICIES = [1, 2, 3].map((revision) =>
  aPolicy(
    aComponent({
      kind: revision === 3 ? "service" : "model",
      environments: [
        anEnvironment("staging"),
        anEnvironment("production", {
          approval: RULES,
          approvalExpires: 90 * MINUTE,
          watch: aWatch(),
          source: { revision },
          routine:
            revision === 3 ? { band: { kind: "each", metrics: { auc: BAND } }, sample: 0.3 } : null,
        }),
      ],
    }),
  ),
);

/** What is live is guarded, also by alerts of another system, and its labels come an hour later. */
const LONG = aLongWatch({
  alerts: [AN_ALERT_RULE],
  guard: aGuard({ every: MINUTE, window: 5 * MINUTE }),
  confirm: aConfirmation({ every: MINUTE, after: 60 * MINUTE, for: 30 * MINUTE }),
});

const person = fc.constantFrom(LEA, SAM, DANA, OTTO, ADA, OLGA, aPerson("Zoe"));
const version = fc.constantFrom("1", "2", "3", "4");
const environment = fc.constantFrom("staging", "production");
const verdict = fc.constantFrom<CheckVerdict>(
  "pending",
  "success",
  "failure",
  "inconclusive",
  "error",
);
const report = fc.constantFrom<OperationReport>(
  { kind: "accepted", handle: "h", url: null },
  { kind: "running", detail: "half" },
  { kind: "succeeded", detail: null },
  { kind: "succeeded", detail: null },
  { kind: "failed", why: "no quota" },
  { kind: "unknown", why: "no answer" },
);

type Step = (told: Story) => Told | undefined;

const about = (told: Story, one: string, place: string) => ({
  release: told.id(one),
  environment: place,
});

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({
      version,
      auc: fc.constantFrom(0.81, 0.9, 0.5),
      outcome: fc.constantFrom("success" as const, "success" as const, "failure" as const),
      finishedAt: fc.constantFrom(null, 1),
    })
    .map(
      ({ version: one, auc, ...build }): Step =>
        (told) =>
          told.build(one, { metrics: { auc }, ...build }),
    ),
  fc.tuple(environment, report).map(
    ([place, said]): Step =>
      (told) =>
        told.deployer(place, said),
  ),
  fc.tuple(person, version, environment, fc.boolean()).map(
    ([who, one, place, stale]): Step =>
      (told) => {
        const promotion = told
          .state()
          .releases[told.id(one)]?.promotions.findLast(
            (candidate) => candidate.environment === place,
          );
        const digest = stale ? "0".repeat(64) : (promotion?.digest ?? "");
        return told.ask("Approve", who, { ...about(told, one, place), digest });
      },
  ),
  fc.tuple(person, version, environment).map(
    ([who, one, place]): Step =>
      (told) =>
        told.ask("Promote", who, about(told, one, place)),
  ),
  fc
    .tuple(
      fc.constantFrom("Reject" as const, "Stop" as const, "Override" as const),
      person,
      version,
      environment,
    )
    .map(
      ([type, who, one, place]): Step =>
        (told) =>
          told.ask(type, who, { ...about(told, one, place), reason: "because" }),
    ),
  fc.tuple(person, version, environment).map(
    ([who, one, place]): Step =>
      (told) =>
        told.ask("Retry", who, about(told, one, place)),
  ),
  fc.tuple(person, fc.option(version), environment).map(
    ([who, to, place]): Step =>
      (told) =>
        told.ask("RollBack", who, {
          from: null,
          environment: place,
          to: to === null ? null : told.id(to),
          trigger: "command",
          reason: "because",
        }),
  ),
  fc.tuple(person, fc.option(environment)).map(
    ([who, place]): Step =>
      (told) =>
        told.ask("Hold", who, { environment: place, reason: "incident" }),
  ),
  fc.tuple(person, fc.option(environment)).map(
    ([who, place]): Step =>
      (told) =>
        told.ask("Unhold", who, { environment: place }),
  ),
  person.map(
    (who): Step =>
      (told) =>
        told.ask("Freeze", who, { reason: "launch", until: told.now() + 30 * MINUTE }),
  ),
  person.map(
    (who): Step =>
      (told) =>
        told.ask("Unfreeze", who, {}),
  ),
  fc.tuple(version, environment, fc.array(verdict, { minLength: 1, maxLength: 2 })).map(
    ([one, place, verdicts]): Step =>
      (told) => {
        const found = told
          .state()
          .releases[told.id(one)]?.promotions.some((promotion) => promotion.environment === place);
        return found === true ? told.watch(one, place, ...verdicts) : undefined;
      },
  ),
  fc.constantFrom(MINUTE, 31 * MINUTE).map(
    (time): Step =>
      (told) => {
        told.wait(time);
        return told.tell({ type: "Review", component: "model-pymk" });
      },
  ),
  fc.constantFrom(...POLICIES).map(
    (policy): Step =>
      (told) => {
        told.setPolicy(policy);
        return undefined;
      },
  ),
  version.map(
    (one): Step =>
      (told) => {
        const promotion = told.state().releases[told.id(one)]?.promotions.at(-1)?.id ?? "";
        return told.tell({ type: "ExpireApproval", component: "model-pymk", promotion });
      },
  ),
);

/** What usually happens next: without it, random steps would seldom get as far as a watch. */
const usual: fc.Arbitrary<Step> = fc
  .constantFrom<CheckVerdict | "build" | "roll back" | "reject">(
    ...Array.from({ length: 5 }, () => "success" as const),
    "failure",
    "error",
    "build",
    "roll back",
    "reject",
  )
  .map(
    (next): Step =>
      (told) => {
        told.wait(MINUTE);
        if (next === "build") return told.build(String(told.state().sequence + 1));
        if (next === "roll back") {
          const usually = {
            from: null,
            environment: null,
            to: null,
            trigger: "command",
            reason: "slow",
          } as const;
          return told.ask("RollBack", ADA, usually);
        }
        const promotions = Object.values(told.state().releases).flatMap(
          (release) => release.promotions,
        );
        const rollback = told.environment("production").rollback?.state.kind === "running";
        const running = promotions.find(({ state }) => state.kind === "deploying");
        if (rollback) return told.deployer("production", { kind: "succeeded", detail: null });
        if (running !== undefined) {
          return told.deployer(running.environment, { kind: "succeeded", detail: null });
        }
        const watched = promotions.find(({ state }) => state.kind === "watching");
        if (watched !== undefined) {
          told.wait(31 * MINUTE);
          const { component } = told.state();
          const assessments = [anAssessment(next === "reject" ? "error" : next)];
          return told.tell({ type: "ReportWatch", component, promotion: watched.id, assessments });
        }
        if (told.state().freeze !== null) return told.ask("Unfreeze", ADA, {});
        if (told.state().holds.length > 0) return told.ask("Unhold", ADA, { environment: null });
        const waiting = promotions.find(({ state }) => state.kind === "awaiting-approval");
        if (waiting !== undefined) {
          const { release, environment: place, digest } = waiting;
          if (next === "reject") {
            return told.ask("Reject", SAM, { release, environment: place, reason: "no" });
          }
          const who = waiting.approvals.length === 0 ? LEA : SAM;
          return told.ask("Approve", who, { release, environment: place, digest });
        }
        return told.build(String(told.state().sequence + 1));
      },
  );

/** Alerts that fire, also since before the release was there, and that are over. */
const alerting: fc.Arbitrary<Step> = fc
  .record({
    fingerprint: fc.constantFrom("a", "b"),
    because: fc.constantFrom("condition" as const, "condition" as const, "no-data" as const),
    age: fc.constantFrom(0, 0, MINUTE, 40 * MINUTE),
    isOver: fc.boolean(),
  })
  .map(
    ({ age, isOver, ...one }): Step =>
      (told) => {
        told.wait(MINUTE);
        const fired = anAlert(told, { ...one, startsAt: told.now() - age });
        return reportAlert(told, isOver ? resolved(told, fired) : fired);
      },
  );

/** What happens to what is live, and was: looks of the guard, labels that come, and people who answer. */
const looking: fc.Arbitrary<Step> = fc
  .record({
    what: fc.constantFrom("guard", "guard", "guard", "confirm", "label", "override", "roll back"),
    who: person,
    verdict: fc.constantFrom<CheckVerdict>("success", "failure", "inconclusive", "error"),
    doubtful: fc.boolean(),
    wait: fc.constantFrom(MINUTE, 20 * MINUTE, 100 * MINUTE),
  })
  .map(
    ({ what, who, verdict: found, doubtful, wait }): Step =>
      (told) => {
        told.wait(wait);
        const { component, releases } = told.state();
        const assessment = { ...anAssessment(found), ...(doubtful ? { isDoubtful: true } : {}) };
        const assessments = [assessment as CheckAssessment];
        const promotions = Object.values(releases)
          .flatMap((release) => release.promotions)
          .filter(({ environment: place }) => place === "production");
        if (what === "guard") {
          const guarded = promotions.find(isGuarded);
          if (guarded === undefined) return undefined;
          const { id: promotion, guard } = guarded;
          const { since } = guard;
          return told.tell({ type: "ReportGuard", component, promotion, since, assessments });
        }
        if (what === "confirm") {
          const awaited = promotions.find(
            (one) => isAwaited(one) && one.confirmation.from <= told.now(),
          );
          if (awaited === undefined) return undefined;
          const { id: promotion } = awaited;
          return told.tell({ type: "ReportConfirmation", component, promotion, assessments });
        }
        const asked = promotions.find(({ incident }) => incident !== null);
        if (asked === undefined) return undefined;
        const where = { release: asked.release, environment: "production", reason: "because" };
        if (what === "override") return told.ask("Override", who, where);
        if (what === "label") return told.ask("ReportFalseAlarm", who, { ...where, check: null });
        const { environment: place, reason } = where;
        const roll = { from: null, environment: place, to: null, trigger: "button" } as const;
        return told.ask("RollBack", who, { ...roll, reason });
      },
  );

const longLife = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: usual },
    { weight: 3, arbitrary: looking },
    { weight: 1, arbitrary: alerting },
    { weight: 1, arbitrary: step },
  ),
  { minLength: 40, maxLength: 100 },
);

const life = fc.array(fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: step }), {
  minLength: 20,
  maxLength: 80,
});

/** Lives a random life and looks at every step: the state before it, its facts and the state after it. */
function always(
  check: (seen: {
    readonly before: ComponentState;
    readonly after: ComponentState;
    readonly told: Told;
    readonly story: Story;
    readonly facts: readonly Fact<ComponentEvent>[];
  }) => void,
  options: {
    readonly seed?: number;
    readonly policy?: Policy;
    readonly lives?: fc.Arbitrary<readonly Step[]>;
    readonly numRuns?: number;
  } = {},
): void {
  const { policy = POLICIES[0], lives = life, ...parameters } = options;
  fc.assert(
    fc.property(lives, (steps) => {
      const told = story({ ...(policy === undefined ? {} : { policy }) });
      for (const take of steps) {
        const before = told.state();
        const known = told.facts().length;
        const happened = take(told);
        if (happened === undefined) continue;
        check({
          before,
          after: told.state(),
          told: happened,
          story: told,
          facts: told.facts().slice(0, known + happened.events.length),
        });
      }
    }),
    { numRuns: 60, ...parameters },
  );
}

function started(events: readonly ComponentEvent[]) {
  return events.filter((event) => event.type === "DeployStarted");
}

describe("rule 1: no production deploy without every rule met, or the lane that the policy declared, on the evidence that is deployed", () => {
  it.each(["people alone approve", "a routine lane is declared"])("holds where %s", (which) => {
    const policy = POLICIES[which === "people alone approve" ? 0 : 2];
    let byLane = 0;
    always(
      ({ told, facts, before, story: lived }) => {
        for (const { promotion, digest } of started(told.events)) {
          if (!promotion.includes("/production/")) continue;
          const lane = told.events.find(
            (event) => event.type === "RoutineApproved" && event.promotion === promotion,
          );
          if (lane?.type === "RoutineApproved") {
            byLane += 1;
            expect(lane.digest).toBe(digest);
            expectRoutine({ promotion, before, lived });
            continue;
          }
          const own = facts
            .map(({ event, by }) => ({ event, by }))
            .filter(({ event }) => "promotion" in event && event.promotion === promotion);
          const approvals = new Map<string, string>();
          for (const { event, by } of own) {
            if (event.type === "PromotionRequested") {
              for (const carried of event.carried) {
                if (carried.by.kind === "person") approvals.set(carried.by.id, carried.digest);
              }
            }
            if (event.type === "ApprovalsVoided") approvals.clear();
            if (event.type === "ApprovalGiven" && by.kind === "person")
              approvals.set(by.id, event.digest);
          }
          const people = [...approvals].filter(([, seen]) => seen === digest).map(([id]) => id);
          const leads = people.filter(
            (id) => DIRECTORY["@ml-leads"]?.includes(id) && id !== DANA.id,
          );
          const sre = people.filter((id) => DIRECTORY["@sre"]?.includes(id));
          expect(leads.length).toBeGreaterThan(0);
          expect(sre.length).toBeGreaterThan(0);
        }
      },
      // A seed with which the lane is taken: without it nothing would have been tried.
      policy === POLICIES[2] && policy !== undefined ? { policy, seed: 4 } : {},
    );
    if (which !== "people alone approve") expect(byLane).toBeGreaterThan(0);
  });
});

/** Every condition of the lane, looked at on the state from which it was decided, by other means than its own. */
function expectRoutine(seen: {
  readonly promotion: string;
  readonly before: ComponentState;
  readonly lived: Story;
}): void {
  const { promotion, before, lived } = seen;
  const found = findPromotion(lived.state(), promotion);
  if (found === undefined) throw new Error(`${promotion} is not there`);
  const { build, gates } = found.release;
  const place = lived.environment("production");
  const live = lived.state().releases[place.live ?? ""]?.build;
  expect(lived.policy().components["model-pymk"]?.environments[1]?.routine).not.toBeNull();
  expect(live).toBeDefined();
  expect(place.rolledBack).toBe(false);
  expect(place.rollback?.state.kind).not.toBe("running");
  expect(build.commit?.sha).toBe(live?.commit?.sha);
  expect(build.datasets.map(({ name }) => name)).toEqual(live?.datasets.map(({ name }) => name));
  expect(build.gaps ?? []).toEqual([]);
  expect(new Set(gates.production?.results.map((result) => result.verdict))).toEqual(
    new Set(["pass"]),
  );
  const difference = Math.abs((build.metrics.auc ?? 9) - (live?.metrics.auc ?? 0));
  expect(difference).toBeLessThanOrEqual(BAND.most + 1e-9);
  expect(found.promotion).toMatchObject({ byName: false, attempt: 1 });
  expect(found.promotion.sampled).toBeUndefined();
  // A freeze or a hold that this very step did not lift would still stand.
  const { freeze, holds } = lived.state();
  expect(freeze === null || freeze.until <= lived.now()).toBe(true);
  expect(holds.filter(({ environment: held }) => held !== "staging")).toEqual([]);
  expect(before.environments.production?.active ?? null).not.toBe(promotion);
}

describe("rule 2: any change of the evidence voids the approvals", () => {
  it("holds: what waits is bound to the judgement of now", () => {
    always(({ after }) => {
      for (const release of Object.values(after.releases)) {
        for (const promotion of release.promotions) {
          for (const approval of promotion.approvals) {
            const waits =
              promotion.state.kind === "awaiting-approval" || promotion.state.kind === "queued";
            if (waits) expect(approval.digest).toBe(promotion.digest);
          }
        }
      }
    });
  });
});

describe("rule 3: the first decision wins, and nothing happens twice", () => {
  it("holds: a promotion that was decided takes no further approval", () => {
    always(({ before, told }) => {
      for (const event of told.events) {
        if (event.type !== "ApprovalGiven") continue;
        const promotion = findPromotion(before, event.promotion)?.promotion;
        expect(promotion?.state.kind).toBe("awaiting-approval");
      }
    });
  });

  it("holds: one person's approval is in a promotion once", () => {
    always(({ after }) => {
      for (const { approvals } of Object.values(after.releases).flatMap(
        ({ promotions }) => promotions,
      )) {
        const people = approvals.map(({ by }) => by.kind === "person" && by.id);
        expect(new Set(people).size).toBe(people.length);
      }
    });
  });
});

describe("rule 4: nothing delays a rollback", () => {
  it("holds: it is never refused for a freeze, a hold, a queue or a pending approval", () => {
    always(({ story: told }) => {
      const code = told.ask("RollBack", ADA, {
        from: null,
        environment: "production",
        to: null,
        trigger: "command",
        reason: "now",
      }).refusal;
      expect([null, "no_rollback_target", "already_rolled_back", "rollback_running"]).toContain(
        code,
      );
    });
  });
});

/** Lives with a guard and labels that come later. */
const LIVED_ON = { policy: LONG, lives: longLife, numRuns: 20 } as const;

describe("rule 5: where a rollback goes", () => {
  it("holds after the watch: only to what finished it and was not revoked since", () => {
    always(({ told, facts }) => {
      for (const event of told.events) {
        if (event.type !== "RollbackStarted") continue;
        expect(event.to).not.toBe(event.from);
        const about = (type: "PromotionCompleted" | "PromotionRevoked") =>
          facts.findLastIndex(
            ({ event: earlier }) =>
              earlier.type === type &&
              earlier.promotion.startsWith(`${event.to}/${event.environment}/`),
          );
        expect(about("PromotionCompleted")).toBeGreaterThan(about("PromotionRevoked"));
      }
    }, LIVED_ON);
  });

  it("holds after the watch: by itself once, with a hold, of what is live for certain, and never of a rollback", () => {
    always(({ told, facts, before }) => {
      for (const event of told.events) {
        if (event.type !== "RollbackStarted" || event.trigger !== "automatic") continue;
        const same = facts.filter(
          ({ event: one }) =>
            one.type === "RollbackStarted" &&
            one.trigger === "automatic" &&
            one.promotion === event.promotion,
        );
        expect(same).toHaveLength(1);
        expect(told.types).toContain("HoldPlaced");
        const undone = findPromotion(before, event.promotion)?.promotion;
        const place = before.environments[event.environment];
        if (undone?.state.kind !== "live") {
          expect(undone?.state.kind).toBe("watching");
          continue;
        }
        expect(undone.guard ?? null).not.toBeNull();
        expect(place).toMatchObject({
          live: event.from,
          serving: event.from,
          active: null,
          rolledBack: false,
        });
        expect(place?.good[0]).toBe(event.to);
      }
    }, LIVED_ON);
  });

  it("holds: an alert fails only what had the traffic before it began to fire", () => {
    always(({ told, facts }) => {
      for (const event of told.events) {
        if (event.type !== "VerdictChanged" || event.assessment.verdict !== "failure") continue;
        const { promotion, assessment } = event;
        if (assessment.alert === undefined) continue;
        const got = facts.findLast(
          ({ event: earlier }) =>
            (earlier.type === "RolledBack" && earlier.environment === "production") ||
            (earlier.type === "DeploySucceeded" && earlier.promotion.includes("/production/")),
        );
        expect(got?.at).toBeLessThan(assessment.alert.startsAt);
        if (got?.event.type === "DeploySucceeded") expect(got.event.promotion).toBe(promotion);
      }
    }, LIVED_ON);
  });

  it("holds: what was revoked is not among what an environment returns to", () => {
    always(({ after }) => {
      for (const { name, good } of Object.values(after.environments)) {
        for (const id of good) {
          const release = after.releases[id];
          expect(release !== undefined && isRevoked(release, name)).toBe(false);
        }
      }
    }, LIVED_ON);
  });

  it("holds: labels revoke, and never roll back by themselves", () => {
    always(({ told }) => {
      if (told.types.includes("PromotionRevoked")) {
        expect(told.types).not.toContain("RollbackStarted");
      }
    }, LIVED_ON);
  });

  it("holds: only to a release that finished its watch there, and not to itself", () => {
    always(({ told, facts }) => {
      for (const event of told.events) {
        if (event.type !== "RollbackStarted") continue;
        const finished = facts.some(
          ({ event: earlier }) =>
            earlier.type === "PromotionCompleted" &&
            earlier.promotion.startsWith(`${event.to}/${event.environment}/`),
        );
        expect(finished).toBe(true);
        expect(event.to).not.toBe(event.from);
      }
    });
  });

  it("holds: once for a promotion by itself, with a hold, and never of a rollback", () => {
    always(({ told, facts, before }) => {
      for (const event of told.events) {
        if (event.type !== "RollbackStarted" || event.trigger !== "automatic") continue;
        const same = facts.filter(
          (fact) =>
            fact.event.type === "RollbackStarted" &&
            fact.event.trigger === "automatic" &&
            fact.event.promotion === event.promotion,
        );
        expect(same).toHaveLength(1);
        expect(told.types).toContain("HoldPlaced");
        expect(findPromotion(before, event.promotion)?.promotion.state.kind).toBe("watching");
      }
    });
  });
});

describe("rule 6: no data is never a success and never a rollback", () => {
  it("holds", () => {
    always(({ told, before }) => {
      for (const event of told.events) {
        if (event.type === "WatchPassed") {
          const watched = findPromotion(before, event.promotion)?.promotion.state;
          expect(watched?.kind === "watching" && watched.until).toBeLessThanOrEqual(
            told.decision.events.length > 0 ? Number.MAX_SAFE_INTEGER : 0,
          );
          expect(told.types).not.toContain("RollbackStarted");
        }
        if (event.type === "RollbackStarted" && event.trigger === "automatic") {
          const breach = told.events.find((one) => one.type === "WatchBreached");
          const verdicts = breach?.incident.checks.map((check) => check.verdict) ?? [];
          expect(new Set(verdicts)).toEqual(new Set(["failure"]));
        }
      }
    });
  });

  it("holds: what goes live after a watch had only successes, or a person kept it", () => {
    always(({ told }) => {
      if (!told.types.includes("WatchPassed")) return;
      const changed = told.events.filter((event) => event.type === "VerdictChanged");
      expect(changed.every(({ assessment }) => assessment.verdict === "success")).toBe(true);
    });
  });
});

describe("rule 6 after the watch: what nobody knows decides nothing", () => {
  it("holds: a rollback by itself is of a failure without doubt", () => {
    always(({ told }) => {
      for (const event of told.events) {
        if (event.type !== "RollbackStarted" || event.trigger !== "automatic") continue;
        const breach = told.events.find((one) => one.type === "WatchBreached");
        const checks = breach?.incident.checks ?? [];
        expect(new Set(checks.map((check) => check.verdict))).toEqual(new Set(["failure"]));
        expect(checks.every(({ isDoubtful }) => isDoubtful === true)).toBe(false);
      }
    }, LIVED_ON);
  });

  it("holds: only a success confirms, at the end, and only a failure revokes", () => {
    always(({ told, before, after, story: lived }) => {
      for (const event of told.events) {
        if (event.type !== "PromotionConfirmed" && event.type !== "PromotionRevoked") continue;
        const { confirmation } = findPromotion(after, event.promotion)?.promotion ?? {};
        const verdict = confirmation?.checks.at(-1)?.verdict;
        expect(verdict).toBe(event.type === "PromotionConfirmed" ? "success" : "failure");
        const earlier = findPromotion(before, event.promotion)?.promotion.confirmation;
        expect(earlier?.outcome).toBeNull();
        if (event.type === "PromotionConfirmed") {
          expect(lived.now()).toBeGreaterThanOrEqual(earlier?.until ?? Number.POSITIVE_INFINITY);
        }
      }
    }, LIVED_ON);
  });

  it("holds: people are told of one incident once, and what is over asks nobody", () => {
    always(({ told, before }) => {
      for (const event of told.events) {
        if (event.type !== "WatchUndecided" && event.type !== "WatchBreached") continue;
        const { number } = event.incident;
        if (number === undefined) continue;
        const earlier = findPromotion(before, event.promotion)?.promotion;
        const open = earlier === undefined ? null : openIncident(earlier);
        // Worse news of the same one: it is drawn on the same announcement.
        if (open !== null) expect(event.type).toBe("WatchBreached");
        expect(number).toBe(open?.number ?? (earlier?.incident?.number ?? 0) + 1);
      }
    }, LIVED_ON);
  });
});

describe("a guard", () => {
  it("is of what takes the traffic, and of nothing else", () => {
    always(({ after }) => {
      const guarded = Object.values(after.releases)
        .flatMap(({ promotions }) => promotions)
        .filter(isGuarded);
      expect(guarded.length).toBeLessThanOrEqual(1);
      for (const { release, environment: place } of guarded) {
        expect(after.environments[place]).toMatchObject({ live: release, serving: release });
      }
    }, LIVED_ON);
  });
});

describe("a false alarm", () => {
  it("is said once of an incident, and changes nothing but a hold that Slipway placed", () => {
    always(({ told, before }) => {
      for (const event of told.events) {
        if (event.type !== "FalseAlarmReported") continue;
        const labelled = findPromotion(before, event.promotion)?.promotion.incident;
        expect(labelled?.falseAlarm).toBeUndefined();
        expect(["breach", "no-target"]).toContain(labelled?.kind);
        expect(told.types).not.toContain("PromotionCompleted");
        expect(told.types).not.toContain("RollbackStarted");
        const lifted = told.events.filter((one) => one.type === "HoldLifted");
        for (const { environment: place } of lifted) {
          const hold = before.holds.find((one) => one.environment === place);
          expect(hold?.automatic).toBe(true);
        }
      }
    }, LIVED_ON);
  });
});

describe("rule 7: an older build never replaces a newer one by itself", () => {
  it("holds", () => {
    always(({ told, before, after }) => {
      for (const { promotion: id } of started(told.events)) {
        const found = findPromotion(after, id);
        if (found === undefined || found.promotion.byName) continue;
        const live = before.environments[found.promotion.environment]?.live;
        const present = live === null || live === undefined ? undefined : before.releases[live];
        if (present === undefined || present.id === found.release.id) continue;
        expect({
          newer: isNewer(found.release, present),
          at: found.release.builtAt,
        }).toMatchObject({ newer: true });
      }
    });
  });
});

describe("rule 8: the state is the fold of the events", () => {
  it.each([
    ["until a release is live", {}],
    ["and after that", LIVED_ON],
  ] as const)("holds, byte for byte, %s", (_when, options) => {
    always(({ after, facts }) => {
      const folded = facts.reduce(evolve, emptyComponent("model-pymk"));
      expect(canonicalJson(folded as unknown as Json)).toBe(
        canonicalJson(after as unknown as Json),
      );
    }, options);
  });
});

describe("one environment", () => {
  it("has at most one promotion between deploying and watching", () => {
    always(({ after }) => {
      for (const place of ["staging", "production"]) {
        const active = Object.values(after.releases)
          .flatMap(({ promotions }) => promotions)
          .filter((promotion) => promotion.environment === place && isActive(promotion));
        expect(active.length).toBeLessThanOrEqual(1);
        expect(active[0]?.id ?? null).toBe(after.environments[place]?.active ?? null);
      }
    });
  });

  it("refers only to releases that are there", () => {
    always(({ after }) => {
      for (const { live, serving, good, rollback } of Object.values(after.environments)) {
        const referred = [live, serving, ...good].filter((id) => id !== null);
        if (rollback !== null && rollback.state.kind !== "done")
          referred.push(rollback.from, rollback.to);
        for (const id of referred) expect(after.releases[id]).toBeDefined();
      }
    });
  });
});

describe("a refusal", () => {
  it("changes no more than what it found outdated", () => {
    const housekeeping = new Set([
      "GatesJudged",
      "ApprovalsVoided",
      "ApprovalRequested",
      "PromotionCancelled",
      "ReleaseRestored",
    ]);
    always(({ told }) => {
      if (told.refusal === null) return;
      expect(told.types.filter((type) => !housekeeping.has(type))).toEqual([]);
    });
  });
});

describe("the random lives", () => {
  it("reach what the rules are about", () => {
    const seen = new Set<string>();
    always(
      ({ told }) => {
        for (const event of told.events) {
          const trigger = event.type === "RollbackStarted" ? ` (${event.trigger})` : "";
          const place =
            "promotion" in event && event.promotion.includes("/production/")
              ? " in production"
              : "";
          seen.add(`${event.type}${place}${trigger}`);
        }
      },
      { seed: 20261122 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining([
        "DeployStarted in production",
        "WatchPassed in production",
        "WatchUndecided in production",
        "PromotionSuperseded in production",
        "ApprovalsVoided in production",
        "RollbackStarted in production (automatic)",
        "RollbackStarted in production (command)",
        "RolledBack",
        "ReleaseSuperseded",
        "ReleaseRejected",
      ]),
    );
  });

  it("reach what happens after a watch", () => {
    const seen = new Set<string>();
    always(
      ({ told, before }) => {
        for (const event of told.events) {
          seen.add(event.type);
          if (event.type === "WatchBreached" && event.incident.checks[0]?.alert !== undefined) {
            seen.add(`an alert fails the ${event.incident.phase ?? "watch"}`);
          }
          if (event.type === "IncidentClosed") seen.add(`${event.type} (${event.how})`);
          if (event.type === "WatchUndecided") seen.add(`undecided (${event.incident.phase})`);
          if (event.type !== "RollbackStarted") continue;
          const undone = findPromotion(before, event.promotion)?.promotion.state.kind;
          seen.add(`${event.trigger} rollback of what is ${undone}`);
        }
      },
      { seed: 20261123, ...LIVED_ON, numRuns: 60 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining([
        "GuardStarted",
        "GuardEnded",
        "an alert fails the watch",
        "an alert fails the guard",
        "undecided (guard)",
        "undecided (confirmation)",
        "IncidentClosed (recovered)",
        "IncidentClosed (replaced)",
        "automatic rollback of what is live",
        "automatic rollback of what is watching",
        "ConfirmationAwaited",
        "ConfirmationDropped",
        "PromotionConfirmed",
        "PromotionRevoked",
        "FalseAlarmReported",
      ]),
    );
  });
});
