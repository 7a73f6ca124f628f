import { beforeEach, describe, expect, it } from "vitest";
import type { ChartForm, DrawnChart } from "../../../src/core/chart.ts";
import type { CheckAssessment } from "../../../src/core/verdict.ts";
import { createChartHandler } from "../../../src/effects/charts/chart-handler.ts";
import { createPictureTrouble } from "../../../src/effects/charts/picture-trouble.ts";
import { SlackCallError } from "../../../src/effects/slack/slack-call-error.ts";
import type { Picture } from "../../../src/effects/slack/upload-picture.ts";
import {
  aComponentPolicy,
  aComponentState,
  anAssessment,
  anEnvironmentState,
  anIncident,
  aRelease,
  inState,
  MINUTE,
  NOW,
} from "../../support/builders.ts";
import { emptyPolicy } from "../../support/effect-states.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createFakeStateReader, type FakeStateReader } from "../../support/fake-state-reader.ts";

const FROM = NOW - 10 * MINUTE;
const incident = anIncident();
const REQUEST = {
  kind: "chart",
  component: "model-pymk",
  promotion: "model-pymk@2026.11.22-3/production/1",
  occasion: "incident",
  of: incident.at,
  from: FROM,
} as const;

let uploaded: Picture[];
let failure: Error | null;
let told: string[];
let state: FakeStateReader;

beforeEach(() => {
  uploaded = [];
  failure = null;
  told = [];
  state = createFakeStateReader(stateWith({}), policyWith("image"));
});

function policyWith(charts: ChartForm) {
  const policy = emptyPolicy();
  return {
    ...policy,
    slack: { ...policy.slack, charts },
    components: { "model-pymk": aComponentPolicy() },
  };
}

function stateWith(promotion: {
  readonly checks?: readonly CheckAssessment[];
  readonly charts?: { readonly occasion: "incident" | "rollback" };
}) {
  const checks = promotion.checks ?? incident.checks;
  const drawn = inState(
    { kind: "rolling-back", since: NOW, to: "model-pymk@1" },
    {
      incident: { ...incident, checks },
      ...(promotion.charts === undefined
        ? {}
        : { charts: { ...promotion.charts, of: incident.at, from: FROM, drawn: [] } }),
    },
  );
  return aComponentState({
    releases: [aRelease({ promotions: [drawn] })],
    environments: [anEnvironmentState("production")],
  });
}

async function run(overrides: Partial<{ occasion: "rollback"; of: number; attempt: number }> = {}) {
  const { attempt = 1, ...request } = overrides;
  const trouble = createPictureTrouble((sentence) => told.push(sentence));
  const handler = createChartHandler({
    state,
    trouble,
    clock: createFakeClock(NOW),
    look: { look: async () => [] },
    rasteriser: { png: async (svg) => new TextEncoder().encode(svg) },
    upload: {
      upload: async (picture) => {
        uploaded.push(picture);
        if (failure !== null) throw failure;
        return `F0CHART000${uploaded.length}`;
      },
    },
  });
  const signal = new AbortController().signal;
  const result = await handler.run(
    { ...REQUEST, ...request },
    { attempt, due: NOW, now: NOW, signal },
  );
  expect(handler.buried({ ...REQUEST }, "lost")).toBe(null);
  return result;
}

async function drawn(...given: Parameters<typeof run>): Promise<readonly DrawnChart[] | null> {
  const { command } = await run(...given);
  return command?.type === "RecordCharts" ? command.charts.drawn : null;
}

describe("the charts of an incident", () => {
  it("are drawn of what was kept with it, uploaded, and recorded", async () => {
    const { kind, command } = await run();
    expect({ kind, command }).toEqual({
      kind: "done",
      command: {
        type: "RecordCharts",
        component: "model-pymk",
        promotion: REQUEST.promotion,
        charts: {
          occasion: "incident",
          of: incident.at,
          from: FROM,
          drawn: [
            {
              check: "prediction success rate",
              file: "F0CHART0001",
              alt: expect.stringContaining("Release: last 0.942, from 0.942 to 0.981, 2 values."),
              native: null,
            },
          ],
        },
      },
    });
    const [picture] = uploaded;
    expect(picture).toMatchObject({
      name: `chart-model-pymk-2026.11.22-3-production-1-incident-${incident.at}-1.png`,
      title: "prediction success rate",
      since: null,
    });
    const svg = new TextDecoder().decode(picture?.png);
    expect(svg).toContain("breach 13:59");
    expect(svg).not.toContain("rollback");
  });

  it("say when it was rolled back", async () => {
    await run({ occasion: "rollback" });
    expect(new TextDecoder().decode(uploaded[0]?.png)).toContain("rollback 14:00");
  });

  it("are looked for where an earlier try may have uploaded them", async () => {
    await run({ attempt: 2 });
    expect(uploaded[0]?.since).toBe(NOW);
  });

  it("are at most two, and none of what has no numbers", async () => {
    const named = (check: string) => anAssessment({ check });
    state.setState(
      stateWith({
        checks: [{ ...named("empty"), samples: [] }, named("a"), named("b"), named("c")],
      }),
    );
    expect((await drawn())?.map(({ check }) => check)).toEqual(["a", "b"]);
    state.setState(stateWith({ checks: [{ ...named("empty"), samples: [] }] }));
    expect(await drawn()).toBe(null);
  });

  it("have a form for Slack's own blocks where that is asked for", async () => {
    state.setPolicy(policyWith("native"));
    expect((await drawn())?.[0]).toMatchObject({
      file: "F0CHART0001",
      native: { title: "prediction success rate, 2026.11.22-3" },
    });
  });

  it.each([
    { name: "none are wanted", charts: "none" as const, state: {}, request: {} },
    {
      name: "they are there",
      charts: "image" as const,
      state: { charts: { occasion: "incident" as const } },
      request: {},
    },
    { name: "it is another incident", charts: "image" as const, state: {}, request: { of: 1 } },
  ])("are not drawn where $name", async ({ charts, state: promotion, request }) => {
    state.setPolicy(policyWith(charts));
    state.setState(stateWith(promotion));
    expect(await run(request)).toEqual({ kind: "done", command: null });
    expect(uploaded).toEqual([]);
  });
});

describe("a Slack that does not take the picture", () => {
  it("because a scope lacks: it is said once, and not tried again", async () => {
    failure = new SlackCallError("files.getUploadURLExternal", "missing_scope");
    expect(await run()).toEqual({ kind: "done", command: null });
    expect(told).toEqual([
      "Charts are not shown, only their numbers: Slack's files.getUploadURLExternal failed: missing_scope",
    ]);
  });

  it("still shows its own chart, where that is asked for", async () => {
    state.setPolicy(policyWith("native"));
    failure = new SlackCallError("files.getUploadURLExternal", "missing_scope");
    expect((await drawn())?.[0]).toMatchObject({
      file: null,
      native: { series: expect.anything() },
    });
  });

  it("for the moment: it is tried again, and given up in the end", async () => {
    failure = new SlackCallError("files.upload", "no_answer");
    await expect(run()).rejects.toBe(failure);
    expect(await run({ attempt: 6 })).toEqual({ kind: "done", command: null });
    expect(told).toHaveLength(1);
  });

  it("because it was asked too often: when it may be asked again", async () => {
    failure = new SlackCallError("files.upload", "ratelimited", { retryAfter: 7_000 });
    expect(await run()).toEqual({ kind: "later", at: NOW + 7_000, command: null });
  });

  it("and a drawing that fails: it is said", async () => {
    failure = new Error("unreachable");
    await run();
    expect(told).toEqual([
      "Charts are not shown, only their numbers: the picture could not be made",
    ]);
  });
});
