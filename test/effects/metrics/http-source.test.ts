import { describe, expect, it } from "vitest";
import { createHttpSource } from "../../../src/effects/metrics/http/http-source.ts";
import { readPoints } from "../../../src/effects/metrics/http/read-points.ts";
import { FROM, STEP, samples, TO } from "../../contracts/metric-source-contract.ts";
import { metricServers } from "../../support/metric-server.ts";
import { metricSettings } from "../../support/metric-settings.ts";
import { answerExpression, brokenExpression } from "../../support/value-expression.ts";

const never = new AbortController().signal;
const start = metricServers(TO + STEP / 2);
const WINDOW = { from: FROM, to: TO, step: STEP };

type Services = Parameters<typeof createHttpSource>[1];
const present = (url: string, services: Services) =>
  createHttpSource(
    { ...metricSettings({ url }), value: answerExpression("body.lag"), points: null },
    services,
  );
const ranges = (url: string, services: Services) =>
  createHttpSource(
    { ...metricSettings({ url: `${url}/api` }), value: null, points: answerExpression("body") },
    services,
  );

describe("an endpoint that answers ranges", () => {
  it("is asked for the window in whatever it calls time", async () => {
    const { server, source } = await start(ranges, () => ({ json: [] }));
    const query = "/x?a={{from}}&b={{to_seconds}}&c={{step_seconds}}&d={{from_iso}}";
    await source.range({ query, form: "value", ...WINDOW }, never);
    expect(server.requests().map(({ url }) => url)).toEqual([
      `/api/x?a=${FROM}&b=${TO / 1_000}&c=60&d=${encodeURIComponent(new Date(FROM).toISOString())}`,
    ]);
  });

  it("leaves out what is outside of the window", async () => {
    const points = [FROM - STEP, FROM, TO + STEP].map((at) => [at, 1]);
    const { source } = await start(ranges, () => ({ json: points }));
    const query = { query: "/?from={{from}}", form: "increase", ...WINDOW } as const;
    expect(await source.range(query, never)).toEqual(samples(1, null, null));
  });

  it("cannot be about the window without its beginning", async () => {
    const { server, source } = await start(ranges, () => ({ json: [] }));
    const query = { query: "/?v=2", form: "value", ...WINDOW } as const;
    expect(await source.range(query, never)).toEqual({
      kind: "error",
      why: "it: the query lacks {{from}}, so it cannot be about the window",
    });
    expect(server.requests()).toEqual([]);
  });

  it("whose expression fails is an error with the expression", async () => {
    const broken = (url: string, services: Services) =>
      createHttpSource(
        { ...metricSettings({ url }), value: null, points: brokenExpression("body.x()") },
        services,
      );
    const { source } = await start(broken, () => ({ json: {} }));
    const query = { query: "/?from={{from}}", form: "value", ...WINDOW } as const;
    expect(await source.range(query, never)).toEqual({
      kind: "error",
      why: "it: body.x(): no such overload",
    });
  });
});

describe("an endpoint that has only the present", () => {
  const ask = { query: "/stats", form: "value", ...WINDOW } as const;

  const newest = (value: number | null) => ({ ...samples(null, null, value), onlyPresent: true });

  it("has the newest point, and says that it knows no other", async () => {
    const { source } = await start(present, () => ({ json: { lag: 7 } }));
    expect(await source.range(ask, never)).toEqual(newest(7));
  });

  it("has no data where it says null", async () => {
    const { source } = await start(present, () => ({ json: { lag: null } }));
    expect(await source.range(ask, never)).toEqual(newest(null));
  });

  it.each([
    [{ lag: "7" }, "it: value gives a text, and a number is needed"],
    [{ lag: [7] }, "it: value gives a list, and a number is needed"],
    [{ lag: true }, "it: value gives a boolean, and a number is needed"],
    [{}, "it: body.lag: the answer has no body.lag"],
  ])("is an error of %j", async (json, why) => {
    const { source } = await start(present, () => ({ json }));
    expect(await source.range(ask, never)).toEqual({ kind: "error", why });
  });

  it("cannot say what was before", async () => {
    const { server, source } = await start(present, () => ({ json: { lag: 7 } }));
    const past = { ...ask, from: FROM - 60 * STEP, to: TO - 60 * STEP };
    expect(await source.range(past, never)).toEqual({
      kind: "error",
      why: "it: it has only the present, and the window is over: give it points instead of value",
    });
    expect(await source.range({ ...ask, form: "increase" }, never)).toEqual({
      kind: "error",
      why: "it: it has only the present, and events are counted over ranges: give it points instead of value",
    });
    expect(server.requests()).toEqual([]);
  });
});

describe("points of an answer", () => {
  it("have their time in milliseconds, in seconds or as a text", () => {
    expect(
      readPoints([[FROM, 1], { at: FROM / 1_000, value: 2 }, ["2026-11-22T13:20:00Z", null]]),
    ).toEqual({
      kind: "points",
      points: [
        { at: FROM, value: 1 },
        { at: FROM, value: 2 },
        { at: Date.UTC(2026, 10, 22, 13, 20), value: null },
      ],
    });
  });

  it.each([
    [{ points: [] }, "points gives no list"],
    [[1], 'point 0 has no time, as in {"at": …, "value": …}'],
    [[["soon", 1]], 'point 0 has no time, as in {"at": …, "value": …}'],
    [[[FROM, 1], [FROM]], "point 1 has no number as its value"],
    [[[FROM, "1"]], "point 0 has no number as its value"],
    [new Array(100_001).fill([FROM, 1]), "points gives more than 100000 points"],
  ])("of another shape are an error", (value, why) => {
    expect(readPoints(value)).toEqual({ kind: "error", why });
  });
});
