import { describe, expect, it } from "vitest";
import { type Alert, type LabelMatch, labelMismatch } from "../../src/core/alert.ts";
import { MOST_ALERTS } from "../../src/core/heard-alerts.ts";
import type { WatchPolicy } from "../../src/core/watch-policy.ts";
import { aComponent, aPolicy, aWatch, MINUTE, PRODUCTION, STAGING } from "../support/policies.ts";
import { LEA, SAM, type Story, story, storyLive, storyWatching } from "../support/story.ts";
import { labelMatch } from "../support/watched-release.ts";

const VERSION = { source: "{{version}}", fixed: false, valueFor: about("version") };
const LABELS = { alertname: "HighErrorRate", service: "pymk" };
const SUMMARY = "5xx ratio 7.3%";

function about(name: "component" | "environment" | "version") {
  return (subject: { readonly [K in typeof name]: string }) => subject[name];
}

function policyWith(
  on: Partial<WatchPolicy["on"]> = {},
  match: LabelMatch = labelMatch({ service: "pymk" }),
) {
  const watch = aWatch({
    on: { failure: "rollback", inconclusive: "ask", error: "ask", ...on },
    alerts: [{ source: "am", match }],
  });
  return aPolicy(aComponent({ environments: [STAGING, { ...PRODUCTION, watch }] }));
}

function anAlert(told: Story, overrides: Partial<Alert> = {}): Alert {
  return {
    fingerprint: "bd0b3b031a12312c",
    status: "firing",
    name: "HighErrorRate",
    labels: LABELS,
    summary: SUMMARY,
    startsAt: told.now(),
    endsAt: null,
    url: "https://prometheus.example/graph",
    because: "condition",
    ...overrides,
  };
}

function report(told: Story, alert: Alert, environment = "production", source = "am") {
  return told.tell({
    type: "ReportAlert",
    component: "model-pymk",
    environment,
    source,
    alert,
  });
}

/** Release 2 has been watched for a minute. */
function watching(options: Parameters<typeof story>[0] = { policy: policyWith() }): Story {
  const told = storyWatching(options);
  told.wait(MINUTE);
  return told;
}

function resolved(told: Story, fired: Alert): Alert {
  return { ...fired, status: "resolved", endsAt: told.now() };
}

describe("an alert that begins to fire in a watch", () => {
  it("rolls back once, to the last release that finished its watch, and holds", () => {
    const told = watching();
    const alert = anAlert(told);
    const { types } = report(told, alert);
    expect(types).toEqual(["VerdictChanged", "WatchBreached", "RollbackStarted", "HoldPlaced"]);
    expect(told.environment("production").rollback).toMatchObject({
      from: "model-pymk@2",
      to: "model-pymk@1",
      trigger: "automatic",
      reason: `alert HighErrorRate: ${SUMMARY}`,
    });
    expect(told.promotion("2", "production").incident).toEqual({
      kind: "breach",
      at: told.now(),
      action: "rollback",
      sentence: `alert HighErrorRate: ${SUMMARY}`,
      checks: [
        {
          check: "alert HighErrorRate",
          verdict: "failure",
          sentence: SUMMARY,
          query: '{alertname="HighErrorRate", service="pymk"}',
          condition: "does not fire",
          samples: [],
          counts: { passed: 0, failed: 0, noData: 0 },
          alert: {
            source: "am",
            fingerprint: alert.fingerprint,
            labels: LABELS,
            startsAt: alert.startsAt,
            endsAt: null,
            url: alert.url,
          },
        },
      ],
    });
  });

  it("changes nothing when it is told again, nor when another follows the rollback", () => {
    const told = watching();
    const alert = anAlert(told);
    report(told, alert);
    expect(report(told, alert)).toMatchObject({ events: [], refusal: null });
    const other = report(told, anAlert(told, { fingerprint: "58b2a1146b6246c8" }));
    expect(other).toMatchObject({ events: [], refusal: "alert_not_watched" });
  });

  it("has nothing to return to when it is the first release: people are told", () => {
    const told = story({ policy: policyWith() });
    told.build("1");
    told.deployer("staging", { kind: "succeeded", detail: null });
    told.approve(LEA, "1");
    told.approve(SAM, "1");
    told.deployer("production", { kind: "succeeded", detail: null });
    told.wait(MINUTE);
    expect(report(told, anAlert(told)).types).toEqual([
      "VerdictChanged",
      "WatchBreached",
      "RollbackImpossible",
    ]);
  });

  it.each(["ask", "announce"] as const)("is acted on as the policy says: %s", (failure) => {
    const told = watching({ policy: policyWith({ failure }) });
    expect(report(told, anAlert(told)).types).toEqual(["VerdictChanged", "WatchBreached"]);
    expect(told.promotion("2", "production").incident).toMatchObject({ action: failure });
    expect(told.watch("2", "production", "pending").events).toEqual([]);
    told.wait(30 * MINUTE);
    expect(told.watch("2", "production", "success").types).toEqual(
      failure === "ask" ? ["VerdictChanged"] : ["VerdictChanged", "PromotionFailed"],
    );
  });

  it("is told apart from others of the same name, and from a check of that name", () => {
    const told = watching({ policy: policyWith({ failure: "ask" }) });
    report(told, anAlert(told));
    report(told, anAlert(told, { fingerprint: "58b2a1146b6246c8" }));
    const check = { ...watchedCheck, check: "alert HighErrorRate", verdict: "failure" } as const;
    expect(told.watch("2", "production", check).types).toEqual(["VerdictChanged"]);
    expect(told.watch("2", "production", check).events).toEqual([]);
    expect(told.promotion("2", "production").state).toMatchObject({
      checks: [{ verdict: "failure" }, { verdict: "failure" }, { verdict: "failure" }],
    });
  });

  it("anew, after it was over unseen, is recorded again", () => {
    const told = watching({ policy: policyWith({ failure: "ask" }) });
    report(told, anAlert(told));
    told.wait(MINUTE);
    expect(report(told, anAlert(told)).types).toEqual(["VerdictChanged"]);
    expect(told.promotion("2", "production").state).toMatchObject({
      checks: [{ alert: { startsAt: told.now() } }],
    });
  });

  it("after the end counts as well, while people are asked", () => {
    const told = watching();
    told.wait(30 * MINUTE);
    told.watch("2", "production", "inconclusive");
    expect(report(told, anAlert(told)).types).toContain("RollbackStarted");
  });

  it("has a page and a summary only where its system says so", () => {
    const told = watching({ policy: policyWith({ failure: "ask" }) });
    report(told, anAlert(told, { url: null, summary: null }));
    expect(told.promotion("2", "production").incident?.sentence).toBe(
      "alert HighErrorRate: it fires",
    );
  });
});

const watchedCheck = {
  check: "check 1",
  verdict: "pending",
  sentence: "",
  query: "x",
  condition: "value > 1",
  samples: [],
  counts: { passed: 0, failed: 0, noData: 0 },
} as const;

describe("an alert that is resolved", () => {
  it("is recorded, told in the thread, and does not undo the breach", () => {
    const told = watching({ policy: policyWith({ failure: "ask" }) });
    const alert = anAlert(told);
    const { jobs: before } = report(told, alert);
    expect(JSON.stringify(before.filter(({ body }) => body.kind === "thread"))).not.toContain(
      "VerdictChanged",
    );
    told.wait(4 * MINUTE);
    const { types, jobs } = report(told, resolved(told, alert));
    expect(types).toEqual(["VerdictChanged"]);
    expect(told.promotion("2", "production")).toMatchObject({
      incident: { kind: "breach" },
      state: {
        checks: [{ verdict: "failure", sentence: `${SUMMARY}; resolved after 4 min` }],
      },
    });
    expect(jobs.find(({ body }) => body.kind === "thread")?.body).toMatchObject({
      release: "model-pymk@2",
      lines: [{ fact: { event: { type: "VerdictChanged" } } }],
    });
    expect(report(told, resolved(told, alert))).toMatchObject({ events: [], refusal: null });
    expect(report(told, alert)).toMatchObject({ events: [], refusal: null });
  });

  it("is the same one where its system no longer says when it began", () => {
    const told = watching({ policy: policyWith({ failure: "ask" }) });
    const alert = anAlert(told);
    report(told, alert);
    told.wait(4 * MINUTE);
    const over = { ...resolved(told, alert), startsAt: told.now() };
    expect(report(told, over).types).toEqual(["VerdictChanged"]);
    expect(told.promotion("2", "production").state).toMatchObject({
      checks: [{ alert: { startsAt: alert.startsAt, endsAt: told.now() } }],
    });
    expect(report(told, over)).toMatchObject({ events: [], refusal: null });
    const later = { ...over, startsAt: told.now() + 1, endsAt: told.now() + 1 };
    expect(report(told, later).refusal).toBe("alert_not_watched");
  });

  it("after the rollback that it caused is about no watch", () => {
    const told = watching();
    const alert = anAlert(told);
    report(told, alert);
    expect(report(told, resolved(told, alert)).refusal).toBe("alert_not_watched");
  });

  it("and of which the watch never heard changes nothing", () => {
    const told = watching();
    const { decision, events } = report(told, resolved(told, anAlert(told)));
    expect(events).toEqual([]);
    expect(decision.refusal).toEqual({
      code: "alert_not_watched",
      sentence:
        "alert HighErrorRate is resolved, and the watch of model-pymk@2 in production was never told that it fires",
    });
  });
});

describe("an alert that fires because its system could not measure", () => {
  const because = "no-data";

  it("is an error, and no breach", () => {
    const told = watching();
    expect(report(told, anAlert(told, { because })).types).toEqual(["VerdictChanged"]);
    expect(told.promotion("2", "production")).toMatchObject({
      incident: null,
      state: {
        checks: [{ verdict: "error", sentence: `it could not be measured (${SUMMARY})` }],
      },
    });
  });

  it("keeps the watch from passing while it fires, and asks at the end", () => {
    const told = watching();
    report(told, anAlert(told, { because }));
    told.wait(30 * MINUTE);
    expect(told.watch("2", "production", "success").types).toEqual([
      "VerdictChanged",
      "WatchUndecided",
    ]);
  });

  it("lets it pass once it is resolved", () => {
    const told = watching();
    const alert = anAlert(told, { because });
    report(told, alert);
    expect(report(told, resolved(told, alert)).types).toEqual(["VerdictChanged"]);
    told.wait(30 * MINUTE);
    expect(told.watch("2", "production", "success").types).toContain("WatchPassed");
  });
});

describe("an alert that is nothing to the watch", () => {
  it("began to fire before the release took traffic", () => {
    const told = watching();
    const alert = anAlert(told, { startsAt: told.now() - MINUTE });
    expect(report(told, alert)).toMatchObject({ events: [], refusal: "alert_before_deploy" });
    expect(told.promotion("2", "production").incident).toBeNull();
  });

  it("is about another version", () => {
    const told = watching({ policy: policyWith({}, { version: VERSION }) });
    const of = (version: string) => anAlert(told, { labels: { ...LABELS, version } });
    expect(report(told, of("1")).decision.refusal?.sentence).toBe(
      "alert HighErrorRate is not about model-pymk@2: its label version is 1, not 2",
    );
    expect(report(told, of("2")).types).toContain("RollbackStarted");
  });

  it("comes from a source that the watch does not hear", () => {
    const told = watching();
    expect(report(told, anAlert(told), "production", "other").decision.refusal?.sentence).toBe(
      "alert HighErrorRate is not about model-pymk@2: its watch hears no alerts of other",
    );
    const silent = storyWatching({
      policy: aPolicy(aComponent({ environments: [STAGING, { ...PRODUCTION }] })),
    });
    silent.setPolicy(
      aPolicy(aComponent({ environments: [STAGING, { ...PRODUCTION, watch: null }] })),
    );
    expect(report(silent, anAlert(silent)).refusal).toBe("alert_not_matched");
  });

  it("finds no release under watch", () => {
    const told = storyLive({ policy: policyWith() });
    expect(report(told, anAlert(told)).decision.refusal).toEqual({
      code: "alert_not_watched",
      sentence:
        "no release of model-pymk is under watch in production, so alert HighErrorRate is about none",
    });
    expect(report(told, anAlert(told), "moon").refusal).toBe("unknown_environment");
  });

  it("comes after so many that it says no more than they did", () => {
    const told = watching({ policy: policyWith({ failure: "ask" }) });
    for (let number = 0; number < MOST_ALERTS; number += 1) {
      expect(report(told, anAlert(told, { fingerprint: `a${number}` })).refusal).toBeNull();
    }
    expect(report(told, anAlert(told)).refusal).toBe("alerts_enough");
  });
});

describe("the labels of a match", () => {
  const alert = { labels: { service: "feed", version: "2" } };

  const CASES: readonly {
    readonly match: Readonly<Record<string, string>>;
    readonly mismatch: string | null;
  }[] = [
    { match: { service: "feed" }, mismatch: null },
    { match: { service: "feed", version: "2" }, mismatch: null },
    { match: { service: "search" }, mismatch: "its label service is feed, not search" },
    { match: { team: "x" }, mismatch: "it has no label team" },
    { match: { constructor: "x" }, mismatch: "it has no label constructor" },
  ];

  it.each(CASES)("$match: $mismatch", ({ match, mismatch }) => {
    expect(labelMismatch(labelMatch(match), alert, null)).toBe(mismatch);
  });

  it("that stand for something fit anything until it is known", () => {
    expect(labelMismatch({ version: VERSION }, alert, null)).toBeNull();
    const subject = { component: "svc-feed", environment: "production", version: "3" };
    expect(labelMismatch({ version: VERSION }, alert, subject)).toBe(
      "its label version is 2, not 3",
    );
  });
});
