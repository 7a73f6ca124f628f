import { describe, expect, it } from "vitest";
import { type SeriesLabels, signalsOf } from "../../../src/core/suggest/signals.ts";

const OWN = { app: "svc-feed" };

function series(name: string, ...labels: readonly Readonly<Record<string, string>>[]) {
  return labels.map((more): SeriesLabels => ({ __name__: name, ...OWN, ...more }));
}

const measuresOf = (all: readonly SeriesLabels[], versions: readonly string[] = []) =>
  signalsOf(all, OWN, versions).map(({ name, measure }) => ({ name, measure }));

describe("what can be measured by the series of a component", () => {
  it("is the share of bad events where a counter says how they ended, of one version and of all", () => {
    const all = series(
      "requests_total",
      { code: "200", version: "1" },
      { code: "503", version: "1" },
    );
    expect(signalsOf(all, OWN, ["1"])).toEqual([
      {
        name: "failed requests",
        measure: {
          kind: "ratio",
          bad: 'requests_total{app="svc-feed",version="{{version}}",code=~"5.."}',
          total: 'requests_total{app="svc-feed",version="{{version}}"}',
        },
        overall: {
          kind: "ratio",
          bad: 'requests_total{app="svc-feed",code=~"5.."}',
          total: 'requests_total{app="svc-feed"}',
        },
      },
    ]);
  });

  it.each([
    { what: "one bad word", values: ["ok", "error"], bad: 'outcome="error"' },
    { what: "several", values: ["ok", "error", "timeout"], bad: 'outcome=~"error|timeout"' },
  ])("takes $what for what is bad", ({ values, bad }) => {
    const [signal] = measuresOf(
      series("predictions_total", ...values.map((outcome) => ({ outcome }))),
    );
    expect(signal?.measure).toMatchObject({ bad: `predictions_total{app="svc-feed",${bad}}` });
  });

  it("is the buckets of a histogram", () => {
    expect(measuresOf(series("latency_seconds_bucket", { le: "0.5" }))).toEqual([
      {
        name: "slow latency seconds",
        measure: {
          kind: "histogram",
          buckets: 'latency_seconds_bucket{app="svc-feed"}',
          over: null,
        },
      },
    ]);
  });

  it("is a counter of errors", () => {
    expect(measuresOf(series("exceptions_total", {}))).toEqual([
      {
        name: "exceptions",
        measure: { kind: "count", events: 'exceptions_total{app="svc-feed"}' },
      },
    ]);
  });

  it.each([
    { what: "a gauge", all: series("queue_length", {}) },
    { what: "a counter of which nobody says how it ended", all: series("bytes_total", {}) },
    { what: "a counter of which all ended badly", all: series("lost_total", { result: "error" }) },
    { what: "a name like that of a bucket", all: series("oil_bucket", {}) },
    { what: "a series without a name", all: [OWN] },
  ])("is not $what", ({ all }) => {
    expect(signalsOf(all, OWN, [])).toEqual([]);
  });

  it("finds the label of the version by a known version, whatever it is called", () => {
    const all = series("errors_total", { rev: "2026.11" });
    expect(measuresOf(all, ["2026.11"])[0]?.measure).toMatchObject({
      events: 'errors_total{app="svc-feed",rev="{{version}}"}',
    });
  });

  it("takes no bound of a histogram for a version, and finds one that not all series have", () => {
    const buckets = [
      ...series("t_bucket", { le: "1" }),
      ...series("t_bucket", { tag: "1", le: "2" }),
    ];
    expect(measuresOf(buckets, ["1"])[0]?.measure).toMatchObject({
      buckets: 't_bucket{app="svc-feed",tag="{{version}}"}',
    });
  });

  it("are in the order of their names", () => {
    const all = [...series("z_errors_total", {}), ...series("a_errors_total", {})];
    expect(measuresOf(all).map(({ name }) => name)).toEqual(["a errors", "z errors"]);
  });
});
