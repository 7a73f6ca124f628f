import { describe, expect, it } from "vitest";
import type { Measured } from "../../../src/core/measured.ts";
import type { Reading } from "../../../src/core/verdict.ts";
import type { Measure } from "../../../src/core/watch-policy.ts";
import {
  aComparison,
  BEFORE,
  comparedCheck,
  DEPLOYED,
  judged,
  POINTS,
  STEP,
  series,
  spread,
} from "../../support/measured.ts";

const BOUNDS = [0.1, 0.25, 0.5, 1, Number.POSITIVE_INFINITY];
const FAST = [1_200, 700, 80, 15, 5];
const SLOW = [900, 700, 300, 80, 20];

function buckets(
  counts: readonly number[] | null,
  {
    bounds = BOUNDS,
    from = DEPLOYED,
  }: { readonly bounds?: readonly number[]; readonly from?: number } = {},
): Reading {
  const points = Array.from({ length: POINTS }, (_none, index) => ({
    at: from + (index + 1) * STEP,
    counts:
      counts?.map((count, bucket) =>
        Math.max(0, Math.round(count + Math.sqrt(count) * spread(index * 5 + bucket))),
      ) ?? null,
  }));
  return { kind: "buckets", histograms: { bounds, points } };
}

const histogram = (reading: Reading): Measured => ({ kind: "histogram", buckets: reading });
const NO_BUCKETS: Reading = { kind: "buckets", histograms: { bounds: [], points: [] } };

function latency(over: number | null) {
  return comparedCheck({ measure: { kind: "histogram", buckets: "h", over } });
}

describe("how long something takes", () => {
  const baselines = {
    stable: histogram(buckets(FAST)),
    previous: histogram(buckets(FAST, BEFORE)),
  };

  it.each([
    ["as before", FAST, "success"],
    ["longer", SLOW, "failure"],
  ] as const)(
    "%s: by the bound next to the baseline's 95th percentile",
    (_name, counts, verdict) => {
      const found = judged(latency(null), histogram(buckets(counts)), { baselines });
      expect(found).toMatchObject({ verdict, comparison: { with: "stable" } });
    },
  );

  it("is the share that took longer than what is configured", () => {
    const found = judged(latency(0.5), histogram(buckets(SLOW)), { baselines });
    expect(found.verdict).toBe("failure");
    expect(found.comparison?.observed).toBeCloseTo(0.05, 1);
  });

  it("is known without a baseline, too", () => {
    for (const over of [null, 0.3]) {
      expect(judged(latency(over), histogram(buckets(FAST)))).toMatchObject({
        verdict: "success",
        sentence: "120 of 120 samples passed; nothing live to compare with",
      });
    }
  });

  it("is a mistake of the check where no bound is as high", () => {
    expect(judged(latency(2), histogram(buckets(FAST)))).toMatchObject({
      verdict: "error",
      sentence: "no bound of the histogram is at least 2: there is 0.1, 0.25, 0.5, 1",
    });
    const onlyInfinite = { bounds: [Number.POSITIVE_INFINITY] };
    expect(judged(latency(2), histogram(buckets([10], onlyInfinite)))).toMatchObject({
      sentence: "no bound of the histogram is at least 2: there is none",
    });
  });
});

describe("a histogram with other buckets than before", () => {
  const other = [0.2, 0.4, Number.POSITIVE_INFINITY];

  it("is compared by the bounds that both have", () => {
    const bounds = [0.05, 0.25, 1, Number.POSITIVE_INFINITY];
    const baselines = { previous: histogram(buckets([200, 1_700, 95, 5], { ...BEFORE, bounds })) };
    const found = judged(latency(null), histogram(buckets(FAST)), { baselines });
    expect(found).toMatchObject({ verdict: "success", comparison: { with: "previous" } });
  });

  it("is told from a version that has no traffic any more: the time before is taken", () => {
    const silent = histogram(buckets([0, 0, 0, 0, 0]));
    const baselines = { stable: silent, previous: histogram(buckets(FAST, BEFORE)) };
    const found = judged(latency(null), histogram(buckets(FAST)), { baselines });
    expect(found).toMatchObject({ verdict: "success", comparison: { with: "previous" } });
    const mistaken = judged(latency(2), histogram(buckets(FAST)), { baselines });
    expect(mistaken.verdict).toBe("error");
  });

  it("beside it is no reason not to compare with the time before", () => {
    const baselines = {
      stable: histogram(buckets([900, 900, 200], { bounds: other })),
      previous: histogram(buckets(FAST, BEFORE)),
    };
    const found = judged(latency(null), histogram(buckets(FAST)), { baselines });
    expect(found).toMatchObject({ verdict: "success", comparison: { with: "previous" } });
  });

  it("is not compared where they have none in common, and nobody is blamed", () => {
    const baselines = {
      previous: histogram(buckets([900, 900, 200], { ...BEFORE, bounds: other })),
    };
    const why = "the two histograms have no bound in common";
    expect(judged(latency(null), histogram(buckets(FAST)), { baselines })).toMatchObject({
      verdict: "inconclusive",
      sentence: why,
      shortfall: why,
    });
  });
});

describe("what a source answers for a histogram, and the verdict", () => {
  const fine = histogram(buckets(FAST));
  const outage: Reading = { kind: "error", why: "503" };

  it.each<[string, Measured, Measured, string, string]>([
    ["an outage", histogram(outage), fine, "error", "503"],
    [
      "an outage of the baseline",
      fine,
      histogram(outage),
      "error",
      "the baseline of the version beside it: 503",
    ],
    [
      "samples",
      histogram(series(1)),
      fine,
      "error",
      "the answer is samples, and buckets are needed",
    ],
    [
      "samples for the baseline",
      fine,
      histogram(series(1)),
      "error",
      "the baseline of the version beside it: the answer is samples, and buckets are needed",
    ],
    [
      "no buckets",
      histogram(NO_BUCKETS),
      fine,
      "inconclusive",
      "only 0 of at least 3 samples have data",
    ],
    [
      "points without data",
      histogram(buckets(null)),
      histogram(buckets(null)),
      "inconclusive",
      "only 0 of at least 3 samples have data",
    ],
    [
      "another kind of measure",
      { kind: "patterns", patterns: { kind: "patterns", patterns: [] } },
      fine,
      "error",
      "patterns was measured, and histogram is needed",
    ],
    [
      "another kind of measure for the baseline",
      { kind: "value", value: series(0.5) },
      { kind: "alerts", alerts: { kind: "alerts", alerts: [] } },
      "error",
      "the baseline of the version beside it: alerts was measured, and histogram is needed",
    ],
  ])("%s", (_name, release, stable, verdict, sentence) => {
    expect(judged(latency(null), release, { baselines: { stable } })).toMatchObject({
      verdict,
      sentence,
    });
  });
});

describe("a histogram that was measured for another check", () => {
  it("has no bound of its own", () => {
    const check = comparedCheck({ measure: { kind: "count", events: "e" } });
    const stable = histogram(buckets(FAST));
    expect(judged(check, histogram(buckets(SLOW)), { baselines: { stable } }).verdict).toBe(
      "failure",
    );
  });
});

describe("the drift of a distribution", () => {
  const drift = (reading: Reading): Measured => ({ kind: "drift", buckets: reading });
  const measure = (
    statistic: "psi" | "kolmogorov-smirnov",
    most: number | null = null,
  ): Extract<Measure, { kind: "drift" }> => ({ kind: "drift", buckets: "h", statistic, most });
  const check = comparedCheck({ measure: measure("psi") });
  const shifted = [300, 700, 700, 200, 100];
  const before = drift(buckets(FAST, BEFORE));

  it.each([
    ["psi", FAST, "success"],
    ["psi", shifted, "failure"],
    ["kolmogorov-smirnov", FAST, "success"],
    ["kolmogorov-smirnov", shifted, "failure"],
  ] as const)("by %s", (statistic, counts, verdict) => {
    const found = judged(comparedCheck({ measure: measure(statistic) }), drift(buckets(counts)), {
      baselines: { stable: drift(buckets(FAST)), previous: before },
    });
    expect(found.verdict).toBe(verdict);
    expect(found.isDoubtful).toBeUndefined();
    expect(found.sentence).toMatch(
      /over \d+ events against \d+ of the version beside it \(limit 0\.\d\)$/,
    );
    expect(found.samples).toHaveLength(1);
  });

  it("goes on while it is small, fails as soon as it is not, and has no limit but its own", () => {
    const baselines = { stable: drift(buckets(FAST)) };
    const now = DEPLOYED + 10 * STEP;
    expect(judged(check, drift(buckets(FAST)), { baselines, now }).verdict).toBe("pending");
    expect(judged(check, drift(buckets(shifted)), { baselines, now }).verdict).toBe("failure");
    const patient = comparedCheck({ measure: measure("psi", 5) });
    expect(judged(patient, drift(buckets(shifted)), { baselines })).toMatchObject({
      verdict: "success",
      condition: "PSI at most 5",
    });
  });

  it("against the time before is for people to judge", () => {
    const none = drift(buckets([0, 0, 0, 0, 0]));
    for (const baselines of [{ stable: none, previous: before }, { previous: before }]) {
      expect(judged(check, drift(buckets(shifted)), { baselines })).toMatchObject({
        verdict: "failure",
        isDoubtful: true,
      });
    }
  });

  it("of too few events is unknown", () => {
    const few = drift(buckets([1, 0, 0, 0, 0]));
    const baselines = { stable: drift(buckets(null)), previous: drift(buckets(null)) };
    expect(judged(check, few, { baselines })).toMatchObject({
      verdict: "inconclusive",
      sentence: "the baseline has no events",
    });
    expect(judged(check, few, { baselines, now: DEPLOYED })).toMatchObject({ verdict: "pending" });
  });

  it("leaves out the warm-up, and says so where nothing is left", () => {
    const found = judged(check, drift(buckets(shifted)), {
      baselines: { stable: drift(buckets(FAST)) },
      window: { warmUp: 2 * POINTS * STEP },
    });
    expect(found).toMatchObject({ verdict: "inconclusive", sentence: "the release has no events" });
  });

  it("from nothing is none, as long as the release has events", () => {
    expect(judged(check, drift(buckets(FAST)))).toMatchObject({
      verdict: "success",
      sentence: "nothing live to compare with",
    });
    expect(judged(check, drift(buckets(FAST)), { now: DEPLOYED }).verdict).toBe("pending");
    expect(judged(check, drift(NO_BUCKETS))).toMatchObject({
      verdict: "inconclusive",
      sentence: "the release has no events",
    });
    expect(judged(check, drift(buckets(null))).verdict).toBe("inconclusive");
  });

  it.each<[string, Measured, Measured, string, string]>([
    ["an outage", drift({ kind: "error", why: "503" }), before, "error", "503"],
    [
      "a partial answer of the baseline",
      drift(buckets(FAST)),
      drift({ kind: "partial", why: "1 store" }),
      "inconclusive",
      "the baseline of the version beside it: the answer may be incomplete: 1 store",
    ],
    [
      "another kind of measure",
      { kind: "value", value: series(1) },
      before,
      "error",
      "value was measured, and drift is needed",
    ],
  ])("%s is never a success", (_name, release, stable, verdict, sentence) => {
    expect(judged(check, release, { baselines: { stable } })).toMatchObject({ verdict, sentence });
  });

  it("without a comparison that is configured has no other limit", () => {
    const plain = comparedCheck({
      measure: measure("psi"),
      comparison: aComparison({ with: "previous" }),
    });
    expect(judged(plain, drift(buckets(FAST)), { baselines: { previous: before } }).verdict).toBe(
      "success",
    );
  });
});
