import type { Incident, Promotion } from "./promotion.ts";

/**
 * The breach that a person may call a false alarm: of the watch or of the guard, whatever was done about it.
 * null: there was none.
 */
export function labelled({ incident }: Promotion): Incident | null {
  if (incident?.kind !== "breach" && incident?.kind !== "no-target") return null;
  return incident.phase === "confirmation" ? null : incident;
}

/** True when a person said that what the promotion failed by was no failure. */
export function isFalseAlarm(promotion: Promotion): boolean {
  return labelled(promotion)?.falseAlarm !== undefined;
}
