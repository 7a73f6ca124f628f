import type { CountPoint, RatioPoint, ValuePoint } from "../analysis/points.ts";
import type { Instant, Milliseconds } from "../json.ts";
import type { Sample } from "../verdict.ts";

/** What was measured of one side: at each point a number for people, and what the detectors need of it. */
export type Series = { readonly samples: readonly Sample[] } & (
  | { readonly kind: "ratio"; readonly points: readonly RatioPoint[] }
  | { readonly kind: "count"; readonly points: readonly CountPoint[] }
  | { readonly kind: "value"; readonly points: readonly ValuePoint[] }
);

/**
 * Shares of bad events at all points of `grid`; there is none where there are no events.
 * `isGood`: for people as shares of good ones.
 */
export function ratioSeries(
  grid: readonly Instant[],
  points: readonly RatioPoint[],
  isGood: boolean,
): Series {
  const withEvents = points.filter(({ total }) => total > 0);
  const shares = new Map(withEvents.map(({ at, bad, total }) => [at, bad / total]));
  return {
    kind: "ratio",
    points: withEvents,
    samples: grid.map((at): Sample => {
      const bad = shares.get(at) ?? null;
      return { at, value: bad === null ? null : isGood ? 1 - bad : bad };
    }),
  };
}

/** Events a second for people. */
export function countSeries(events: readonly Sample[], every: Milliseconds): Series {
  return {
    kind: "count",
    points: events.flatMap(({ at, value }) =>
      value === null ? [] : [{ at, events: Math.max(0, value), time: every }],
    ),
    samples: events.map(({ at, value }) => ({
      at,
      value: value === null ? null : (value * 1_000) / every,
    })),
  };
}

export function valueSeries(samples: readonly Sample[]): Series {
  return { kind: "value", points: valuePoints({ samples }), samples };
}

/** The numbers at the points of any series. */
export function valuePoints({ samples }: Pick<Series, "samples">): readonly ValuePoint[] {
  return samples.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
}

/** Only of the points that `isJudged` lets through. */
export function judgedPart(series: Series, isJudged: (sample: Sample) => boolean): Series {
  const samples = series.samples.filter(isJudged);
  const kept = new Set(samples.map(({ at }) => at));
  const of = <P extends { readonly at: Instant }>(points: readonly P[]) =>
    points.filter(({ at }) => kept.has(at));
  switch (series.kind) {
    case "ratio":
      return { kind: "ratio", samples, points: of(series.points) };
    case "count":
      return { kind: "count", samples, points: of(series.points) };
    case "value":
      return { kind: "value", samples, points: of(series.points) };
  }
}
