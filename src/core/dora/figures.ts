import { median } from "../analysis/robust.ts";
import type { Milliseconds } from "../json.ts";
import type { PromotionId } from "../promotion.ts";
import type { DoraFact } from "./dora-fact.ts";

/** Of fewer, the 90th percentile is the slowest of all. */
const ENOUGH_FOR_A_PERCENTILE = 10;

/** How well releases were delivered in some time. */
export interface DoraFigures {
  /** Promotions that became live. */
  readonly deployments: number;
  /** Promotions that became live or failed; one that did both counts once. */
  readonly changes: number;
  /** Of the changes: those that failed, and nobody called it a false alarm. */
  readonly failures: number;
  /** From the build to live; null: of no deployment is it known. */
  readonly leadTime: Durations | null;
  /** Deployments whose build is not known. */
  readonly unknownLeadTimes: number;
  /** From the start of a rollback to its end; null: none has ended. */
  readonly restore: Durations | null;
  /** From asking people to the last approval that was needed; null: nobody was asked, or approved. */
  readonly approval: Durations | null;
}

/** Several lengths of time. */
export interface Durations {
  /** How many; at least one. */
  readonly count: number;
  readonly median: Milliseconds;
  /** The smallest that nine in ten do not exceed; null: there are too few to say. */
  readonly nineInTen: Milliseconds | null;
}

/** Sums up what happened in one environment, or in several, with what is to be counted and nothing else. */
export function doraFigures(facts: readonly DoraFact[]): DoraFigures {
  const deployed = facts.filter((fact) => fact.kind === "deployed");
  const failed = promotionsOf(facts.filter((fact) => fact.kind === "failed"));
  const withdrawn = promotionsOf(
    facts.flatMap((fact) => (fact.kind === "false-alarm" && fact.counted ? fact : [])),
  );
  const leadTimes = deployed.flatMap(({ leadTime }) => leadTime ?? []);
  return {
    deployments: deployed.length,
    changes: new Set([...promotionsOf(deployed), ...failed]).size,
    failures: [...failed].filter((promotion) => !withdrawn.has(promotion)).length,
    leadTime: durationsOf(leadTimes),
    unknownLeadTimes: deployed.length - leadTimes.length,
    restore: durationsOf(facts.flatMap((fact) => (fact.kind === "restored" ? fact.took : []))),
    approval: durationsOf(facts.flatMap((fact) => (fact.kind === "approved" ? fact.took : []))),
  };
}

function promotionsOf(
  facts: readonly { readonly promotion: PromotionId }[],
): ReadonlySet<PromotionId> {
  return new Set(facts.map(({ promotion }) => promotion));
}

function durationsOf(values: readonly Milliseconds[]): Durations | null {
  if (values.length === 0) return null;
  const count = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  return {
    count,
    median: median(sorted),
    // Nearest rank: a length that there was, not one between two.
    nineInTen:
      count < ENOUGH_FOR_A_PERCENTILE ? null : Number(sorted[Math.ceil((count * 9) / 10) - 1]),
  };
}
