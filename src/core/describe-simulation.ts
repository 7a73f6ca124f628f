import type { RuleResult } from "./approval.ts";
import { describeBlocker, utc } from "./describe.ts";
import type { GateResult } from "./release.ts";
import type { NextStep, Simulation } from "./simulate.ts";

/** A part of what a simulation found, as plain text: escape it where it is shown. */
export interface SimulationSection {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What a dry run found, for the command line and for Slack alike. */
export function describeSimulation(simulation: Simulation): readonly SimulationSection[] {
  const { component, environment, at, release, live, gates } = simulation;
  const compared = live === null ? "nothing is live there" : `compared with ${live}, live there`;
  return [
    {
      title: `${component} ${release.version} into ${environment}, as of ${utc(at)}`,
      lines: [registersText(simulation), nextText(simulation)],
    },
    {
      title: `Gates: ${compared}`,
      lines: gates.length === 0 ? ["none are configured"] : gates.map(gateText),
    },
    { title: "Who could approve", lines: approvalLines(simulation) },
    { title: "What would keep it waiting", lines: blockerLines(simulation) },
  ];
}

function registersText({ registers, release }: Simulation): string {
  const build = `its build ended with ${release.build.outcome}`;
  switch (registers) {
    case "new":
      return `The event would make a new release; ${build}.`;
    case "revised":
      return `The event would add evidence to a release that is recorded; ${build}.`;
    case "known":
      return `The event would change nothing: all of it is recorded already; ${build}.`;
    case null:
      return `The newest release that is recorded; ${build}.`;
  }
}

const STEPS: Readonly<
  Record<"deploys" | "approval" | "waits", { readonly itself: string; readonly named: string }>
> = {
  deploys: { itself: "it is deployed by itself", named: "it would be deployed" },
  approval: { itself: "people are asked to approve it", named: "people would be asked to approve" },
  waits: { itself: "it waits for its turn", named: "it would wait for its turn" },
};

function nextText({ next, environment, component, release }: Simulation): string {
  return `Next: ${stepText(next, `/release ${component} promote ${release.version} to ${environment}`)}.`;
}

function stepText(next: NextStep, byName: string): string {
  switch (next.kind) {
    case "deploys":
    case "approval":
    case "waits":
      return next.byItself
        ? STEPS[next.kind].itself
        : `nothing by itself; with “${byName}” ${STEPS[next.kind].named}`;
    case "there":
      return `nothing: it is ${next.state} there already`;
    case "refused":
      return `nothing, also when somebody asks for it by name: ${next.refusal.sentence}`;
  }
}

function gateText({ verdict, name, sentence, numbers, blocks }: GateResult): string {
  const seen = numbers
    .slice(0, 3)
    .map(({ subject, actual, operator, limit, live }) => {
      const beside = live === null ? "" : `, live ${live}`;
      return `${subject} is ${actual} (${operator} ${limit}${beside})`;
    })
    .join("; ");
  return `${verdict}${blocks ? ", blocks" : ""}: ${name}: ${seen === "" ? sentence : seen}`;
}

function approvalLines({ approval, excluded }: Simulation): readonly string[] {
  if (approval.length === 0) return ["nobody is asked: it deploys by itself once its gates pass"];
  return [
    ...approval.map(ruleText),
    ...(excluded.length === 0 ? [] : [`never counts: ${excluded.join(", ")}, who made it`]),
  ];
}

/** Where nobody asked Slack, the names of the rule are all that is known. */
function ruleText({ rule, eligible, sentence }: RuleResult): string {
  if (eligible === null) return `${rule.count} from ${rule.from.join(" or ")}`;
  const people = eligible.length === 1 ? "1 person" : `${eligible.length} people`;
  return eligible.length < rule.count ? sentence : `${sentence}; ${people} could`;
}

function blockerLines({ blockers, until }: Simulation): readonly string[] {
  if (blockers.length === 0) return ["nothing"];
  return [
    ...blockers.map(describeBlocker),
    ...(until === null || blockers.some(({ kind }) => kind !== "frozen")
      ? []
      : [`it goes on by itself at ${utc(until)}`]),
  ];
}
