import { describe, expect, it } from "vitest";
import type { ChartOccasion, PromotionCharts } from "../../src/core/chart.ts";
import { type Story, storyWatching } from "../support/story.ts";

const PROMOTION = "model-pymk@2/production/1";

function charts(told: Story, occasion: ChartOccasion, of: number): PromotionCharts {
  const drawn = [{ check: "errors", file: "F0CHART0001", alt: "numbers", native: null }];
  return { occasion, of, from: told.now(), drawn };
}

const record = (told: Story, drawn: PromotionCharts, promotion = PROMOTION) =>
  told.tell({ type: "RecordCharts", component: "model-pymk", promotion, charts: drawn });

const incidentOf = (told: Story) => told.promotion("2", "production").incident?.at ?? 0;

const chartJobs = (jobs: ReturnType<Story["tell"]>["jobs"]) =>
  jobs.flatMap(({ key, body }) => (body.kind === "chart" ? [{ key, body }] : []));

describe("the charts of an incident", () => {
  it("are drawn of the time since it took traffic, beside the announcement", () => {
    const told = storyWatching();
    const from = told.now();
    told.wait(60_000);
    const { jobs } = told.watch("2", "production", "failure");
    expect(chartJobs(jobs)).toEqual([
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
    expect(chartJobs(jobs).map(({ body }) => body)).toEqual([
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
    expect(chartJobs(jobs).map(({ body: { from } }) => from)).toEqual([null]);
  });

  it("are not drawn where nothing was measured", () => {
    const told = storyWatching();
    told.wait(30 * 60_000);
    expect(chartJobs(told.watch("2", "production").jobs)).toEqual([]);
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
