import { countedBeforeAfter } from "./counted-before-after.ts";
import { countedBeside } from "./counted-beside.ts";
import type { CountedPair } from "./counted-pair.ts";
import type { CountPoint, Pair, RatioPoint } from "./points.ts";
import { median, sum } from "./robust.ts";
import type { Scan } from "./scan.ts";
import type { OneSidedDesign } from "./sequential-design.ts";
import { smallestEffect } from "./smallest-effect.ts";

/** A count may be this many times as high as the highest was before it is no more a small share. */
const ROOM = 1e4;

/** Ratios and counts, ready for `scan`; a text: why there is too little. */
export function countedScan(
  pair: Extract<Pair, { kind: "ratio" | "count" }>,
  design: OneSidedDesign,
): Scan | string {
  const shares = countedPair(pair, design);
  return design.together === "beside" ? countedBeside(shares) : countedBeforeAfter(shares);
}

/** Ratios and counts as shares. */
export function countedPair(
  pair: Extract<Pair, { kind: "ratio" | "count" }>,
  design: OneSidedDesign,
): CountedPair {
  return pair.kind === "ratio" ? ofRatio(pair, design) : ofCount(pair, design);
}

/** Where most events are bad the good ones are counted: the rarer ones are nearer to a Poisson count. */
function ofRatio(pair: Extract<Pair, { kind: "ratio" }>, design: OneSidedDesign): CountedPair {
  const release = pair.release.filter(({ total }) => total > 0);
  const baseline = pair.baseline.filter(({ total }) => total > 0);
  const isRare = 2 * sum(baseline.map(({ bad }) => bad)) <= sum(baseline.map(({ total }) => total));
  const sign = (design.worse === "higher") === isRare ? 1 : -1;
  const effectAt = (share: number) => smallestEffect("ratio", design.effect, share);
  if (isRare) return { release, baseline, sign, effectAt, shown: (share) => share };
  const rest = (points: readonly RatioPoint[]) =>
    points.map(({ at, bad, total }) => ({ at, bad: total - bad, total }));
  return {
    release: rest(release),
    baseline: rest(baseline),
    sign,
    effectAt: (share) => effectAt(1 - share),
    shown: (share) => 1 - share,
  };
}

/** Events in a time are bad ones among very many that could have been: so few of those that it is Poisson's. */
function ofCount(pair: Extract<Pair, { kind: "count" }>, design: OneSidedDesign): CountedPair {
  const release = pair.release.filter(({ time }) => time > 0);
  const baseline = pair.baseline.filter(({ time }) => time > 0);
  const rates = [...release, ...baseline].map(({ events, time }) => events / time);
  const times = [...release, ...baseline].map(({ time }) => time);
  const scale = ROOM * Math.max(1 / median(times), ...rates);
  const step = median(release.map(({ time }) => time)) || 1;
  const shares = (points: readonly CountPoint[]) =>
    points.map(({ at, events, time }) => ({ at, bad: events, total: scale * time }));
  const shown = (share: number) => share * scale * step;
  return {
    release: shares(release),
    baseline: shares(baseline),
    sign: design.worse === "higher" ? 1 : -1,
    effectAt: (share) => smallestEffect("count", design.effect, shown(share)) / (scale * step),
    shown,
  };
}
