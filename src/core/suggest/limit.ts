import { smallestEffect } from "../analysis/smallest-effect.ts";
import type { Evaluation, Expression, Scope } from "../expression.ts";
import type { Effect } from "../watch-policy.ts";
import type { Normal } from "./normal.ts";

/** What a point may be, in the unit of the points: a share, or events a second. */
export type Limit =
  | { readonly kind: "fixed"; readonly most: number }
  /** Above the median of what the release is compared with, which goes with the day. */
  | {
      readonly kind: "above-baseline";
      readonly by: number;
      /** What one limit for all hours would be. */
      readonly insteadOf: number;
    };

type Kind = "ratio" | "count" | "value";

/** How far above its level what is normal may lie. */
export function roomOf({ level, spread, wander, highest }: Normal, kind: Kind): number {
  return Math.max(highest - level, 4 * spread, 4 * wander, kind === "ratio" ? 0.005 : level / 4);
}

/** Above what has been normal: its level, with room for what it spreads and wanders. */
export function fixedLimit(normal: Normal, width: number, kind: Kind): Limit {
  return { kind: "fixed", most: mostOf(normal, width, kind) };
}

/** @param apartFromDay what is normal but for the pattern of a day */
export function movingLimit(
  { normal, apartFromDay }: { readonly normal: Normal; readonly apartFromDay: Normal },
  width: number,
  kind: Kind,
): Limit {
  const by = twoDigits(width * roomOf(apartFromDay, kind));
  return { kind: "above-baseline", by, insteadOf: mostOf(normal, width, kind) };
}

function mostOf(normal: Normal, width: number, kind: Kind): number {
  const limit = normal.level + width * roomOf(normal, kind);
  return twoDigits(kind === "ratio" ? Math.min(1, limit) : limit);
}

/** The usual one, or as far as the level wanders by itself. */
export function effectOf(normal: Normal, width: number, kind: Kind): Effect {
  const usual = smallestEffect(kind, null, normal.level);
  const least = Math.max(usual, 2 * normal.wander) * width;
  return kind === "ratio"
    ? { unit: "value", least: twoDigits(least) }
    : {
        unit: "share",
        least: twoDigits(Math.max(0.01, normal.level === 0 ? 1 : least / normal.level)),
      };
}

/** The condition as it is once it is loaded. */
export function passOf(limit: Limit): Expression {
  const source =
    limit.kind === "fixed" ? `value <= ${limit.most}` : `value <= baseline + ${limit.by}`;
  return { source, readsLive: false, evaluate: (scope) => evaluated(limit, scope) };
}

function evaluated(limit: Limit, { value, baseline }: Scope): Evaluation {
  const answer = (isGood: boolean) => ({ kind: "value", value: isGood, comparisons: [] }) as const;
  if (typeof value !== "number") return { kind: "missing", what: "value" };
  if (limit.kind === "fixed") return answer(value <= limit.most);
  if (typeof baseline !== "number") return { kind: "missing", what: "baseline" };
  return answer(value <= baseline + limit.by);
}

/** Two digits say as much as a limit means. Upwards, so that what was seen stays within. */
function twoDigits(value: number): number {
  if (value <= 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(2));
}
