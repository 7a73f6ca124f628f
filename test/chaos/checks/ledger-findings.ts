import { runSlipway } from "../../support/run-slipway.ts";
import type { Acknowledged } from "../actors/ci.ts";
import { acknowledgedAndLost } from "../rules/acknowledged.ts";
import { unapprovedDeployments } from "../rules/approved-deployments.ts";
import { decisionsTwice } from "../rules/first-decision-wins.ts";
import { foldDiffers } from "../rules/fold.ts";
import { wrongGuardIncidents } from "../rules/guard-incidents.ts";
import { type IsGuarded, misplacedGuards } from "../rules/guards.ts";
import { olderOverNewer } from "../rules/newer-stays.ts";
import { deploymentsAtOnce } from "../rules/one-at-a-time.ts";
import { delayedRollbacks } from "../rules/rollback-at-once.ts";
import { wrongRollbacks } from "../rules/rollback-target.ts";
import { guesses } from "../rules/unknown-is-no-success.ts";
import { badAndUntold } from "../rules/untold.ts";
import {
  AUTHOR_ID,
  approversOf,
  fateOf,
  isGuarded,
  lateFateOf,
  membersOf,
  NAMES,
} from "../world/components.ts";
import type { Finding } from "./finding.ts";
import type { ReadBack } from "./read-back.ts";

/** What the events alone tell, each rule by itself. */
export function ledgerFindings(
  { events, states, archived }: ReadBack,
  acknowledged: readonly Acknowledged[],
  /** What becomes live later may have no guard any more. */
  guardedUntil: number,
): readonly Finding[] {
  const count = (...types: readonly string[]) =>
    events.filter(({ event }) => types.includes(event.type)).length;
  const isDue = isGuardedThere(guardedUntil);
  const deployments = count("DeployStarted");
  const rollbacks = count("RollbackStarted");
  const finding = (rule: string, lookedAt: number, violations: readonly string[]): Finding => ({
    rule,
    lookedAt,
    violations,
  });
  return [
    finding(
      "what was answered 202 is in the ledger",
      acknowledged.length,
      acknowledgedAndLost(events, acknowledged),
    ),
    finding(
      "nothing is deployed but what people approved, on that evidence",
      deployments,
      unapprovedDeployments(events, rulesOf, AUTHOR_ID),
    ),
    finding("what is decided stays decided, once", events.length, decisionsTwice(events)),
    finding("one thing at a time in an environment", deployments, deploymentsAtOnce(events)),
    finding("no rollback is delayed", count("WatchBreached"), delayedRollbacks(events)),
    finding(
      "a rollback goes to what finished its watch, and by itself once",
      rollbacks,
      wrongRollbacks(events),
    ),
    finding(
      "unknown is neither success nor a rollback",
      count("WatchPassed", "WatchUndecided", "WatchBreached"),
      guesses(events, trueFate),
    ),
    finding(
      "what takes the traffic is guarded, and nothing else",
      count("GuardStarted"),
      misplacedGuards(events, isDue),
    ),
    finding(
      "an incident of a guard is told once, and not of what a person kept",
      count("GuardStarted"),
      wrongGuardIncidents(events),
    ),
    finding(
      "nothing bad is live of which nobody was told",
      count("GuardStarted"),
      badAndUntold(events, isDue, (release) => trueFate(release, "live") === "bad"),
    ),
    finding("no older build replaces a newer one", deployments, olderOverNewer(events)),
    finding(
      "the state is the fold of the events, byte for byte",
      states.size + archived.size,
      foldDiffers(events, { states, archived }),
    ),
  ];
}

/** With the command that an auditor uses. */
export async function chainFinding(
  environment: Readonly<Record<string, string>>,
  events: number,
): Promise<Finding> {
  const { exitCode, out, err } = await runSlipway(["audit", "verify"], environment);
  return {
    rule: "the hash chain holds (slipway audit verify)",
    lookedAt: events,
    violations: exitCode === 0 ? [] : [`${out}${err}`.trim()],
  };
}

function rulesOf(component: string, environment: string): readonly (readonly string[])[] {
  if (environment !== "production") return [];
  return approversOf(NAMES.indexOf(component)).map(membersOf);
}

function trueFate(release: string, when: "watched" | "live"): "good" | "bad" | "unknown" {
  const fate = when === "watched" ? fateOf(release) : lateFateOf(release);
  switch (fate) {
    case "good":
    case "bad":
      return fate;
    case "spoilt":
      return "bad";
    default:
      return "unknown";
  }
}

function isGuardedThere(until: number): IsGuarded {
  return (component, environment, at) =>
    environment === "production" && at < until && isGuarded(NAMES.indexOf(component));
}
