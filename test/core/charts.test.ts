import { describe, expect, it } from "vitest";
import type { Change } from "../../src/core/change.ts";
import type { ChartOccasion, PromotionCharts } from "../../src/core/chart.ts";
import { chartJobs } from "../../src/core/chart-jobs.ts";
import type { EnvironmentState } from "../../src/core/component.ts";
import type { ComponentEvent } from "../../src/core/event.ts";
import {
  aComponentState,
  anEnvironmentState,
  anIncident,
  aRelease,
  aRollback,
  inState,
  NOW,
  SYSTEM,
} from "../support/builders.ts";
import { type Story, storyWatching } from "../support/story.ts";

const PROMOTION = "model-pymk@2/production/1";

function charts(told: Story, occasion: ChartOccasion, of: number): PromotionCharts {
  const drawn = [{ check: "errors", file: "F0CHART0001", alt: "numbers", native: null }];
  return { occasion, of, from: told.now(), drawn };
}

const record = (told: Story, drawn: PromotionCharts, promotion = PROMOTION) =>
  told.tell({ type: "RecordCharts", component: "model-pymk", promotion, charts: drawn });

const incidentOf = (told: Story) => told.promotion("2", "production").incident?.at ?? 0;

const jobsOfCharts = (jobs: ReturnType<Story["tell"]>["jobs"]) =>
  jobs.flatMap(({ key, body }) => (body.kind === "chart" ? [{ key, body }] : []));

describe("the charts of an incident", () => {
  it("are drawn of the time since it took traffic, beside the announcement", () => {
    const told = storyWatching();
    const from = told.now();
    told.wait(60_000);
    const { jobs } = told.watch("2", "production", "failure");
    expect(jobsOfCharts(jobs)).toEqual([
      {
        key: `chart:${PROMOTION}`,
        body: {
          kind: "chart",
          component: "model-pymk",
          promotion: PROMOTION,
          occasion: "incident",
          of: told.now(),
          from,
        },
      },
    ]);
  });

  it("are drawn again when the rollback is done, from where they began", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    record(told, { ...charts(told, "incident", incidentOf(told)), from: 17 });
    const { jobs } = told.deployer("production", { kind: "succeeded", detail: null });
    expect(jobsOfCharts(jobs).map(({ body }) => body)).toEqual([
      {
        kind: "chart",
        component: "model-pymk",
        promotion: PROMOTION,
        occasion: "rollback",
        of: incidentOf(told),
        from: 17,
      },
    ]);
  });

  it("are drawn of the rollback alone where those before it are not there", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    const { jobs } = told.deployer("production", { kind: "succeeded", detail: null });
    expect(jobsOfCharts(jobs).map(({ body: { from } }) => from)).toEqual([null]);
  });

  it("are not drawn where nothing was measured", () => {
    const told = storyWatching();
    told.wait(30 * 60_000);
    expect(jobsOfCharts(told.watch("2", "production").jobs)).toEqual([]);
  });
});

describe("what is live and goes wrong", () => {
  const live = aRelease({
    promotions: [inState({ kind: "live", since: NOW }, { incident: null })],
  });
  const [promotion] = live.promotions;
  const id = promotion?.id ?? "";

  function jobsOf(event: ComponentEvent, environment: Partial<EnvironmentState> = {}) {
    const after = aComponentState({
      releases: [live],
      environments: [anEnvironmentState("production", environment)],
    });
    const change: Change = {
      ...{ at: NOW, by: SYSTEM, events: [event], before: after, after },
      ...{ policy: undefined, sinks: [], others: {} },
    };
    return chartJobs(change, event).map(({ body }) => body);
  }

  it("is drawn of a time that its configuration says", () => {
    const incident = anIncident();
    expect(jobsOf({ type: "WatchBreached", promotion: id, incident })).toMatchObject([
      { kind: "chart", occasion: "incident", of: incident.at, from: null },
    ]);
    expect(jobsOf({ type: "PromotionRevoked", promotion: id, why: "", incident })).toMatchObject([
      { kind: "chart", occasion: "incident", of: incident.at, from: null },
    ]);
  });

  it("is not drawn where nobody is told, or where nothing goes wrong", () => {
    expect(jobsOf({ type: "PromotionRevoked", promotion: id, why: "", incident: null })).toEqual(
      [],
    );
    expect(jobsOf({ type: "WatchPassed", promotion: id })).toEqual([]);
  });

  it("is not drawn of a rollback that somebody asked for without an incident", () => {
    const event = { type: "RolledBack", environment: "production", rollback: "r" } as const;
    expect(jobsOf(event)).toEqual([]);
    expect(jobsOf(event, { rollback: aRollback({ promotion: id }) })).toEqual([]);
    expect(jobsOf(event, { rollback: aRollback({ promotion: "gone" }) })).toEqual([]);
  });

  it("is not drawn of a deployment that failed", () => {
    const event = { type: "RolledBack", environment: "production", rollback: "r" } as const;
    const failed = aRelease({
      promotions: [inState({ kind: "live", since: NOW }, { incident: anIncident({ checks: [] }) })],
    });
    const after = aComponentState({
      releases: [failed],
      environments: [anEnvironmentState("production", { rollback: aRollback({ promotion: id }) })],
    });
    const change: Change = {
      ...{ at: NOW, by: SYSTEM, events: [event], before: after, after },
      ...{ policy: undefined, sinks: [], others: {} },
    };
    expect(chartJobs(change, event)).toEqual([]);
  });
});

describe("charts that have been drawn", () => {
  it("are kept once for each occasion, and the messages are drawn again", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    const first = charts(told, "incident", incidentOf(told));
    const { types, jobs } = record(told, first);
    expect(types).toEqual(["ChartDrawn"]);
    expect(jobs.map(({ key }) => key)).toContain(`message:model-pymk@2:alert:${PROMOTION}`);
    expect(jobs.filter(({ body }) => body.kind === "thread")).toEqual([]);
    expect(told.promotion("2", "production").charts).toEqual(first);
    expect(record(told, first).types).toEqual([]);
  });

  it("of a rollback take the place of those before it, and not the other way round", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    const later = charts(told, "rollback", incidentOf(told));
    expect(record(told, later).types).toEqual(["ChartDrawn"]);
    expect(record(told, charts(told, "incident", incidentOf(told))).types).toEqual([]);
    expect(record(told, later).types).toEqual([]);
    expect(told.promotion("2", "production").charts).toEqual(later);
  });

  it("of another incident, or of nothing that is known, are not kept", () => {
    const told = storyWatching();
    told.watch("2", "production", "failure");
    expect(record(told, charts(told, "incident", 1)).types).toEqual([]);
    expect(record(told, charts(told, "incident", 1), "model-pymk@9/production/1").types).toEqual(
      [],
    );
  });

  it("take the place of those of the incident before", () => {
    const told = storyWatching();
    told.wait(30 * 60_000);
    told.watch("2", "production", "error");
    record(told, charts(told, "incident", incidentOf(told)));
    told.wait(60_000);
    told.watch("2", "production", "failure");
    expect(record(told, charts(told, "incident", incidentOf(told))).types).toEqual(["ChartDrawn"]);
  });
});
