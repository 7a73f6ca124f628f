import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { byComponent, type Happened, type HappenedOf, isOf, place } from "./history.ts";

/** What was said of one promotion. */
interface Said {
  isGuarded: boolean;
  /** The number of the last incident of its guard, 0: none. */
  number: number;
  /** Nobody has answered that one, and nothing has ended it. */
  isOpen: boolean;
  readonly failing: Set<string>;
  /** Checks that failed when a person kept it, and have not been good since. */
  readonly keptFor: Set<string>;
}

/**
 * Only what is guarded has incidents of a guard. Each is told once: it has a number of its own, and while it
 * is open only worse news of it comes. What a person kept does not fail again by what they kept it for.
 */
export function wrongGuardIncidents(events: readonly RecordedEvent[]): readonly string[] {
  return [...byComponent(events).values()].flatMap((history) => {
    const promotions = new Map<string, Said>();
    return history.flatMap((happened) => {
      const { event } = happened;
      if (!("promotion" in event) || event.promotion === null) return [];
      const said = saidOf(promotions, event.promotion);
      const wrong = isIncident(happened) ? whatIsWrong(happened, said) : [];
      follow(happened, said);
      return wrong.map((why) => `${place(happened)}: ${event.promotion} ${why}`);
    });
  });
}

type IncidentHappened = HappenedOf<"WatchBreached" | "WatchUndecided">;

function isIncident(happened: Happened): happened is IncidentHappened {
  return (
    isOf(happened, "WatchBreached", "WatchUndecided") && happened.event.incident.phase === "guard"
  );
}

function saidOf(promotions: Map<string, Said>, promotion: string): Said {
  const known = promotions.get(promotion) ?? {
    isGuarded: false,
    number: 0,
    isOpen: false,
    failing: new Set(),
    keptFor: new Set(),
  };
  promotions.set(promotion, known);
  return known;
}

function whatIsWrong(
  { event: { type, incident } }: IncidentHappened,
  { isGuarded, number, isOpen, keptFor }: Said,
): readonly string[] {
  const wrong: string[] = [];
  if (!isGuarded) wrong.push("has an incident of a guard, and is not guarded");
  const isFitting = isOpen
    ? type === "WatchBreached" && incident.number === number
    : incident.number === number + 1;
  if (!isFitting) {
    wrong.push(
      `has the incident ${incident.number} after ${number}, which is ${isOpen ? "open" : "over"}`,
    );
  }
  const names = incident.checks.map(({ check }) => check);
  if (type === "WatchBreached" && names.every((name) => keptFor.has(name))) {
    wrong.push(`fails by ${names.join(", ")}, for which a person kept it`);
  }
  return wrong;
}

function follow(happened: Happened, said: Said): void {
  if (isIncident(happened)) {
    said.number = happened.event.incident.number ?? 0;
    said.isOpen = true;
  }
  if (isOf(happened, "GuardStarted", "GuardEnded")) {
    said.isGuarded = happened.event.type === "GuardStarted";
    // A guard that begins anew has seen nothing yet, unless it begins with what was kept.
    if (said.isGuarded && said.number > 0) said.keptFor.clear();
  }
  if (isOf(happened, "IncidentClosed", "WatchOverridden", "RollbackStarted")) said.isOpen = false;
  if (isOf(happened, "WatchOverridden")) {
    for (const check of said.failing) said.keptFor.add(check);
  }
  if (isOf(happened, "VerdictChanged")) {
    const { check, verdict } = happened.event.assessment;
    if (verdict === "failure") said.failing.add(check);
    else {
      said.failing.delete(check);
      said.keptFor.delete(check);
    }
  }
}
