import type { Instant } from "../json.ts";
import { countedScan } from "./counted.ts";
import type { Pair } from "./points.ts";
import { type Find, type Scan, scan } from "./scan.ts";
import type { OneSidedDesign, SequentialDesign } from "./sequential-design.ts";
import { valuedScan } from "./valued.ts";

/**
 * Ratios are shares, values are in their own unit, counts are events in the median time of a step of the
 * release. The score is about standard normal for a release that is as good.
 */
export type SequentialResult =
  | {
      readonly kind: "breach";
      /** The first point of the window that gave it away. */
      readonly since: Instant;
      /** The last one, with which it became a breach. */
      readonly at: Instant;
      /** How many points that window has. */
      readonly points: number;
      readonly score: number;
      /** It is a breach above this. */
      readonly limit: number;
      /** In the window: of the release, and what the baseline lets expect. */
      readonly observed: number;
      readonly expected: number;
      /** The difference is more than twice the smallest that matters: enough to act on without a person. */
      readonly isClear: boolean;
    }
  | {
      readonly kind: "quiet";
      /** Of the window in which the release looks worst now; null: it does not look worse in any. */
      readonly since: Instant | null;
      readonly points: number;
      readonly score: number | null;
      readonly limit: number;
      readonly observed: number | null;
      readonly expected: number | null;
    }
  | { readonly kind: "too-little"; readonly why: string };

/**
 * Whether a release is worse than its baseline, to be read after every sample: a breach stays one when
 * samples follow, and the more samples there are the smaller the difference that is found.
 *
 * A windowed generalised likelihood ratio (Lai, JRSS B 57 (1995)): of all windows that end at a point, the
 * one in which the release looks worst. Beside its baseline it is held against no difference at all, and the
 * difference must be larger than what matters; after it, against as much as the baseline wanders. Ratios
 * and counts are judged on the counts themselves, so that unequal traffic and counts of 0 are nothing
 * special; values on the logarithm where all are positive, else as they are. No sample alone can trip it,
 * and what the samples spread more than counts do by themselves counts against a breach.
 * Its limits are those of docs/decisions/0004-sequential-comparison.md.
 */
export function sequential(pair: Pair, design: SequentialDesign): SequentialResult {
  const sides = design.worse === "either" ? (["higher", "lower"] as const) : [design.worse];
  const results = sides.map((worse) => oneSided(pair, { ...design, worse }));
  return results.reduce(worseOf);
}

function oneSided(pair: Pair, design: OneSidedDesign): SequentialResult {
  const prepared: Scan | string =
    pair.kind === "value" ? valuedScan(pair, design) : countedScan(pair, design);
  if (typeof prepared === "string") return { kind: "too-little", why: prepared };
  const { breach: first, clear, last } = scan(prepared);
  const breach = clear ?? first;
  const { limit } = prepared;
  if (breach !== null) return { kind: "breach", ...breach };
  if (last === null) {
    const nothing = { since: null, score: null, observed: null, expected: null };
    return { kind: "quiet", ...nothing, points: 0, limit };
  }
  return { kind: "quiet", ...shown(last) };
}

function shown({ since, points, score, limit, observed, expected }: Find) {
  return { since, points, score, limit, observed, expected };
}

function worseOf(one: SequentialResult, other: SequentialResult): SequentialResult {
  return rankOf(other) > rankOf(one) ? other : one;
}

/** A clear breach before another one, that before none, and of two of a kind the higher score. */
function rankOf(result: SequentialResult): number {
  if (result.kind === "too-little") return -1;
  const kind = result.kind === "quiet" ? 0 : result.isClear ? 2 : 1;
  return kind + 1 - 1 / (1 + (result.score ?? 0));
}
