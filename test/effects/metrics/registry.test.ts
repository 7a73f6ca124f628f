import { describe, expect, it } from "vitest";
import { createMetricSource, createMetricSources } from "../../../src/effects/metrics/registry.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const SETTINGS = {
  name: "prom",
  url: "http://prom.example:9090",
  page: null,
  auth: { kind: "none" },
  headers: {},
  timeout: 10_000,
} as const;

describe("metrics sources are made from the configuration", () => {
  it("each by its type, under its name", () => {
    const services = { clock: createFakeClock() };
    const sources = createMetricSources([{ type: "prometheus", settings: SETTINGS }], services);
    expect(Object.entries(sources).map(([name, source]) => [name, source.link("up")])).toEqual([
      ["prom", "http://prom.example:9090/graph?g0.expr=up&g0.tab=0"],
    ]);
  });

  it("and a type that does not exist does not compile", () => {
    const services = { clock: createFakeClock() };
    // @ts-expect-error -- there is no such type of metrics source
    const unknown = () => createMetricSource({ type: "statsd", settings: SETTINGS }, services);
    expect(unknown).toBeTypeOf("function");
  });
});
