import { describe, expect, it } from "vitest";
import type { WatchCheck } from "../../../src/core/watch-policy.ts";
import { baselineSides } from "../../../src/effects/watch/baseline-sides.ts";
import type { MeasuredWindow } from "../../../src/effects/watch/watch-window.ts";
import { aComparison, comparedCheck } from "../../support/measured.ts";
import { MINUTE } from "../../support/policies.ts";

const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;
const DEPLOYED = 10_000 * HOUR;
const WINDOW: MeasuredWindow = {
  deployedAt: DEPLOYED,
  from: DEPLOYED,
  to: DEPLOYED + 10 * MINUTE,
  until: DEPLOYED + 30 * MINUTE,
  every: MINUTE / 2,
  warmUp: 0,
};
const SUBJECT = {
  component: "svc-feed",
  environment: "production",
  version: "2.4.0",
  previous: "2.3.1",
};
const LIVE = { ...SUBJECT, version: "2.3.1" };

function sides(
  check: WatchCheck,
  window: Partial<MeasuredWindow> = {},
  subject = SUBJECT as typeof SUBJECT | (Omit<typeof SUBJECT, "previous"> & { previous: null }),
) {
  return baselineSides(check, subject, { ...WINDOW, ...window });
}

describe("what a release is compared with", () => {
  const check = comparedCheck();
  const { measure } = check;

  it("is the live version at the same time, and before the deployment, which does not change", () => {
    const before = { measure, subject: LIVE, from: DEPLOYED - HOUR, to: DEPLOYED };
    expect(sides(check)).toEqual({
      stable: { measure, subject: LIVE, from: DEPLOYED, to: WINDOW.to },
      previous: before,
    });
    expect(sides(check, { to: WINDOW.until }).previous).toEqual(before);
  });

  it("is as long before as the watch is, if that is longer than 120 points", () => {
    const { previous } = sides(check, { until: DEPLOYED + 4 * HOUR });
    expect(previous).toMatchObject({ from: DEPLOYED - 4 * HOUR, to: DEPLOYED });
    const sliding = { from: DEPLOYED + 10 * HOUR, to: DEPLOYED + 12 * HOUR };
    expect(sides(check, sliding).previous).toMatchObject({
      from: DEPLOYED - 2 * HOUR,
      to: DEPLOYED,
    });
  });

  it("is longer where points overlap and only some are taken, up to what sources answer", () => {
    const overlapping = comparedCheck({ measure: { kind: "value", query: "rate(x[5m])" } });
    expect(sides(overlapping).previous?.from).toBe(DEPLOYED - 10 * HOUR);
    const longest = comparedCheck({ measure: { kind: "value", query: "rate(x[7d])" } });
    expect(sides(longest).previous?.from).toBe(DEPLOYED - 11_000 * WINDOW.every);
  });

  it("is the same time a week before, of no version, with queries of its own", () => {
    const others = { kind: "ratio", bad: "b", total: "t" } as const;
    const weekly = comparedCheck({
      comparison: aComparison({ with: "last-week", measure: others }),
    });
    expect(sides(weekly)).toEqual({
      "last-week": {
        measure: others,
        subject: LIVE,
        from: DEPLOYED - WEEK,
        to: DEPLOYED - WEEK + HOUR,
      },
    });
  });

  it("is only what is asked for", () => {
    const names = (["stable", "previous", "last-week"] as const).map((name) =>
      Object.keys(sides(comparedCheck({ comparison: aComparison({ with: name }) }))),
    );
    expect(names).toEqual([["stable"], ["previous"], ["last-week"]]);
    const number = { kind: "value", query: "q" } as const;
    const stable = comparedCheck({ measure: number, comparison: aComparison({ with: "stable" }) });
    expect(Object.keys(sides(stable))).toEqual(["stable", "previous"]);
    expect(sides(comparedCheck({ comparison: null }))).toEqual({});
    expect(sides(comparedCheck({ measure: { kind: "alerts", match: {} } }))).toEqual({});
  });

  it("is nothing where nothing was live, but a week before", () => {
    const first = { ...SUBJECT, previous: null };
    expect(sides(check, {}, first)).toEqual({});
    const weekly = comparedCheck({ comparison: aComparison({ with: "last-week" }) });
    expect(sides(weekly, {}, first)["last-week"]?.subject).toEqual(first);
  });
});
