import type { RecordCharts } from "../chart-command.ts";
import { findPromotion } from "../component.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft } from "../draft.ts";

/**
 * Recorded once for each occasion of an incident; a later one replaces it, an earlier one that took its
 * time does not.
 */
export function recordCharts(draft: Draft, command: RecordCharts): Decision {
  const promotion = findPromotion(draft.state(), command.promotion)?.promotion;
  const { charts } = command;
  if (promotion?.incident?.at !== charts.of) return accepted(draft);
  const known = promotion.charts;
  const isKnown =
    known?.of === charts.of &&
    (known.occasion === charts.occasion || known.occasion === "rollback");
  if (isKnown) return accepted(draft);
  draft.emit({ type: "ChartDrawn", promotion: promotion.id, charts });
  return accepted(draft, { release: promotion.release });
}
