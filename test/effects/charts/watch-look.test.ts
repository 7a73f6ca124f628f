import { beforeEach, describe, expect, it } from "vitest";
import { watchAltText } from "../../../src/charts/alt-text.ts";
import { checkPlots } from "../../../src/charts/incident-plots.ts";
import { assess } from "../../../src/core/watch/assess.ts";
import type { KeptSamples } from "../../../src/core/watch/kept-samples.ts";
import type { WatchCheck } from "../../../src/core/watch-policy.ts";
import { createChartDesk } from "../../../src/effects/charts/chart-desk.ts";
import { incidentWindow } from "../../../src/effects/charts/incident-window.ts";
import { createPictureTrouble } from "../../../src/effects/charts/picture-trouble.ts";
import { createWatchLook, seriesByCheck } from "../../../src/effects/charts/watch-look.ts";
import { SlackCallError } from "../../../src/effects/slack/slack-call-error.ts";
import {
  aComponentState,
  anEnvironmentState,
  anIncident,
  aRelease,
  aWatchCheck,
  aWatchPolicy,
  inState,
  MINUTE,
  NOW,
} from "../../support/builders.ts";
import { atLeast } from "../../support/expressions.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createFakeMetricSource, type FakeMetricSource } from "../../support/fake-metric-source.ts";

const FROM = NOW - 10 * MINUTE;
const WATCHING = { kind: "watching", from: FROM, until: NOW + 20 * MINUTE, checks: [] } as const;
const OLD = aRelease({ version: "1" });
const promotion = inState(WATCHING, { incident: null });
const NEW = aRelease({ promotions: [promotion] });
const WINDOW = {
  ...{ deployedAt: FROM, from: FROM, to: NOW, until: NOW, every: MINUTE, warmUp: 0 },
};

let source: FakeMetricSource;

beforeEach(() => {
  source = createFakeMetricSource();
  source.answer(({ query, from, to, step }) => ({
    kind: "samples",
    samples: Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => ({
      at: from + index * step,
      value: query.includes('"1"') ? 0.99 : 0.9,
    })),
  }));
});

function aCheck(overrides: Partial<WatchCheck> = {}): WatchCheck {
  return aWatchCheck({
    measure: { kind: "value", query: 'success{version="{{version}}"}' },
    pass: atLeast("value", 0.97),
    ...overrides,
  });
}

const COMPARED = aCheck({
  comparison: { with: "stable", method: "sequential", worse: "lower", effect: null, measure: null },
});

async function seen(check: WatchCheck, live: string = OLD.id, kept: readonly KeptSamples[] = []) {
  const look = createWatchLook({
    sources: () => ({ prom: source }),
    assess,
    kept: async () => kept,
    clock: createFakeClock(NOW),
  });
  const state = aComponentState({
    releases: [OLD, NEW],
    environments: [anEnvironmentState("production", { live, good: [OLD.id] })],
  });
  const located = { release: NEW, promotion };
  const request = { state, located, checks: [check], window: WINDOW };
  return look.look(request, new AbortController().signal);
}

describe("a look at a watch", () => {
  it("has the verdict, and every number behind it", async () => {
    const [first] = await seen(aCheck());
    expect(first?.assessment.verdict).toBe("failure");
    expect(first?.series?.release).toHaveLength(11);
    expect(first?.series?.baseline).toBe(null);
  });

  it("has what the watch has kept of a source that knows the present alone", async () => {
    const before = source.asked().length;
    source.answer(({ from, to, step }) => ({
      kind: "samples",
      onlyPresent: true,
      samples: Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => {
        const at = from + index * step;
        return { at, value: at === to ? 0.99 : null };
      }),
    }));
    await seen(aCheck());
    const { query, form, step } = source.asked()[before] ?? never();
    const question = JSON.stringify(["prom", query, form, step]);
    const kept = [{ question, first: NOW - MINUTE, step, values: [0.98] }];
    const [first] = await seen(aCheck(), OLD.id, kept);
    expect(first?.series?.release.slice(-2)).toEqual([
      { at: NOW - MINUTE, value: 0.98 },
      { at: NOW, value: 0.99 },
    ]);
  });

  it.each([
    { name: "what is live beside it", live: OLD.id },
    { name: "what was live before it, once it is live itself", live: NEW.id },
  ])("compares with $name", async ({ live }) => {
    const [first] = await seen(COMPARED, live);
    const { baseline } = first?.series ?? {};
    expect(baseline?.with).toBe("stable");
    expect(baseline?.samples.at(-1)).toEqual({ at: NOW, value: 0.99 });
  });

  it("shows of the time before the deployment as much as of the time since", async () => {
    const comparison = { ...(COMPARED.comparison ?? never()), with: "previous" } as const;
    const [first] = await seen({ ...COMPARED, comparison });
    const { baseline } = first?.series ?? {};
    expect(baseline?.with).toBe("previous");
    expect(baseline?.samples[0]?.at).toBe(FROM - 10 * MINUTE);
    expect(baseline?.samples.at(-1)?.at).toBe(FROM);
  });

  it("shows last week's where this week's are", async () => {
    const comparison = { ...(COMPARED.comparison ?? never()), with: "last-week" } as const;
    const [first] = await seen({ ...COMPARED, comparison });
    const { baseline } = first?.series ?? {};
    expect(baseline?.with).toBe("last-week");
    expect(baseline?.samples[0]?.at).toBe(FROM);
    expect(baseline?.samples.at(-1)?.at).toBe(NOW);
  });

  it("has no numbers of an outage, and of what is no number", async () => {
    source.answer({ kind: "error", why: "down" });
    const [first] = await seen(aCheck());
    expect(first).toMatchObject({ assessment: { verdict: "error" }, series: null });
    const [alerts] = await seen(aCheck({ measure: { kind: "alerts", match: {} } }));
    expect(alerts?.series).toBe(null);
  });

  it("becomes a chart of what was measured", async () => {
    const looked = await seen(COMPARED);
    const plots = checkPlots({
      ...{ component: "model-pymk", version: NEW.version, environment: "production" },
      assessments: looked.map(({ assessment }) => assessment),
      checks: [COMPARED],
      series: seriesByCheck(looked),
      window: WINDOW,
      incident: null,
      rolledBackAt: null,
    });
    expect(plots.map(watchAltText)).toEqual([
      "Chart of prediction success rate of model-pymk 2026.11.22-3 in production, 2026-11-22 13:50 to 14:00 UTC. " +
        "Release: 0.9, 11 values. Stable: 0.99, 11 values. Limit: at least 0.97. Deploy: 13:50 UTC.",
    ]);
  });
});

function never(): never {
  throw new Error("the check is compared with nothing");
}

describe("the time that the chart of an incident shows", () => {
  const request = { chart: { from: FROM }, promotion, policy: aWatchPolicy(), now: NOW };

  it("is the time since the deployment", () => {
    const { window } = incidentWindow({ ...request, incident: anIncident() });
    expect(window).toMatchObject({ deployedAt: FROM, from: FROM, to: NOW, every: MINUTE });
  });

  it("is the length of a watch where nothing says more, and of a usual one where it is not configured", () => {
    const incident = anIncident({ at: NOW });
    const unknown = { ...request, chart: { from: null }, incident };
    expect(incidentWindow(unknown).window.from).toBe(NOW - 30 * MINUTE);
    expect(incidentWindow({ ...unknown, policy: null })).toMatchObject({
      checks: [],
      window: { from: NOW - 30 * MINUTE, every: MINUTE / 2 },
    });
  });

  it("of a guard is the time in which it went wrong", () => {
    const guard = {
      ...{ every: MINUTE, window: 60 * MINUTE, checks: [aCheck()], score: null },
      on: { failure: "ask", inconclusive: "ask", error: "ask" },
    } as const;
    const incident = anIncident({ at: NOW, phase: "guard" });
    const policy = aWatchPolicy({ guard });
    const unknown = { ...request, chart: { from: null }, incident, policy };
    expect(incidentWindow(unknown).window).toMatchObject({ from: NOW - 60 * MINUTE });
    const long = {
      ...promotion,
      guard: { since: 0, deployedAt: NOW - 9_000 * MINUTE, checks: [], unsureSince: null },
    };
    expect(incidentWindow({ ...unknown, promotion: long }).window).toMatchObject({
      deployedAt: NOW - 9_000 * MINUTE,
      from: NOW - 120 * MINUTE,
    });
  });

  it("of a confirmation begins when labels were expected, with no more points than are seen", () => {
    const incident = anIncident({ at: NOW, phase: "confirmation" });
    const later = {
      ...promotion,
      confirmation: { from: NOW - 7_000 * MINUTE, until: NOW, checks: [], outcome: null },
    };
    const confirm = {
      ...{ after: 60 * MINUTE, for: 7_000 * MINUTE, every: MINUTE, checks: [], score: null },
      on: { failure: "ask", inconclusive: "ask", error: "ask" },
    } as const;
    const policy = aWatchPolicy({ confirm });
    expect(incidentWindow({ ...request, incident, policy, promotion: later }).window).toMatchObject(
      {
        deployedAt: NOW - 7_060 * MINUTE,
        from: NOW - 7_000 * MINUTE,
        every: 7 * MINUTE,
      },
    );
  });
});

describe("pictures for those who ask", () => {
  const drawing = { of: "errors", svg: "<svg/>", alt: "numbers", native: null };

  function aDesk(form: "image" | "none", upload: () => Promise<string>) {
    const told: string[] = [];
    const desk = createChartDesk({
      rasteriser: { png: async () => new Uint8Array(1) },
      upload: { upload },
      form: () => form,
      trouble: createPictureTrouble((sentence) => told.push(sentence)),
      clock: createFakeClock(NOW),
    });
    return { desk, told };
  }

  it("are uploaded once while they stay the same", async () => {
    let uploads = 0;
    const { desk } = aDesk("image", async () => {
      uploads += 1;
      return `F0CHART000${uploads}`;
    });
    const shown = { check: "errors", file: "F0CHART0001", alt: "numbers", native: null };
    expect(await desk.show([drawing])).toEqual([shown]);
    expect(await desk.show([drawing])).toEqual([shown]);
    expect(await desk.show([])).toEqual([]);
    expect(uploads).toBe(1);
  });

  it("are missing, and it is said, where Slack does not take them", async () => {
    const { desk, told } = aDesk("image", () =>
      Promise.reject(new SlackCallError("files.upload", "missing_scope")),
    );
    expect(await desk.show([drawing])).toMatchObject([{ file: null, alt: "numbers" }]);
    expect(told).toHaveLength(1);
  });

  it("are not made where none are wanted", async () => {
    const { desk } = aDesk("none", () => Promise.reject(new Error("nothing is uploaded")));
    expect(await desk.show([drawing])).toMatchObject([{ file: null }]);
  });
});
