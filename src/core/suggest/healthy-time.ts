import type { Episode } from "../episodes/episode.ts";
import type { Instant, Milliseconds } from "../json.ts";
import type { History } from "./propose.ts";
import { type Span, without } from "./windows.ts";

/**
 * The time of which there are numbers, and the parts of it in which no release took traffic that was not
 * healthy, or of which nobody knows whether it was.
 */
export function healthyTime(
  histories: readonly History[],
  episodes: readonly Episode[],
  { time, watch }: { readonly time: Span; readonly watch: Milliseconds },
): { readonly known: Span; readonly healthy: readonly Span[]; readonly leftOut: number } {
  const known = knownSpan(histories) ?? time;
  const sick = episodes.filter(({ truth }) => truth.kind !== "healthy");
  const healthy = without(
    known,
    sick.map((episode) => spanOf(episode, watch, time.to)),
  );
  return { known, healthy, leftOut: sick.length };
}

/** From the first number to the last one, of any signal. */
function knownSpan(histories: readonly History[]): Span | null {
  const times = histories.flatMap(({ measured }) =>
    Object.values(measured).flatMap((reading): readonly Instant[] => {
      if (typeof reading === "string") return [];
      if (reading.kind === "samples") {
        return reading.samples.flatMap(({ at, value }) => (value === null ? [] : [at]));
      }
      if (reading.kind === "buckets") {
        return reading.histograms.points.flatMap(({ at, counts }) => (counts === null ? [] : [at]));
      }
      return [];
    }),
  );
  if (times.length === 0) return null;
  return times.reduce<Span>(
    (span, at) => ({ from: Math.min(span.from, at), to: Math.max(span.to, at) }),
    { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY },
  );
}

/** The time that a release which was not healthy took traffic. */
function spanOf(episode: Episode, watch: Milliseconds, now: Instant): Span {
  const { from, until, outcome } = episode;
  const ends = outcome.kind === "watching" ? now : outcome.at;
  return { from, to: Math.max(ends, until ?? 0, from + watch) };
}
